"""Where the words of a document stand in its source: its places, and the boxes of its words.

A place is a span of the text with what it is in the source: a page, a slide, a sheet, a cell, a
part of a message, a time, a JSON pointer, a path inside an archive. Places may lie inside one
another (a cell in a sheet). The boxes of a paged source, one a word, are kept apart and packed:
a manual has a hundred thousand of them.
"""

import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from index.types import Box, Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PlaceKind = Literal[
    "page", "label", "slide", "sheet", "cell", "part", "time", "pointer", "path", "ocr"
]
"""`label` is a page's own name (`xii`); `time` is `START --> END`; `ocr` is a certainty, 0 to 1."""

_SCALE = 100
"""Boxes are kept to a hundredth of a point."""
_COLUMNS = 7


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """What a span of the text is in the source, such as page `12` or cell `B7`."""

    span: Span
    kind: PlaceKind
    value: str


@dataclass(frozen=True, slots=True)
class WordBoxes:
    """The box of each word, packed.

    `data` is the zlib-compressed int32 array, shape (7, n): start and end in code points, page,
    left, top, right and bottom in hundredths of a point; starts ascend and are kept as steps.
    """

    data: bytes = b""

    @classmethod
    def of(cls, words: Sequence[tuple[Span, Box]]) -> "WordBoxes":
        """Pack words in the order of the text."""
        import numpy as np

        if not words:
            return cls()
        table = np.empty((_COLUMNS, len(words)), np.int32)
        for column, (span, box) in enumerate(words):
            edges = (box.left, box.top, box.right, box.bottom)
            scaled = (round(edge * _SCALE) for edge in edges)
            table[:, column] = (span.start, span.end - span.start, box.page, *scaled)
        table[0] = np.diff(table[0], prepend=0)
        return cls(zlib.compress(table.tobytes()))

    def within(self, span: Span) -> tuple[Box, ...]:
        """Return the boxes of the words that a span touches, one a line of the page."""
        if not self.data:
            return ()
        table = self._table()
        ends = table[0] + table[1]
        touched = table[:, (table[0] < span.end) & (ends > span.start)]
        return tuple(_lines(map(_box, touched.T.tolist())))

    def words(self, pages: Collection[int] | None = None) -> Iterator[tuple[Span, Box]]:
        """Yield each word's span and box, in the order of the text; of some pages where named."""
        import numpy as np

        if not self.data:
            return
        table = self._table()
        if pages is not None:
            table = table[:, np.isin(table[2], list(pages))]
        for row in table.T.tolist():
            yield Span(row[0], row[0] + row[1]), _box(row)

    def _table(self) -> "NDArray[np.int32]":
        import numpy as np

        table = np.frombuffer(zlib.decompress(self.data), np.int32).reshape(_COLUMNS, -1).copy()
        table[0] = np.cumsum(table[0])
        return table


def places_of(places: Iterable[Place], span: Span) -> dict[str, str]:
    """Return the first place of each kind that a span touches."""
    labels: dict[str, str] = {}
    for place in places:
        if place.span.overlaps(span):
            labels.setdefault(place.kind, place.value)
    return labels


def shifted(places: Iterable[Place], offset: int) -> tuple[Place, ...]:
    """Return places moved by `offset` code points."""
    return tuple(Place(place.span.shift(offset), place.kind, place.value) for place in places)


def _box(row: Sequence[int]) -> Box:
    left, top, right, bottom = (edge / _SCALE for edge in row[3:])
    return Box(row[2], left, top, right, bottom)


def _lines(boxes: Iterable[Box]) -> Iterator[Box]:
    """Join boxes of words that stand on one line, in the order of reading."""
    line: list[Box] = []
    for box in boxes:
        if line and not _continues(line[-1], box):
            yield _around(line)
            line = []
        line.append(box)
    if line:
        yield _around(line)


def _continues(before: Box, box: Box) -> bool:
    """Return whether a word stands on the line of the one before, to either side of it."""
    middle = (box.top + box.bottom) / 2
    height = max(before.bottom - before.top, box.bottom - box.top)
    near = abs((before.top + before.bottom) / 2 - middle) < 0.6 * height
    gap = max(box.left - before.right, before.left - box.right)
    return before.page == box.page and near and gap < 4 * height


def _around(boxes: Sequence[Box]) -> Box:
    return Box(
        boxes[0].page,
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def text_fragment(quote: str) -> str:
    """Return the URL fragment that opens a browser at a quote (W3C text fragments).

    A long quote is named by its first and last words.

    >>> text_fragment("the red, tall house")
    '#:~:text=the%20red%2C%20tall%20house'
    """
    from urllib.parse import quote as escaped

    words = quote.split()
    ends = [words] if len(words) <= 10 else [words[:4], words[-4:]]
    # A dash has a meaning of its own there, and `quote` leaves it as it is.
    parts = (escaped(" ".join(part), safe="").replace("-", "%2D") for part in ends)
    return "#:~:text=" + ",".join(parts)
