"""Exact match and F1 by the official SQuAD rules.

Rajpurkar et al. 2016 (arXiv:1606.05250) and 2018 (arXiv:1806.03822), evaluation script 2.0: lower
case, ASCII punctuation removed, the articles a, an and the removed, white space squeezed. An
unanswerable question has one gold answer, the empty one; so has a question whose every gold
answer is empty once normalised.
"""

import re
import string
from collections import Counter
from collections.abc import Sequence

_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLES = re.compile(r"\b(a|an|the)\b")


def normalise(text: str) -> str:
    """Return `text` as the official rules compare it.

    >>> normalise("The  Eiffel-Tower, a landmark.")
    'eiffeltower landmark'
    """
    bare = text.lower().translate(_PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", bare).split())


def gold_texts(answers: Sequence[str]) -> list[str]:
    """Return the golds that are scored against: those not empty once normalised, or `[""]`."""
    return [answer for answer in answers if normalise(answer)] or [""]


def exact(gold: str, given: str) -> float:
    """Return 1.0 where the two are equal once normalised, else 0.0."""
    return float(normalise(gold) == normalise(given))


def f1(gold: str, given: str) -> float:
    """Return the F1 of the two bags of normalised tokens; two empty bags agree."""
    wanted, found = normalise(gold).split(), normalise(given).split()
    if not wanted or not found:
        return float(wanted == found)
    shared = sum((Counter(wanted) & Counter(found)).values())
    return 2 * shared / (len(wanted) + len(found))


def score(answers: Sequence[str], given: str | None) -> tuple[float, float]:
    """Return exact match and F1 against the best gold; a null answer is the empty one."""
    golds, words = gold_texts(answers), given or ""
    return max(exact(gold, words) for gold in golds), max(f1(gold, words) for gold in golds)
