"""Which passages are of one source: of one document, of copies of it, or copied with some changes.

Copies that say the same are one result (`retrieval.search.duplicates`). Others are shown, since
they have other numbers or words, and are no second source of what they have in common.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from index.types import Hit, Passage
from retrieval.search.compared_text import ComparedText
from retrieval.search.stories import Shown, Stories

SAME_SOURCE = 0.8
"""The share of their runs of words that two passages have in common of which one is a copy."""

_FIRST = 20
"""Passages that those behind them are compared with word by word."""


def same_source(passage: Passage, other: Passage, stories: Stories) -> bool:
    """Return whether two passages are of one source."""
    if stories.same(passage.document_id, other.document_id):
        return True
    return ComparedText(passage.text).says_the_same(ComparedText(other.text), SAME_SOURCE)


def with_same_sources(hits: Iterable[tuple[Hit, ComparedText]], stories: Stories) -> list[Hit]:
    """Return hits, each with the first one before it, in another document, of the same source.

    Args:
        hits: best first, with their texts.
        stories: which documents are copies of each other.
    """
    before = _Before(stories)
    return [replace(hit, same_source_as=before.source(hit.passage, text)) for hit, text in hits]


class _Before:
    """The passages that were shown so far."""

    def __init__(self, stories: Stories) -> None:
        self._shown = Shown(stories)
        self._first: dict[str, int] = {}
        self._passages: list[tuple[Passage, ComparedText]] = []

    def source(self, passage: Passage, text: ComparedText) -> Passage | None:
        """Return the first passage of the same source in another document, and add this one."""
        at = min(chain(self._of_copies(passage), self._alike(passage, text)), default=None)
        earlier = None if at is None else self._passages[at][0]
        self._first.setdefault(passage.document_id, len(self._passages))
        self._shown.add(passage.document_id)
        self._passages.append((passage, text))
        return earlier

    def _of_copies(self, passage: Passage) -> Iterator[int]:
        return (self._first[each] for each in self._shown.copies_of(passage.document_id))

    def _alike(self, passage: Passage, text: ComparedText) -> Iterator[int]:
        for at, (other, words) in enumerate(self._passages[:_FIRST]):
            if other.document_id != passage.document_id and text.resembles(words, SAME_SOURCE):
                yield at
                return
