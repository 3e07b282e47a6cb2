"""Quotations over paragraphs: each opens its marks again, and only the last closes them."""

import re
from collections.abc import Iterator

from index.text.sentences import sentences
from index.types import Span
from retrieval.attribution.syntax.quotes import paragraph_start, quotations

_REOPENED = re.compile('[^\\S\n]*["\u201c\u00ab\u201e]')
_BLOCK = re.compile(r"[^\S\n]*>")
_FURTHEST = 8
"""How many paragraphs away a speaker is looked for."""
_LONGEST = 4000
"""Code points of one paragraph that are read, more being no paragraph of anybody's speech."""


def other_paragraphs(text: str, sentence: Span) -> Iterator[Span]:
    """Yield the sentences of other paragraphs that may name who speaks this one, nearest first.

    Those before it, as far as one quotation runs, then what introduces that with a colon, then
    those after it, as far as it runs on.
    """
    own = _paragraph(text, sentence.start)
    for paragraph in _earlier(text, own):
        yield from reversed(_sentences(text, paragraph))
    for paragraph in _later(text, own):
        yield from _sentences(text, paragraph)


def introducing_sentence(text: str, sentence: Span) -> Iterator[Span]:
    """Yield the sentence that introduces, with a colon, the block quotation of this one.

    Blocks are those of Markdown: every line begins with `>`.
    """
    paragraph = _paragraph(text, sentence.start)
    for _ in range(_FURTHEST):
        before = _before(text, paragraph)
        if before is None or not _is_block(text, paragraph):
            return
        introduction = _introduction(text, before)
        if introduction is not None and not _is_block(text, before):
            yield introduction
            return
        paragraph = before


def _earlier(text: str, paragraph: Span) -> Iterator[Span]:
    for _ in range(_FURTHEST):
        before = _before(text, paragraph)
        if before is None or not _REOPENED.match(text, paragraph.start, paragraph.end):
            return
        introduction = _introduction(text, before)
        if introduction is not None:
            yield introduction
            return
        if not quotations(text, before).left_open:
            return
        yield before
        paragraph = before


def _later(text: str, paragraph: Span) -> Iterator[Span]:
    for _ in range(_FURTHEST):
        after = _after(text, paragraph)
        if after is None or not quotations(text, paragraph).left_open:
            return
        if not _REOPENED.match(text, after.start, after.end):
            return
        yield after
        paragraph = after


def _introduction(text: str, paragraph: Span) -> Span | None:
    """Return the last sentence of a paragraph that ends in a colon."""
    return _sentences(text, paragraph)[-1] if paragraph.of(text).rstrip().endswith(":") else None


def _is_block(text: str, line: Span) -> bool:
    return _BLOCK.match(text, line.start, line.end) is not None


def _paragraph(text: str, at: int) -> Span:
    end = text.find("\n", at, at + _LONGEST)
    return Span(paragraph_start(text, at), end if end >= 0 else min(len(text), at + _LONGEST))


def _before(text: str, paragraph: Span) -> Span | None:
    """Return the paragraph before, empty lines left out."""
    low = max(0, paragraph.start - _LONGEST)
    end = low + len(text[low : paragraph.start].rstrip())
    return _paragraph(text, end - 1) if end > low else None


def _after(text: str, paragraph: Span) -> Span | None:
    """Return the paragraph after, empty lines left out."""
    rest = text[paragraph.end : paragraph.end + _LONGEST]
    start = paragraph.end + len(rest) - len(rest.lstrip())
    return _paragraph(text, start) if rest.strip() else None


def _sentences(text: str, paragraph: Span) -> list[Span]:
    return [span.shift(paragraph.start) for span in sentences(paragraph.of(text))]
