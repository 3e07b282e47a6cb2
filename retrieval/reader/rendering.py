"""A passage's text as the network reads it, where that is not the text as it stands."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.types import Span

_ADDED = -1


@dataclass(frozen=True, slots=True)
class Rendering:
    """A text as it is read; `origin` has for each code point where it stands in the passage.

    `origin` is int64 (code points,), -1 for what was added; None where nothing was.
    """

    text: str
    origin: NDArray[np.int64] | None = None

    def back(self, span: Span) -> Span | None:
        """Return the longest part of a span that stands in the passage, or None if none does."""
        if self.origin is None:
            return span
        places = self.origin[span.start : span.end]
        added = places == _ADDED
        ends = np.flatnonzero((np.diff(places) != 1) | added[1:] | added[:-1]) + 1
        edges = [0, *ends.tolist(), len(places)]
        runs = [run for run in pairwise(edges) if not added[run[0]]]
        first, last = max(runs, key=lambda run: run[1] - run[0], default=(0, 0))
        return Span(int(places[first]), int(places[last - 1]) + 1) if last else None

    def barred(self, spans: Sequence[Span]) -> NDArray[np.bool_]:
        """Return which code points are added before all else, or stand in spans of the passage.

        Bool (code points,): where an answer neither begins nor ends.
        """
        origin = np.arange(len(self.text)) if self.origin is None else self.origin
        barred = np.logical_and.accumulate(origin == _ADDED)
        for span in spans:
            barred |= (origin >= span.start) & (origin < span.end)
        return barred


def without(read: Rendering, left_out: Sequence[Span]) -> Rendering:
    """Return a rendering without what stands at some spans of the passage."""
    if not left_out:
        return read
    origin = np.arange(len(read.text)) if read.origin is None else read.origin
    shown = np.ones(len(read.text), dtype=bool)
    for span in left_out:
        shown &= (origin < span.start) | (origin >= span.end)
    letters = np.array(list(read.text), dtype=object)[shown]
    return Rendering("".join(letters.tolist()), origin[shown])


def under(headings: Sequence[str], read: Rendering) -> Rendering:
    """Return a rendering below the headings it stands under, outermost first."""
    above = "".join(heading + joint(heading) for heading in headings)
    if not above:
        return read
    origin = np.arange(len(read.text)) if read.origin is None else read.origin
    return Rendering(above + read.text, np.concatenate([np.full(len(above), _ADDED), origin]))


def joint(heading: str) -> str:
    """Return what stands between a heading and what it heads, as the network reads them."""
    return " " if heading.endswith((":", ".", "?", "!")) else ": "


@dataclass(slots=True)
class Renderer:
    """Collects what is read: pieces of the passage, and words added between them."""

    _parts: list[str] = field(default_factory=list)
    _origin: list[NDArray[np.int64]] = field(default_factory=list)

    def copy(self, text: str, span: Span) -> None:
        """Add a piece of the passage."""
        self._parts.append(span.of(text))
        self._origin.append(np.arange(span.start, span.end, dtype=np.int64))

    def add(self, words: str) -> None:
        """Add words that do not stand in the passage."""
        self._parts.append(words)
        self._origin.append(np.full(len(words), _ADDED, dtype=np.int64))

    def rendering(self) -> Rendering:
        """Return what was collected."""
        return Rendering("".join(self._parts), np.concatenate(self._origin))
