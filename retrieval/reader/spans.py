"""From scores of tokens to spans of words: the best spans of a window, snapped and trimmed."""

import unicodedata
from dataclasses import dataclass

import numpy as np

from index.types import Span
from retrieval.reader.network import Logits
from retrieval.reader.windows import Window

MAX_ANSWER_PIECES = 40
_TOP = 12

_OPENING = "([{“‘«"
_CLOSING = ")]}”’»"
_KEPT_BEFORE = "$€£¥#@+-−–(“\"'‘[«§~<>≈±.&/"
_KEPT_AFTER = "%°\"'”’)]»!?+*²³′″$€£"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span of a passage; `margin` is by how many nats it beats "no answer here"."""

    span: Span
    margin: float


def best_spans(window: Window, start: Logits, end: Logits, passage: str) -> list[Candidate]:
    """Return the best spans of one window, best first, in code points of the passage.

    Args:
        window: what the network read.
        start: logits of each token of it, float32 (tokens,).
        end: likewise.
        passage: the text that the window was cut from.
    """
    pieces = len(window.starts)
    first, last = (x[window.lead : window.lead + pieces].astype(np.float64) for x in (start, end))
    scores = first[:, None] + last[None, :]
    legal = np.triu(np.ones_like(scores, dtype=bool)) & ~np.triu(
        np.ones_like(scores, dtype=bool), MAX_ANSWER_PIECES
    )
    flat = np.where(legal, scores, -np.inf).ravel()
    top = np.argpartition(-flat, min(_TOP, flat.size - 1))[:_TOP]
    null = float(start[0]) + float(end[0])
    found: dict[Span, Candidate] = {}
    for index in top[np.argsort(-flat[top], kind="stable")]:
        begin, stop = divmod(int(index), pieces)
        if begin > stop or not np.isfinite(flat[index]):
            continue
        span = tidy(passage, Span(int(window.starts[begin]), int(window.ends[stop])))
        if len(span):
            found.setdefault(span, Candidate(span, float(flat[index]) - null))
    return list(found.values())


def tidy(text: str, span: Span) -> Span:
    """Return `span` widened to whole words and freed of stray punctuation at its ends.

    Numbers count as one word with the points and commas inside them. An empty span comes back
    where there was nothing but punctuation.
    """
    start, end = _widen(text, span.start, span.end)
    while start < end and _stray(text, start, start, end, _KEPT_BEFORE):
        start += 1
    while start < end and _stray(text, end - 1, start, end, _KEPT_AFTER):
        end -= 1
    if not any(_wordlike(c) or unicodedata.category(c)[0] == "S" for c in text[start:end]):
        return Span(start, start)
    return Span(start, end)


def _widen(text: str, start: int, end: int) -> tuple[int, int]:
    while start > 0 and _joined(text, start):
        start -= 1
    while 0 < end < len(text) and _joined(text, end):
        end += 1
    return start, end


def _joined(text: str, at: int) -> bool:
    """Whether the code points on both sides of `at` belong to one word or number."""
    before, after = text[at - 1], text[at]
    if _wordlike(before) and _wordlike(after):
        return True
    if unicodedata.combining(after) or after == "\u200d" or before == "\u200d":
        return True
    if before in ".," and at > 1:
        return text[at - 2].isdigit() and after.isdigit()
    return after in ".," and before.isdigit() and at + 1 < len(text) and text[at + 1].isdigit()


def _wordlike(character: str) -> bool:
    return character.isalnum() or character == "_" or unicodedata.category(character)[0] == "M"


def _stray(text: str, at: int, start: int, end: int, kept: str) -> bool:
    """Whether the code point at an end of the span is no part of the answer."""
    character = text[at]
    if _wordlike(character) or unicodedata.category(character) in ("So", "Sm", "Co", "Cn"):
        return False
    if character in _OPENING or character in _CLOSING:
        return not _paired(text, at, start, end)
    if character in "\"'":
        return text[start:end].count(character) % 2 == 1
    if character == "." and at == end - 1:
        return not _abbreviated(text, at)
    return character not in kept


def _paired(text: str, at: int, start: int, end: int) -> bool:
    """Whether the bracket or quote at `at` has its partner inside the span."""
    character = text[at]
    if character in _OPENING:
        return _CLOSING[_OPENING.index(character)] in text[at + 1 : end]
    return _OPENING[_CLOSING.index(character)] in text[start:at]


def _abbreviated(text: str, at: int) -> bool:
    """Whether the full stop at `at` ends initials, as in `U.S.` and `p.m.` do."""
    return at >= 3 and text[at - 1].isalpha() and text[at - 2] == "." and text[at - 3].isalpha()
