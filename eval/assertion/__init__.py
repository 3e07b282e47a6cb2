"""How well the polarity of answers, and what decides yes or no, is read.

python -m eval.assertion affirmed --data FILE     gold answers that are called not affirmed
python -m eval.assertion yes-no --data FILE       what is decided, and how much of it is right
"""
