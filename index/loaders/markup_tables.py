"""The rows that name the columns in tables of AsciiDoc, Org and reStructuredText.

They head the rows below them, as in web pages; an empty heading ends the table.
"""

import re
from collections.abc import Iterator

from index.text.sentences import trimmed
from index.text.tables import BAR, HEADER_LEVEL, cells, header_text, lines
from index.types import Heading, Span

_ADOC_FENCE = re.compile(r"\|={3,}\s*$")
_ADOC_HEADER = re.compile(r"\[.*(?:%header\b|options\s*=\s*\"?[^\]]*\bheader\b)", re.IGNORECASE)
_ORG_RULE = re.compile(r"[ \t]*\|-[-+|]*\s*$")
_RST_HEADER = re.compile(r"[ \t]*\+(?:=+\+)+\s*$")


def asciidoc_tables(text: str) -> Iterator[Heading]:
    """Yield the headers of tables: a first row that is said to be one, or that a blank follows."""
    every = list(lines(text, Span(0, len(text))))
    words = [line.of(text) for line in every]
    inside = headed = False
    for at, line in enumerate(every):
        if not _ADOC_FENCE.match(words[at]):
            continue
        inside = not inside
        if not inside:
            if headed:
                yield _end(line.start)
            continue
        headed = at > 0 and _ADOC_HEADER.match(words[at - 1]) is not None
        blank = at + 2 < len(every) and not words[at + 2].strip()
        header = (
            list(_header(text, every[at + 1])) if at + 1 < len(every) and (headed or blank) else []
        )
        headed = bool(header)
        yield from header


def org_tables(text: str) -> Iterator[Heading]:
    """Yield the headers of tables: a first row with a rule below it."""
    return _ruled(text, 0, _ORG_RULE)


def rst_tables(text: str) -> Iterator[Heading]:
    """Yield the headers of grids: a first row with a double rule below it."""
    return _ruled(text, 1, _RST_HEADER)


def _ruled(text: str, row: int, rule: re.Pattern[str]) -> Iterator[Heading]:
    """Yield the headers of tables whose row of that number has a rule below it."""
    for table in _tables(text):
        if len(table) > row + 2 and rule.match(table[row + 1].of(text)):
            yield from _header(text, table[row])
            yield _end(table[-1].end)


def _tables(text: str) -> Iterator[list[Span]]:
    """Yield the lines of each run of lines that begin with a bar or a corner."""
    table: list[Span] = []
    for line in lines(text, Span(0, len(text))):
        if line.of(text).lstrip(" \t").startswith((BAR, "+")):
            table.append(line)
        elif table:
            yield table
            table = []
    if table:
        yield table


def _header(text: str, line: Span) -> Iterator[Heading]:
    names = [cell.of(text) for cell in cells(text, line)]
    span = trimmed(text, line.start, line.end)
    if span is not None and len(names) > 1 and any(names):
        yield Heading(span, HEADER_LEVEL, header_text(names))


def _end(at: int) -> Heading:
    return Heading(Span(at, at), HEADER_LEVEL, "")
