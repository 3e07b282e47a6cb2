"""Data sets, read and checked before anything is measured on them.

`read_questions` takes SQuAD JSON, QA JSONL and a user's own CSV or JSONL; `read_beir` a BEIR
folder; `read_attribution` sentences with their speakers. A set with anything wrong in it is
refused whole, and the message lists every fault with its line.
"""

from eval.data.beir import RetrievalSet, read_beir
from eval.data.question_sets import read_questions
from eval.data.reported_sentences import read_attribution

__all__ = ["RetrievalSet", "read_attribution", "read_beir", "read_questions"]
