"""Overlap of places, so that the right words at the wrong place count as wrong.

Intersection over union (Jaccard 1912) of the code points, or of the white-space tokens, that two
spans cover in the same text.
"""

import re
from collections.abc import Sequence
from itertools import takewhile

from index.types import Span

_TOKEN = re.compile(r"\S+")


def character_iou(first: Span, second: Span) -> float:
    """Return |first ∩ second| / |first ∪ second| in code points; two empty spans share nothing."""
    shared = max(0, min(first.end, second.end) - max(first.start, second.start))
    union = len(first) + len(second) - shared
    return shared / union if union else 0.0


def covered_tokens(text: str, span: Span) -> set[int]:
    """Return the offsets of the white-space tokens of `text` that `span` touches."""
    start = span.start
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    tokens = takewhile(lambda token: token.start() < span.end, _TOKEN.finditer(text, start))
    return {token.start() for token in tokens if token.end() > span.start}


def token_iou(text: str, first: Span, second: Span) -> float:
    """Return the intersection over union of the tokens that the two spans touch in `text`."""
    one, two = covered_tokens(text, first), covered_tokens(text, second)
    return len(one & two) / len(one | two) if one | two else 0.0


def best_iou(text: str, given: Span, golds: Sequence[Span]) -> tuple[float, float]:
    """Return the best character IoU and the best token IoU of `given` with any gold."""
    return (
        max((character_iou(given, gold) for gold in golds), default=0.0),
        max((token_iou(text, given, gold) for gold in golds), default=0.0),
    )
