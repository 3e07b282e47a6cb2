"""Tables spelled out for the network, which was taught to read sentences.

A cell says little without its row and its column: `smallint | 2 bytes | small-range integer` is
read as `Name: smallint. smallint, Storage Size: 2 bytes; smallint, Description: …`. What is found
there is told in the passage's own code points: a row's name that was written again is the row's
name, and what was only added is no answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.text.tables import BAR, cells, header_text, is_header, lines, names_of
from index.types import Span

_ADDED = -1


@dataclass(slots=True)
class Spelled:
    """A text as it is read; `origin` tells for each code point where it stands in the passage.

    `origin` is int64 (code points,), -1 for what was added; null where nothing was.
    """

    text: str
    origin: NDArray[np.int64] | None = None

    def back(self, span: Span) -> Span | None:
        """Return the longest part of a span that stands in the passage, or null if none does."""
        if self.origin is None:
            return span
        places = self.origin[span.start : span.end]
        ends = np.flatnonzero((np.diff(places) != 1) | (places[1:] == _ADDED)) + 1
        edges = [0, *ends.tolist(), len(places)]
        runs = [run for run in pairwise(edges) if places[run[0]] != _ADDED]
        first, last = max(runs, key=lambda run: run[1] - run[0], default=(0, 0))
        return Span(int(places[first]), int(places[last - 1]) + 1) if last else None


@dataclass(slots=True)
class _Written:
    parts: list[str] = field(default_factory=list)
    origin: list[NDArray[np.int64]] = field(default_factory=list)

    def copy(self, text: str, span: Span) -> None:
        self.parts.append(span.of(text))
        self.origin.append(np.arange(span.start, span.end, dtype=np.int64))

    def add(self, words: str) -> None:
        self.parts.append(words)
        self.origin.append(np.full(len(words), _ADDED, dtype=np.int64))


def spelled(text: str, headings: Sequence[str]) -> Spelled:
    """Return a passage's text, or a part of it, with the rows of its tables spelled out.

    Args:
        text: the words.
        headings: what they stand under; the headers of tables among them name the columns.
    """
    headers = {heading: names_of(heading) for heading in headings if is_header(heading)}
    if not headers or BAR not in text:
        return Spelled(text)
    written = _Written()
    # A table may have begun before the passage, which then does not hold its header.
    names = next(iter(headers.values()))
    for line in lines(text, Span(0, len(text))):
        row = cells(text, line)
        own = headers.get(header_text([cell.of(text) for cell in row]))
        if own is not None:
            names = own
        if row and own is None and len(row) == len(names) > 1 and not _is_rule(text, row):
            _spell(written, text, row, names)
            written.add("\n")
        else:
            written.copy(text, line)
    return Spelled("".join(written.parts), np.concatenate(written.origin))


def _spell(written: _Written, text: str, row: list[Span], names: list[str]) -> None:
    """Write a row as sentences; a corner, a column or a row may have no name."""
    key = row[0]
    written.add(f"{names[0]}: " if names[0] else "")
    written.copy(text, key)
    between = ". "
    for name, cell in zip(names[1:], row[1:], strict=True):
        if len(cell):
            written.add(between)
            written.copy(text, key)
            written.add(", " * bool(len(key) and name) + f"{name}: ")
            written.copy(text, cell)
            between = "; "
    written.add(".")


def _is_rule(text: str, row: list[Span]) -> bool:
    """Tell the line under a Markdown table's header."""
    return all(set(cell.of(text)) <= set(":-") for cell in row)
