"""How many of a question's words a text has, word forms and punctuation aside."""

import re
from functools import lru_cache

from index.types import Span

QUESTION_WORDS = frozenset(
    """
    a about an and any are as at be been by can could did do does for from had has have how if
    in into is it its kind many much name of on one or some that the their them there these
    they this to type was were what when where which who whom whose why will with would you
    """.split()
)

_DROPPED = re.compile(r"\b(?:a|an|the)\b|[^\w\s]")
_REACH = 120


def fold(text: str) -> str:
    """Return words for comparison: casefolded, without punctuation and articles."""
    return " ".join(_DROPPED.sub(" ", text.casefold()).split())


def coverage(question: str, text: str) -> float:
    """Return the share of the question's content words that a text has, by their first letters."""
    asked = {word[:5] for word in _folded(question) if word not in QUESTION_WORDS}
    words = {word[:5] for word in _folded(text)}
    return len(asked & words) / len(asked) if asked else 0.0


def predicate_support(question: str, text: str) -> float:
    """Return the share of the question's common words, what it says of its names, in a text.

    1 where it has none.
    """
    common = " ".join(word for word in question.split() if word[:1].islower())
    asked = {word[:4] for word in _folded(common) if word not in QUESTION_WORDS}
    words = {word[:4] for word in _folded(text)}
    return len(asked & words) / len(asked) if asked else 1.0


def around(text: str, span: Span) -> str:
    """Return a span of a text with the 120 code points on either side of it."""
    return text[max(0, span.start - _REACH) : span.end + _REACH]


@lru_cache(maxsize=32)
def _folded(text: str) -> frozenset[str]:
    """Return a text's words; kept, since every answer of a passage asks for them."""
    return frozenset(fold(text).split())
