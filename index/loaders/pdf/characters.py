"""pdfium's characters -> the words of a page, line by line, with tight boxes."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from index.loaders.pdf.sight import Sight
from index.types import Box

HYPHEN = "\x02"
"""What pdfium gives for a hyphen at a line's end."""

_LIGATURES = {
    0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st",
    0xFB06: "st",
}  # fmt: skip
_ENDS = frozenset("\r\n")
_NOTHING = frozenset((0, 0xFEFF, 0xFFFE, 0xFFFF))
_IDEOGRAPHS = 0x2E80
_SCALE = 100
_NARROW_SPACE = 0.2
"""Of the type's size: between letters of a word there is hardly half of that."""
_EM_HEIGHT = 1.2
"""The least size of a type whose letters are as high as 1."""
_FIXED = (b"mono", b"courier", b"typewriter", b"cmtt", b"consol")
_CELL_GAP = 1.8
"""Times the type size: a gap between the cells of a row, or two columns."""
_COLUMN = 0.28
"""The share of the page's width that most lines of a column fill; cells of tables are shorter."""
_INTERLEAVED = 6
"""Turns between two columns, row by row, from which the columns are read one after the other."""


@dataclass(slots=True)
class Word:
    """A word as it is printed.

    `size` is the type's, in points; `spaced`: a space is before it; `hidden`: nobody sees it.
    """

    text: str
    box: Box
    size: float
    spaced: bool = True
    hidden: bool = False


@dataclass(slots=True)
class Line:
    """A line's words, left to right. `hyphen`: its last word goes on in the next line."""

    words: list[Word] = field(default_factory=list)
    hyphen: bool = False

    @property
    def left(self) -> float:
        """Return the left edge."""
        return min(word.box.left for word in self.words)

    @property
    def right(self) -> float:
        """Return the right edge."""
        return max(word.box.right for word in self.words)

    @property
    def top(self) -> float:
        """Return the upper edge."""
        return min(word.box.top for word in self.words)

    @property
    def bottom(self) -> float:
        """Return the lower edge."""
        return max(word.box.bottom for word in self.words)

    @property
    def size(self) -> float:
        """Return the type size that most of its characters have."""
        sizes: dict[float, int] = {}
        for word in self.words:
            sizes[word.size] = sizes.get(word.size, 0) + len(word.text)
        return max(sizes, key=lambda size: sizes[size])

    @property
    def text(self) -> str:
        """Return the words as one string."""
        return "".join(" " * word.spaced + word.text for word in self.words).strip()


@dataclass(frozen=True, slots=True)
class Page:
    """A page's lines in reading order; `hidden` are those that nobody sees, also off the page.

    `certainty` (0 to 1) is how certain its words are where they were recognised in a picture.
    """

    number: int
    width: float
    height: float
    lines: list[Line]
    hidden: tuple[Line, ...] = ()
    certainty: float | None = None


def read_page(page: Any, number: int) -> Page:
    """Return the lines of a pypdfium2 page, whose number counts from 1."""
    width, height = page.get_size()
    textpage = page.get_textpage()
    try:
        lines = list(_lines(page, textpage, number, (width, height)))
    finally:
        textpage.close()
    shown, hidden = [], []
    for line in lines:
        seen, unseen = _parted_by_sight(line, width, height)
        shown.append(seen)
        hidden += [unseen] if unseen.words else []
    parts = [part for line in shown if line.words for part in _parted(line)]
    return Page(number, width, height, _joined(_ordered(parts, width)), tuple(hidden))


def _parted_by_sight(line: Line, width: float, height: float) -> tuple[Line, Line]:
    """Return what is seen of a line, and what is not."""
    seen, unseen = Line(hyphen=line.hyphen), Line()
    for word in line.words:
        across = word.box.right > 0 and word.box.left < width
        inside = across and word.box.bottom > 0 and word.box.top < height
        (seen if inside and not word.hidden else unseen).words.append(word)
    return seen, unseen


@dataclass(slots=True)
class _Run:
    """A word while its characters arrive; `edges` in the page's own coordinates."""

    letters: list[str] = field(default_factory=list)
    edges: list[float] = field(default_factory=list)
    size: float = 0.0
    at: int = 0
    last: list[float] = field(default_factory=list)
    """The edges of its last character."""

    def gap(self, edges: list[float]) -> float:
        """Return the space before a character on the same line, in the type's own units; else 0."""
        if not self.last or min(edges[3], self.last[3]) <= max(edges[2], self.last[2]):
            return 0.0
        em = max(self.size, _EM_HEIGHT * (self.edges[3] - self.edges[2]), 1.0)
        return (edges[0] - self.last[1]) / em

    def add(self, letter: str, edges: list[float], size: float, at: int) -> None:
        if not self.letters:
            self.at = at
        self.letters.append(letter)
        self.size = self.size or size
        self.last = edges
        if edges[0] == edges[1] and edges[2] == edges[3]:
            return
        if not self.edges:
            self.edges = edges
        else:
            old = self.edges
            self.edges = [
                min(old[0], edges[0]), max(old[1], edges[1]),
                min(old[2], edges[2]), max(old[3], edges[3]),
            ]  # fmt: skip


def _lines(page: Any, textpage: Any, number: int, size: tuple[float, float]) -> Iterator[Line]:
    line, run, spaced = Line(), _Run(), True
    sight = Sight(page, textpage)

    def flush() -> None:
        nonlocal run
        if run.letters and run.edges:
            box = _box(page, number, size, run.edges)
            hidden = sight.hides(run.at, run.edges)
            line.words.append(Word("".join(run.letters), box, run.size, spaced, hidden))
        run = _Run()

    for at, letter, edges, points in _characters(textpage):
        if letter in _ENDS or letter == HYPHEN:
            flush()
            line.hyphen = letter == HYPHEN
            if line.words:
                yield line
            line, spaced = Line(), True
        elif letter.isspace():
            flush()
            spaced = True
        else:
            if ord(letter[0]) >= _IDEOGRAPHS and run.letters:
                flush()
                spaced = False
            if _is_parted(run, letter, edges) and not _is_fixed(textpage, at):
                flush()
                spaced = True
            run.add(letter, edges, points, at)
            if ord(letter[0]) >= _IDEOGRAPHS:
                flush()
                spaced = False
    flush()
    if line.words:
        yield line


def _is_parted(run: _Run, letter: str, edges: list[float]) -> bool:
    """Return whether a space that pdfium took for none, because it is narrow, parts two words."""
    if not run.letters or run.gap(edges) < _NARROW_SPACE:
        return False
    before = run.letters[-1][-1]
    return letter[0].isalpha() and (before.isalpha() or before in ",;")


def _is_fixed(textpage: Any, at: int) -> bool:
    """Return whether a character's type gives all the same width, whose gaps say nothing."""
    import pypdfium2.raw as pdfium

    flags = ctypes.c_int()
    name = ctypes.create_string_buffer(128)
    pdfium.FPDFText_GetFontInfo(textpage.raw, at, name, len(name), ctypes.byref(flags))
    words = name.value.lower()
    return bool(flags.value & 1) or any(each in words for each in _FIXED)


def _characters(textpage: Any) -> Iterator[tuple[int, str, list[float], float]]:
    """Yield each character's number, itself, its left, right, bottom and top edge, and its size."""
    import pypdfium2.raw as pdfium

    raw = textpage.raw
    edges = [ctypes.c_double() for _ in range(4)]
    places = [ctypes.byref(edge) for edge in edges]
    matrix = pdfium.FS_MATRIX()
    high = 0
    for at in range(pdfium.FPDFText_CountChars(raw)):
        code = pdfium.FPDFText_GetUnicode(raw, at)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            if not high:
                continue
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
        high = 0
        if code in _NOTHING:
            continue
        letter = _LIGATURES.get(code) or chr(code)
        if letter.isspace() or letter == HYPHEN:
            yield at, letter, [], 0.0
            continue
        pdfium.FPDFText_GetCharBox(raw, at, *places)
        size = pdfium.FPDFText_GetFontSize(raw, at)
        if pdfium.FPDFText_GetMatrix(raw, at, ctypes.byref(matrix)):  # a size of 1 may be scaled
            size *= abs(matrix.a * matrix.d - matrix.b * matrix.c) ** 0.5
        yield at, letter, [edge.value for edge in edges], round(size, 1)


def _box(page: Any, number: int, size: tuple[float, float], edges: list[float]) -> Box:
    """Return a box as it is seen: from the top left, the page's rotation and crop applied."""
    import pypdfium2.raw as pdfium

    width, height = (round(edge * _SCALE) for edge in size)
    across, down = ctypes.c_int(), ctypes.c_int()
    corners = []
    for x, y in ((edges[0], edges[2]), (edges[1], edges[3])):
        pdfium.FPDF_PageToDevice(
            page.raw, 0, 0, width, height, 0, x, y, ctypes.byref(across), ctypes.byref(down)
        )
        corners.append((across.value / _SCALE, down.value / _SCALE))
    (x0, y0), (x1, y1) = corners
    return Box(number, min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def cells(line: Line) -> list[list[Word]]:
    """Return a line's words, parted where the gap is wide."""
    groups = [[line.words[0]]]
    for before, word in pairwise(line.words):
        if word.box.left - before.box.right > _CELL_GAP * max(word.size, 6):
            groups.append([])
        groups[-1].append(word)
    return groups


def _parted(line: Line) -> list[Line]:
    parts = [Line(cell) for cell in cells(line)]
    parts[-1].hyphen = line.hyphen
    return parts


def _joined(lines: list[Line]) -> list[Line]:
    """Join parts that pdfium gives one after the other and that stand side by side."""
    ordered: list[Line] = []
    for line in lines:
        before = ordered[-1] if ordered else None
        if before and _is_beside(before, line) and not before.hyphen:
            before.words += line.words
            before.hyphen = line.hyphen
        else:
            ordered.append(line)
    return ordered


def _is_beside(before: Line, line: Line) -> bool:
    shared = min(before.bottom, line.bottom) - max(before.top, line.top)
    height = min(before.bottom - before.top, line.bottom - line.top)
    return shared > 0.5 * height and line.left >= before.right - 1


def _ordered(lines: list[Line], width: float) -> list[Line]:
    """Return lines in reading order: pdfium's, unless two columns are given row by row."""
    middle = width / 2
    sides = [
        -1 if line.right < middle + 2 else 1 if line.left > middle - 2 else 0 for line in lines
    ]
    turns = sum(
        a * b == -1 and _level(one, other)
        for (a, one), (b, other) in pairwise(zip(sides, lines, strict=True))
    )
    widths = sorted(line.right - line.left for line in lines)
    if turns < _INTERLEAVED or widths[len(widths) // 2] < _COLUMN * width:
        return lines
    ordered: list[Line] = []
    columns: tuple[list[Line], list[Line]] = ([], [])
    for side, line in zip(sides, lines, strict=True):
        if side:
            columns[side > 0].append(line)
        else:
            ordered += [*columns[0], *columns[1], line]
            columns = ([], [])
    return [*ordered, *columns[0], *columns[1]]


def _level(one: Line, other: Line) -> bool:
    return abs(one.bottom - other.bottom) < one.size
