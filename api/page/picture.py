"""A page of a PDF: its picture, a layer of selectable words over it, and marks.

The view is an SVG in points, whose coordinates are those of the boxes: it fits any screen without
style or script.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from api.page import links
from api.page.reading_view import Mark, MarkKind
from api.pictures import PageSize
from index.types import Box, Document, Span

_Word = tuple[str, int, Box]
"""A word, where it begins in the text, and its box."""

_PAD = 1.0
"""Points by which a mark is larger than the words."""


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A marked rectangle in points; the first of a mark on its page has the mark's anchor."""

    left: float
    top: float
    width: float
    height: float
    kind: MarkKind
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word where it is printed: its base line, width and height in points.

    `at` is where it begins in the document's text, in code points.
    """

    text: str
    at: int
    left: float
    base: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class PageView:
    """A page to show."""

    number: int
    label: str
    width: float
    height: float
    picture: str
    lines: tuple[tuple[PlacedWord, ...], ...]
    marks: tuple[Rectangle, ...]


def pages_of(document: Document, span: Span) -> list[int]:
    """Return the numbers of the pages that a span's words stand on."""
    if document.boxes is None:
        return []
    return sorted({box.page for box in document.boxes.within(span)})


def page_views(
    document: Document, sizes: Mapping[int, PageSize], marks: Sequence[Mark]
) -> list[PageView]:
    """Return the pages whose sizes are given, with the marks that touch them."""
    labels = {
        place.value: _label(document, place.span)
        for place in document.places
        if place.kind == "page" and place.value.isdigit() and int(place.value) in sizes
    }
    words = _words(document, frozenset(sizes))
    rectangles = list(_rectangles(document, marks))
    return [
        PageView(
            number=page,
            label=labels.get(str(page), ""),
            width=round(sizes[page].width, 1),
            height=round(sizes[page].height, 1),
            picture=links.page_picture(document.id, page, document.source_sha256[:12]),
            lines=tuple(_lines(words.get(page, []))),
            marks=tuple(mark for number, mark in rectangles if number == page),
        )
        for page in sizes
    ]


def _label(document: Document, span: Span) -> str:
    found = (each.value for each in document.places if each.kind == "label")
    spans = (each.span for each in document.places if each.kind == "label")
    return next((value for value, at in zip(found, spans, strict=True) if at.overlaps(span)), "")


def _words(document: Document, pages: frozenset[int]) -> dict[int, list[_Word]]:
    assert document.boxes is not None, "only documents with pages are shown as pages"
    found: dict[int, list[_Word]] = {}
    for span, box in document.boxes.words(pages):
        found.setdefault(box.page, []).append((span.of(document.text), span.start, box))
    return found


def _lines(words: Iterable[_Word]) -> Iterable[tuple[PlacedWord, ...]]:
    """Yield the words line by line, so that copying keeps the lines."""
    line: list[PlacedWord] = []
    before: Box | None = None
    for text, at, box in words:
        if before is not None and (box.top > before.bottom or box.left < before.left):
            yield tuple(line)
            line = []
        height = box.bottom - box.top
        line.append(
            PlacedWord(
                text,
                at,
                round(box.left, 1),
                round(box.bottom - 0.2 * height, 1),
                round(box.right - box.left, 1),
                round(max(height, 1.0), 1),
            )
        )
        before = box
    if line:
        yield tuple(line)


def _rectangles(document: Document, marks: Sequence[Mark]) -> Iterable[tuple[int, Rectangle]]:
    assert document.boxes is not None, "only documents with pages are shown as pages"
    for mark in marks:
        anchor = mark.anchor
        for box in document.boxes.within(mark.span):
            yield box.page, _rectangle(box, mark.kind, anchor)
            anchor = ""


def _rectangle(box: Box, kind: MarkKind, anchor: str) -> Rectangle:
    return Rectangle(
        round(box.left - _PAD, 1),
        round(box.top - _PAD, 1),
        round(box.right - box.left + 2 * _PAD, 1),
        round(box.bottom - box.top + 2 * _PAD, 1),
        kind,
        anchor,
    )
