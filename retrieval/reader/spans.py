"""From scores of tokens to spans of words: the best spans of a window."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.text.sentences import sentences
from index.types import Span
from retrieval.reader.network import Logits
from retrieval.reader.trimming import tidy
from retrieval.reader.windows import Window

MAX_ANSWER_PIECES = 40
PER_WINDOW = 5
"""How many spans of one window are kept; none overlaps another, so that they are other answers."""
ACROSS = 1.0
"""By how many nats a span that reaches into another sentence must be better than one that does not.

The start of one answer with the end of another is often such a span.
"""
MIXED = 6.0
"""How many nats a span would lose that were sure to have another's end and another's start inside.

The network scores starts and ends apart, so that of two likely answers the start of the first and
the end of the second are likely too. On the articles `calibrate` this gained 1 in exact match and
lost .2 in F1.
"""

_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]*\s")
_GAP = re.compile(r"\n\s*")
_ITEM = re.compile(r"\s*(?:[-*•·]|\d+[.)])\s")
_ROW = re.compile(r"\s*\||.* \| ")

_ARTICLES = frozenset(("a", "an", "the"))
_LONGEST_ARTICLE = max(map(len, _ARTICLES))
_HAIR = 0.01


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span of a passage; `margin` is by how many nats it beats "no answer here".

    `by_unit` tells that it was found in a unit of the passage that was read alone.
    """

    span: Span
    margin: float
    by_unit: bool = False


def best_spans(
    window: Window,
    start: Logits,
    end: Logits,
    passage: str,
    barred: NDArray[np.bool_] | None = None,
) -> list[Candidate]:
    """Return the best spans of one window that do not overlap, best first.

    Args:
        window: what the network read.
        start: logits of each token of it, float32 (tokens,).
        end: likewise.
        passage: the text that the window was cut from; spans are in its code points.
        barred: bool (code points of the passage,), where no span begins or ends.
    """
    pieces = len(window.starts)
    first, last = (x[window.lead : window.lead + pieces].astype(np.float64) for x in (start, end))
    first = _with_or_without_article(first, window, passage)
    allowed = _lengths_allowed(pieces)
    if barred is not None:
        allowed = allowed & ~barred[window.starts][:, None] & ~barred[window.ends - 1][None, :]
    breaks = _breaks(passage, int(window.starts[0]), int(window.ends[-1]))
    if breaks:
        block = np.searchsorted(breaks, window.starts, side="right")
        allowed = allowed & (block[:, None] == block[None, :])
    scores = np.where(
        allowed, first[:, None] + last[None, :] - MIXED * _mixed(first, last), -np.inf
    )
    null = float(start[0]) + float(end[0])
    candidates: list[Candidate] = []
    across: NDArray[np.bool_] | None = None
    for _ in range(PER_WINDOW):
        begin, stop = divmod(int(scores.argmax()), pieces)
        # Most answers have no sentence's end inside, and then nobody need know where those are.
        inside = int(window.starts[begin]), int(window.ends[stop])
        if across is None and _SENTENCE_END.search(passage, *inside):
            across = _across(window, passage)
            scores -= ACROSS * across
            begin, stop = divmod(int(scores.argmax()), pieces)
        best = float(scores[begin, stop])
        if not np.isfinite(best):
            break
        # What overlaps the span begins before its end and ends after its begin.
        scores[: stop + 1, begin:] = -np.inf
        span = tidy(passage, Span(int(window.starts[begin]), int(window.ends[stop])))
        if len(span) and not any(_one(passage, span, other.span) for other in candidates):
            candidates.append(Candidate(span, best - null))
    return candidates


def _with_or_without_article(
    first: NDArray[np.float64], window: Window, passage: str
) -> NDArray[np.float64]:
    """Return the starts, an article and the word after it each as likely as both together.

    "the treaty" and "treaty" are one answer, whose odds are those of both starts. Of the two, the
    likelier stays ahead.
    """
    together = first.copy()
    starts, ends = window.starts, window.ends
    for at in np.flatnonzero((ends - starts)[:-1] <= _LONGEST_ARTICLE).tolist():
        if passage[starts[at] : ends[at]].lower() in _ARTICLES:
            both = np.logaddexp(first[at], first[at + 1])
            ahead = first[at] > first[at + 1]
            together[at : at + 2] = (both, both - _HAIR) if ahead else (both - _HAIR, both)
    return together


def _mixed(first: NDArray[np.float64], last: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how likely each (first, last) pair has an end inside and a later start, 0 to 1.

    The lesser of both: a long answer has likely starts inside (with or without its first words) or
    likely ends, hardly both.
    """
    starts, ends = (np.exp(x - x.max()) for x in (first, last))
    begun, ended = (np.cumsum(x / x.sum()) for x in (starts, ends))
    before = np.concatenate([[0.0], ended[:-1]])
    mixed: NDArray[np.float64] = np.minimum(
        begun[None, :] - begun[:, None], before[None, :] - before[:, None]
    )
    return mixed


def _across(window: Window, passage: str) -> NDArray[np.bool_]:
    """Return which (first, last) pairs stand in different sentences."""
    begin, end = int(window.starts[0]), int(window.ends[-1])
    firsts = [begin + each.start for each in sentences(passage[begin:end])]
    number = np.searchsorted(firsts, window.starts, side="right")
    across: NDArray[np.bool_] = number[:, None] != number[None, :]
    return across


def _breaks(text: str, start: int, end: int) -> list[int]:
    """Return where in `start:end` begins what no answer reaches into from before.

    A paragraph, an item of a list, or a row of a table.
    """
    breaks = []
    for gap in _GAP.finditer(text, start, end):
        line = text.rfind("\n", 0, gap.start()) + 1, gap.start()
        after = text.find("\n", gap.end())
        below = gap.end(), len(text) if after < 0 else after
        item = _ITEM.match(text, *below)
        if item is not None:
            breaks.append(item.end())
        if (
            gap.group().count("\n") > 1
            or item is not None
            or any(_ROW.match(text, *each) for each in (line, below))
        ):
            breaks.append(gap.end())
    return sorted(breaks)


def _one(text: str, a: Span, b: Span) -> bool:
    """Whether two spans overlap or stand side by side, as the parts of one phrase do."""
    first, second = sorted((a, b))
    return second.start <= first.end or text[first.end : second.start].isspace()


def _lengths_allowed(pieces: int) -> NDArray[np.bool_]:
    """Return which (first, last) pairs make a span of 1 to `MAX_ANSWER_PIECES` pieces."""
    lengths = np.arange(pieces)[None, :] - np.arange(pieces)[:, None]
    return (lengths >= 0) & (lengths < MAX_ANSWER_PIECES)
