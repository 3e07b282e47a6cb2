"""Rows of tables as they stand in text: cells between bars, one row a line.

The header of a table is a heading of its rows: its names between tabs, which no other heading has.
"""

from collections.abc import Collection, Iterator
from itertools import pairwise

from index.text.sentences import trimmed
from index.types import Span

BAR = "|"
_ESCAPE = "\\"
_TAB = "\t"
HEADER_LEVEL = 99
"""A table's header heads its rows, below every other heading."""


def header_text(names: list[str]) -> str:
    """Return a table's header as a heading."""
    return _TAB.join(" ".join(name.split()) for name in names)


def names_of(header: str) -> list[str]:
    """Return the names that `header_text` was given."""
    return header.split(_TAB)


def row_text(names: list[str]) -> str:
    """Return names as a row of text."""
    return f" {BAR} ".join(names)


def is_header(heading: str) -> bool:
    """Return whether a heading is a table's header."""
    return _TAB in heading


def lines(text: str, within: Span) -> Iterator[Span]:
    """Yield the lines of a part of a text, each with its end."""
    at = within.start
    for line in within.of(text).splitlines(keepends=True):
        yield Span(at, at + len(line))
        at += len(line)


def cells(text: str, line: Span, inner: Collection[int] = ()) -> list[Span]:
    """Return the cells of a line, trimmed, an empty one as an empty span; [] where it is no row.

    Bars at the ends of the line, as Markdown has them, bound no cell of their own; a bar behind a
    backslash bounds none, and neither do those at the offsets `inner`.

    >>> [cell.of("| a | b c |") for cell in cells("| a | b c |", Span(0, 11))]
    ['a', 'b c']
    """
    bars = (
        at
        for at in range(line.start, line.end)
        if text[at] == BAR and text[at - 1 : at] != _ESCAPE and at not in inner
    )
    edges = [line.start - 1, *bars, line.end]
    parts = [Span(a + 1, b) for a, b in pairwise(edges)]
    first, last = (not parts[at].of(text).strip() for at in (0, -1))
    filled = parts[first : len(parts) - last]
    if len(filled) < 2:
        return []
    return [trimmed(text, part.start, part.end) or Span(part.start, part.start) for part in filled]
