"""A row of a table as people read it: under the names of its columns, the quote marked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from api.output import visible
from index.loaders.build import LEVELS
from index.types import Document, Heading, Span

_MOST = 5
"""Columns that are shown; of wider rows the first one and those of the quote are."""
_BAR = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's words in three parts, of which the middle one is marked, and its column's name."""

    column: str
    before: str
    quote: str = ""
    after: str = ""


def table_row(document: Document, sentence: Span | None, quote: Span) -> tuple[Cell, ...]:
    """Return the cells of the row that a quote stands in, none where it is no row of a table."""
    head = None if sentence is None else _head_of(document, sentence)
    if head is None or sentence is None:
        return ()
    names = [span.of(document.text) for span in _cells(document.text, head.span)]
    places = list(_cells(document.text, sentence))
    if len(names) != len(places) or not any(place.covers(quote) for place in places):
        return ()
    cells = [_cell(document.text, *pair, quote) for pair in zip(names, places, strict=True)]
    if len(cells) <= _MOST:
        return tuple(cells)
    return tuple(cell for number, cell in enumerate(cells) if not number or cell.quote)


def is_table_head(document: Document, heading: Heading) -> bool:
    """Return whether a heading names the columns of a table."""
    return heading.level > LEVELS and _BAR.search(heading.span.of(document.text)) is not None


def _head_of(document: Document, sentence: Span) -> Heading | None:
    """Return the head of the table that a line is a row of, as far as that shows."""
    line = sentence.of(document.text)
    if "\n" in line.strip() or _BAR.search(line) is None:
        return None
    above = None
    for heading in document.outline:
        if heading.span.end > sentence.start:
            break
        above = heading
    return above if above is not None and is_table_head(document, above) else None


def _cells(text: str, row: Span) -> Iterator[Span]:
    """Yield where a row's cells stand, blanks around them and outer bars left out."""
    edges = [row.start, *(row.start + bar.end() for bar in _BAR.finditer(row.of(text)))]
    ends = [*(start - 1 for start in edges[1:]), row.end]
    cells = [_stripped(text, Span(*pair)) for pair in zip(edges, ends, strict=True)]
    for number, cell in enumerate(cells):
        if len(cell) or 0 < number < len(cells) - 1:
            yield cell


def _stripped(text: str, cell: Span) -> Span:
    words = cell.of(text)
    start = cell.start + len(words) - len(words.lstrip())
    return Span(start, max(start, cell.start + len(words.rstrip())))


def _cell(text: str, column: str, place: Span, quote: Span) -> Cell:
    name = visible(column)
    if not place.covers(quote):
        return Cell(name, visible(place.of(text)))
    parts = (Span(place.start, quote.start), quote, Span(quote.end, place.end))
    before, marked, after = (visible(part.of(text)) for part in parts)
    return Cell(name, before, marked, after)
