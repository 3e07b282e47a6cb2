"""A document's text in a slice around a quote, cut into segments with everything marked."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from index.errors import InputError
from index.types import Document, Span

MarkKind = Literal["quote", "cited", "hit", "unseen"]
"""`unseen` are words that the source holds and does not show."""

SLICE = 12_000
"""Code points of a document that are sent at once, about five printed pages."""

_LOOK = 1_500
"""How far a slice's end is moved to end with a line."""

MAX_HITS = 200
"""Places that a search inside a document lists."""

_AROUND_HIT = 60


@dataclass(frozen=True, slots=True)
class Mark:
    """Words to mark; `anchor` is the id by which they can be linked to, "" for none."""

    span: Span
    kind: MarkKind
    anchor: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text whose marks are the same; `anchors` are those of the marks that begin here."""

    text: str
    kinds: tuple[MarkKind, ...] = ()
    anchors: tuple[str, ...] = ()
    level: int = 0


@dataclass(frozen=True, slots=True)
class InnerHit:
    """A place where a search inside a document found its words, with those around."""

    span: Span
    before: str
    words: str
    after: str


def slice_around(text: str, focus: Span, first: int | None = None, last: int | None = None) -> Span:
    """Return the part of a text to send: around a focus, or from an offset on (and up to one).

    It begins and ends with lines where they are not too long, and holds the whole focus.
    """
    if first is not None:
        start = min(max(first, 0), len(text))
        if last is not None and start <= last <= start + SLICE + _LOOK:
            return Span(start, min(last, len(text)))
        return Span(start, _line_end(text, min(len(text), start + SLICE)))
    spare = max(0, SLICE - len(focus)) // 2
    start = _line_start(text, max(0, focus.start - spare))
    return Span(start, _line_end(text, min(len(text), focus.end + spare)))


def _line_start(text: str, offset: int) -> int:
    if offset == 0:
        return 0
    found = text.rfind("\n", max(0, offset - _LOOK), offset)
    return offset if found < 0 else found + 1


def _line_end(text: str, offset: int) -> int:
    found = text.find("\n", offset, offset + _LOOK)
    return min(len(text), offset) if found < 0 else found + 1


def earlier(text: str, part: Span) -> int | None:
    """Return where the slice before this one begins, None at the text's start."""
    return None if part.start == 0 else _line_start(text, max(0, part.start - SLICE))


def segments(document: Document, part: Span, marks: Iterable[Mark]) -> list[Segment]:
    """Cut a slice wherever a mark or a heading begins or ends."""
    inside = [mark for mark in marks if mark.span.overlaps(part) and len(mark.span)]
    headings = [each for each in document.outline if each.text and each.span.overlaps(part)]
    edges = {part.start, part.end}
    for span in [mark.span for mark in inside] + [heading.span for heading in headings]:
        edges |= {max(part.start, span.start), min(part.end, span.end)}
    made: list[Segment] = []
    for start, end in pairwise(sorted(edges)):
        here = Span(start, end)
        over = [mark for mark in inside if mark.span.overlaps(here)]
        begin = [mark.anchor for mark in over if mark.anchor and _begins(mark, part, start)]
        levels = [heading.level for heading in headings if heading.span.overlaps(here)]
        kinds = tuple(dict.fromkeys(mark.kind for mark in over))
        made.append(Segment(here.of(document.text), kinds, tuple(begin), min(levels, default=0)))
    return made


def _begins(mark: Mark, part: Span, start: int) -> bool:
    return max(mark.span.start, part.start) == start


def unseen(document: Document) -> list[Mark]:
    """Return the words that nobody sees in the source."""
    return [Mark(each.span, "unseen", "") for each in document.marks if each.kind == "hidden"]


def find_inside(text: str, wanted: str) -> list[InnerHit]:
    """Return where words stand in a text, in any case and across line ends; at most `MAX_HITS`.

    >>> [hit.words for hit in find_inside("The ferry sails. The ferry waits.", "the ferry")]
    ['The ferry', 'The ferry']
    """
    words = wanted.split()
    if not words:
        return []
    pattern = re.compile(r"\s+".join(map(re.escape, words)), re.IGNORECASE)
    found: list[InnerHit] = []
    for match in pattern.finditer(text):
        found.append(_inner_hit(text, Span(*match.span())))
        if len(found) == MAX_HITS:
            break
    return found


def _inner_hit(text: str, span: Span) -> InnerHit:
    before = text[max(0, span.start - _AROUND_HIT) : span.start]
    after = text[span.end : span.end + _AROUND_HIT]
    return InnerHit(span, " ".join(before.split(" ")[1:]), span.of(text), after.rpartition(" ")[0])


def parse_spans(values: Sequence[str], document: Document) -> list[Span]:
    """Return the spans that an address names; those outside the text are left out.

    Raises:
        InputError: when one is no span at all.
    """
    found: list[Span] = []
    for value in values[:50]:
        match = re.fullmatch(r"(\d{1,12})-(\d{1,12})", value)
        if match is None:
            raise InputError(f"{value[:40]!r} is no span: two numbers with a dash between")
        start, end = int(match[1]), int(match[2])
        if start < end <= len(document.text):
            found.append(Span(start, end))
    return sorted(set(found))
