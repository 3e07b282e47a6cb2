"""The marks of a text: which lie within a part of it, and how they are written down."""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from index.types import Mark, MarkKind, Span


class MarkTable:
    """A document's marks, looked up by span in logarithmic time."""

    def __init__(self, marks: Iterable[Mark]) -> None:
        """Take marks in any order; those of one kind do not overlap."""
        self._kinds: dict[MarkKind, list[Span]] = {}
        for mark in sorted(marks):
            self._kinds.setdefault(mark.kind, []).append(mark.span)

    def within(self, span: Span) -> tuple[Mark, ...]:
        """Return the parts of marks that lie within a span, sorted.

        >>> MarkTable([Mark(Span(2, 9), "hidden")]).within(Span(0, 4))
        (Mark(span=Span(start=2, end=4), kind='hidden'),)
        """
        inside = [
            Mark(Span(max(each.start, span.start), min(each.end, span.end)), kind)
            for kind, spans in self._kinds.items()
            for each in _touched(spans, span)
        ]
        return tuple(sorted(inside))


def _touched(spans: Sequence[Span], span: Span) -> Sequence[Span]:
    first = bisect_right(spans, span.start, key=lambda each: each.end)
    return spans[first : bisect_left(spans, span.end, key=lambda each: each.start)]


def marks_of_kind(marks: Iterable[Mark], kind: MarkKind, offset: int = 0) -> list[Span]:
    """Return the spans of the marks of a kind behind `offset`, counted from it."""
    return [
        Span(max(mark.span.start - offset, 0), mark.span.end - offset)
        for mark in marks
        if mark.kind == kind and mark.span.end > offset
    ]


def outside(spans: Iterable[Span], text: str) -> list[str]:
    """Return the parts of a text that lie between spans, which may overlap, in order.

    >>> outside([Span(3, 6), Span(1, 4)], "abcdefgh")
    ['a', '', 'gh']
    """
    parts, at = [], 0
    for span in sorted(spans):
        parts.append(text[at : max(at, span.start)])
        at = max(at, span.end)
    return [*parts, text[at:]]


def shifted_marks(marks: Iterable[Mark], offset: int) -> tuple[Mark, ...]:
    """Return marks moved by `offset` code points."""
    return tuple(Mark(mark.span.shift(offset), mark.kind) for mark in marks)


def write_marks(marks: Iterable[Mark]) -> str:
    """Return marks as JSON, none as ""."""
    rows = [[mark.span.start, mark.span.end, mark.kind] for mark in marks]
    return json.dumps(rows, separators=(",", ":")) if rows else ""


def read_marks(data: str) -> tuple[Mark, ...]:
    """Return the marks that `write_marks` was given."""
    rows = json.loads(data) if data else []
    return tuple(Mark(Span(start, end), kind) for start, end, kind in rows)
