"""Sentence bounds, as spans of the text.

sentencex finds the sentences of running text; its bounds are code points. It knows little of
layout, so structural lines are bounds too (`index.text.layout`), and it waits for a capital, so a
full stop that stands between blanks, as in tokenised or folded text, is one.

Spans are trimmed of white space (what `str.isspace` calls so), blank ones dropped, and together
they hold every code point that isn't white space, in order. Since CR and LF are white space, no
span begins or ends inside a CRLF.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

import sentencex

from index.text.layout import layout
from index.types import Span

_SURROGATE = re.compile("[\ud800-\udfff]")
_PARAGRAPH_END = re.compile(r"\n[ \t\r]*\n")
_LONE_STOP = re.compile(r"(?<=[^\s.!?])\s[.!?](?=\s+[^\s.!?])")
_NUMBER = re.compile(r"\s*(?:(?:Table|Figure|Example|Chapter|Section|Listing) )?\d+(?:\.\d+)*\.\s*")
_STOP = re.compile(r"\w\.")
_MARKER = re.compile(r"\s*(?:[^\w\s]|\(?\w{1,5}[.)])\s+")
_NUMBER_LENGTH = 24
_SHORTENED = re.compile(
    r"\b(?:Ms|Mx|Mmes|Amb|Atty|Ald|Gen|Gens|Govs|Spc|Ret|Ft|Eqs?|Figs|Vols?|approx)\.\s+$"
)
"""Abbreviations that sentencex does not know, none of which ends a sentence."""
_CHUNK = 1 << 18
"""Code points handed to sentencex at once: its answer takes some ten times their memory."""


def sentences(text: str) -> list[Span]:
    """Return the sentences of `text` in reading order, in linear time.

    A sentence may run over several lines, and be as long as the text where nothing ends it.
    """
    bounds = set(_prose_bounds(text))
    bounds.update(stop.end() for stop in _LONE_STOP.finditer(text))
    if "\n" in text or "\r" in text:
        structure = layout(text)
        bounds -= structure.never
        bounds |= structure.bounds
    bounds |= {0, len(text)}
    return [span for a, b in pairwise(sorted(bounds)) if (span := trimmed(text, a, b))]


def trimmed(text: str, start: int, end: int) -> Span | None:
    """Return `start:end` without the white space at its ends, or None when nothing is left."""
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    if left == len(piece):
        return None
    return Span(start + left, start + len(piece.rstrip()))


def _prose_bounds(text: str) -> Iterator[int]:
    """Yield the end of each sentence that sentencex finds.

    It takes an item of a list for one sentence, so that what follows the marker is asked again.
    """
    for start, end in _chunks(text):
        for first, last in _found(text[start:end]):
            yield start + last
            marker = _MARKER.match(text, start + first, start + last)
            if marker is not None:
                inside = text[marker.end() : start + last]
                yield from (marker.end() + bound for _, bound in _found(inside))


def _found(chunk: str) -> Iterator[tuple[int, int]]:
    """Yield where sentencex's sentences begin and end.

    Lone surrogates, which it cannot be given, stand in as U+FFFD: one code point for another.
    """
    try:
        found = sentencex.get_sentence_boundaries("en", chunk)
    except UnicodeEncodeError:
        found = sentencex.get_sentence_boundaries("en", _SURROGATE.sub("\ufffd", chunk))
    for sentence in found:
        if not _within(chunk, sentence["end_index"]):
            yield sentence["start_index"], sentence["end_index"]


def _within(text: str, end: int) -> bool:
    """Tell whether a bound is none: inside `sys._getframe`, after a title's number or an "Ms."."""
    if _SHORTENED.search(text, max(0, end - _NUMBER_LENGTH), end) is not None:
        return True
    after = text[end : end + 1]
    if _STOP.fullmatch(text, max(0, end - 2), end) and (after == "_" or after.islower()):
        return True
    begin = max(
        text.rfind("\n", max(0, end - _NUMBER_LENGTH), end - 1) + 1, end - _NUMBER_LENGTH, 0
    )
    at_start = begin == 0 or text[begin - 1] == "\n"
    return (
        at_start
        and _NUMBER.fullmatch(text, begin, end) is not None
        and "\n" not in text[end - 1 : end + 1]
    )


def _chunks(text: str) -> Iterator[tuple[int, int]]:
    """Cut a long text at ends of paragraphs, which are bounds in any case."""
    start = 0
    while len(text) - start > _CHUNK:
        end = _PARAGRAPH_END.search(text, start + _CHUNK)
        if end is None:
            break
        yield start, end.end()
        start = end.end()
    yield start, len(text)
