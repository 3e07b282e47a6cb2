"""What was last accepted (`*.json`, for `excerpt-eval check`), and the tables of the README.

`python -m eval.baselines --data DIR` prints those tables.
"""
