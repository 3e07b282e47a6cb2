"""Cutting what is too long for a passage: at clause, then word, then code-point bounds.

Cuts fall after white space where there is some, and never inside a CRLF or between a character
and the marks that combine with it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

from index.text.sentences import trimmed
from index.types import Span

Measure = Callable[[str], int]
"""A text's length in tokens."""

_CLAUSES = (
    re.compile(r"(?:\r\n|\n|\r)\s*|[.!?…。！？]+[\"'”’)\]]*\s+|[。！？]+"),
    re.compile(r"[,;:)\]–—]+\s+|\s+(?=[(\[–—])|[，；：、]+"),
)
_SPACE = re.compile(r"\s+")
_WINDOW = 2048
"""Code points looked at together in a run without clauses; measuring stays linear."""
_JOINERS = "\u200d\ufe0e\ufe0f"


def cut(text: str, span: Span, measure: Measure, limit: int) -> list[Span]:
    """Return trimmed pieces of `span`, in order, none measured above `limit`.

    A single code point is a piece however long it measures.
    """
    return [
        piece for part in _parts(text, span) for piece in _by_clause(text, part, measure, limit)
    ]


def _parts(text: str, span: Span) -> Iterator[Span]:
    """Cut a very long span into windows, so that nothing longer is ever measured."""
    start = span.start
    while span.end - start > _WINDOW:
        middle = nearest_bound(text, Span(start + _WINDOW // 2, start + _WINDOW))
        if part := trimmed(text, start, middle):
            yield part
        start = middle
    if part := trimmed(text, start, span.end):
        yield part


def _by_clause(
    text: str, span: Span, measure: Measure, limit: int, level: int = 0
) -> Iterator[Span]:
    """Cut at every bound of the coarsest kind that is needed, finer only where still too long."""
    if measure(span.of(text)) <= limit or len(span) == 1:
        yield span
    elif level == len(_CLAUSES):
        yield from halved(text, span, measure, limit)
    else:
        for part in _split_at(text, span, _CLAUSES[level]):
            yield from _by_clause(text, part, measure, limit, level + 1)


def _split_at(text: str, span: Span, bounds: re.Pattern[str]) -> Iterator[Span]:
    start = span.start
    for match in bounds.finditer(text, span.start, span.end):
        if part := trimmed(text, start, match.end()):
            yield part
        start = match.end()
    if part := trimmed(text, start, span.end):
        yield part


def halved(text: str, span: Span, measure: Measure, limit: int) -> Iterator[Span]:
    """Cut a span near its middle until every piece is within the limit."""
    if measure(span.of(text)) <= limit or len(span) == 1:
        yield span
        return
    quarter = len(span) // 4
    middle = nearest_bound(text, Span(span.start + quarter, span.end - quarter))
    if not span.start < middle < span.end:
        middle = span.start + len(span) // 2
    for start, end in ((span.start, middle), (middle, span.end)):
        if part := trimmed(text, start, end):
            yield from halved(text, part, measure, limit)


def nearest_bound(text: str, within: Span) -> int:
    """Return the best place to cut within a range: nearest its middle, of the coarsest kind."""
    target = (within.start + within.end) // 2
    for bounds in (*_CLAUSES, _SPACE):
        ends = [match.end() for match in bounds.finditer(text, within.start, within.end)]
        if ends:
            return min(ends, key=lambda end: abs(end - target))
    return _character_bound(text, target, within.end)


def _character_bound(text: str, start: int, end: int) -> int:
    """Return the first offset from `start` that doesn't part a character from its marks."""
    for offset in range(max(start, 1), end):
        if not _joined(text[offset - 1], text[offset]):
            return offset
    return start


def _joined(before: str, after: str) -> bool:
    return (
        after in _JOINERS
        or before == "\u200d"
        or unicodedata.category(after).startswith("M")
        or before + after == "\r\n"
    )
