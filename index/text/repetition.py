"""Text that stands on page after page: navigation, footers, licence headers, disclaimers.

The first and last lines of each document are remembered by their words. How many documents a line
stands in decides in two steps whether it is boilerplate of one of them: it stands in several, and a
good part of the document's other lines stands in far fewer. The second keeps apart what is copied
whole, a story in several papers, of which every line stands in as many.

What follows from a set of documents depends on the set alone, not on the order they came in.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from index.text.marks import MarkTable, marks_of_kind
from index.types import Document, Mark, Passage, Span

Lines = NDArray[np.void]
"""The lines at a document's edges in order, shape (n,), of `LINE`."""

LINE = np.dtype(
    [("key", "<i8"), ("start", "<u4"), ("end", "<u4"), ("words", "<u2"), ("field", "u1")]
)
"""A line: a digest of its words, its span, how many words, whether it is a field of a record."""

_EDGE = 24
"""Lines that are remembered at each end of a document."""
_LONGEST = 2_000
_FEWEST_LINES = 3
_FEWEST_DOCUMENTS = 4
_FEWEST_WORDS = 4
"""Words of a run of repeated lines that is boilerplate, fields left out."""
_OWN_SHARE = 0.25
"""The share of a document's remembered words that stand in far fewer documents."""
_GAP = 400
"""Code points between two lines of one run, at most."""

_LEADER = re.compile(r"^[\s#*/%;|.-]+|[\s#*/|-]+$")
_WORD = re.compile(r"\w")
_FIELD = re.compile(r"\W{0,3}\w[\w ()/-]{0,30}:\s+\S")
_FIELD_WORDS = 12
_SENTENCE_END = re.compile(r"(?<=[.!?]) +(?=\S)")
_SENTENCES_FROM = 120

NO_LINES: Lines = np.empty(0, dtype=LINE)


def edge_lines(document: Document) -> Lines:
    """Return the lines at a document's edges; none of one of too few lines to tell them apart."""
    text = document.text
    spans = list(_edges(text))
    marked = MarkTable(document.marks)
    rows = [
        (key, span.start, span.end, min(words, 65_535), field)
        for span in chain.from_iterable(_pieces(text, each) for each in spans)
        if not marked.within(span)
        for key, words, field in _described(span.of(text))
    ]
    return np.array(rows, dtype=LINE) if len(rows) >= _FEWEST_LINES else NO_LINES


def level(documents: int) -> int:
    """Return how often a line is repeated that stands in so many documents: 0, or 2 and more.

    >>> [level(n) for n in (1, 3, 4, 7, 8, 1000)]
    [0, 0, 2, 2, 3, 9]
    """
    return documents.bit_length() - 1 if documents >= _FEWEST_DOCUMENTS else 0


def repeated_spans(lines: Lines, levels: Mapping[int, int]) -> list[Span]:
    """Return where a document's boilerplate stands, in order.

    Args:
        lines: those at its edges.
        levels: of each line's key, 0 where it has none.
    """
    each = np.array([levels.get(key, 0) for key in lines["key"].tolist()], dtype=np.int64)
    words = lines["words"].astype(np.int64)
    repeated = np.zeros(len(lines), dtype=bool)
    for here in set(each[each > 0].tolist()):
        own = words[each <= max(here - 2, 0)].sum()
        if own >= _OWN_SHARE * words.sum():
            repeated |= each == here
    return [
        Span(int(run["start"][0]), int(run["end"][-1]))
        for run in _runs(lines, repeated)
        if run["words"][run["field"] == 0].sum() >= _FEWEST_WORDS
    ]


def with_repeated(passage: Passage, spans: Iterable[Span]) -> Passage:
    """Return a passage with the parts of its document's repeated spans that lie in it marked."""
    inside = MarkTable(Mark(span, "boilerplate") for span in spans).within(passage.span)
    if not inside:
        return passage
    return replace(passage, marks=tuple(sorted({*passage.marks, *inside})))


def boilerplate(passage: Passage) -> list[Span]:
    """Return where boilerplate stands in a passage's text, adjoining pieces in one."""
    text, joined = passage.text, list[Span]()
    for span in marks_of_kind(passage.marks, "boilerplate", passage.span.start):
        if joined and not text[joined[-1].end : span.start].strip():
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined


def _edges(text: str) -> Iterator[Span]:
    """Yield the lines at both ends of a text that aren't blank, each once, in order."""
    head: list[Span] = []
    at = 0
    while at < len(text) and len(head) < _EDGE:
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        if _is_line(text, at, end):
            head.append(Span(at, end))
        at = end + 1
    tail: list[Span] = []
    end = len(text)
    while end > at and len(tail) < _EDGE:
        start = max(text.rfind("\n", at, end) + 1, at)
        if _is_line(text, start, end):
            tail.append(Span(start, end))
        end = start - 1
    yield from head
    yield from reversed(tail)


def _is_line(text: str, start: int, end: int) -> bool:
    return 0 < end - start <= _LONGEST and not text[start:end].isspace()


def _pieces(text: str, line: Span) -> Iterator[Span]:
    """Yield a line, or the sentences of a long one."""
    if len(line) < _SENTENCES_FROM:
        yield line
        return
    ends = (match.span() for match in _SENTENCE_END.finditer(text, line.start, line.end))
    bounds = [line.start, *chain.from_iterable(ends), line.end]
    for start, end in zip(bounds[::2], bounds[1::2], strict=True):
        yield Span(start, end)


def _described(line: str) -> Iterator[tuple[int, int, bool]]:
    """Yield a line's key, how many words it has and whether it is a field; nothing of a rule."""
    bare = _LEADER.sub("", line)
    if _WORD.search(bare) is None:
        return
    words = bare.casefold().split()
    digest = hashlib.blake2b(" ".join(words).encode("utf-8", "replace"), digest_size=8).digest()
    field = " | " in line or (len(words) <= _FIELD_WORDS and _FIELD.match(line) is not None)
    yield int.from_bytes(digest, "little", signed=True), len(words), field


def _runs(lines: Lines, chosen: NDArray[np.bool_]) -> Iterator[Lines]:
    """Yield the runs of chosen lines that follow one another."""
    starts = lines["start"].astype(np.int64)
    ends = lines["end"].astype(np.int64)
    apart = [0, *(np.flatnonzero(starts[1:] - ends[:-1] > _GAP) + 1).tolist()]
    apart += (np.flatnonzero(chosen[1:] != chosen[:-1]) + 1).tolist()
    for start, end in pairwise(sorted({*apart, len(lines)})):
        if chosen[start]:
            yield lines[start:end]
