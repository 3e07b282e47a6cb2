"""Near-identical passages: the best one is kept and stands for the others.

Two passages are near-identical when their words are the same but for case, punctuation and white
space, or when nine in ten of their runs of three words are shared (Broder's resemblance, On the
resemblance and containment of documents, 1997). Of documents that are copies of each other, which
may be cut into passages in other places, so are those of which half of the shorter is in the other.
One that has other numbers says something else, however alike they are.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from index.types import Hit, Passage
from retrieval.search.compared_text import ComparedText, Run
from retrieval.search.same_source import with_same_sources
from retrieval.search.stories import Shown, Stories

_CLOSE = {"dense": 0.08, "lexical": 0.25}
"""Passages that differ by more than this share of an arm's score are not compared word by word."""


class _Representative:
    """A hit that differs from those before it, and the later ones that it stands for."""

    def __init__(self, hit: Hit) -> None:
        self.hit = hit
        self.text = ComparedText(hit.passage.text)
        self.copies: list[Passage] = []
        self._dense = hit.scores.get("dense")
        self._lexical = hit.scores.get("lexical")

    def stands_for(self, other: "_Representative") -> bool:
        return (
            _near(self._dense, other._dense, _CLOSE["dense"])
            and _near(self._lexical, other._lexical, _CLOSE["lexical"])
            and self.text.resembles(other.text)
            and self.text.numbers == other.text.numbers
        )


class _Results:
    """The hits that differ, and those of copies of their documents that may prove to be theirs."""

    def __init__(self, stories: Stories | None) -> None:
        self.distinct: list[_Representative] = []
        self.waiting: list[_Representative] = []
        self._shown = None if stories is None else Shown(stories)
        self._by_document: defaultdict[str, list[_Representative]] = defaultdict(list)
        self._by_opening: defaultdict[Run, list[_Representative]] = defaultdict(list)

    def joins(self, one: _Representative) -> bool:
        """Return whether a kept hit stands for another one, which is then its copy."""
        openers = self._by_opening[one.text.opening]
        original = next((each for each in openers if each.text.words == one.text.words), None)
        original = original or next((each for each in self.distinct if each.stands_for(one)), None)
        if original is None:
            retold = (each for name in self._retold(one) for each in self._by_document[name])
            original = next((each for each in retold if each.text.contains_copy(one.text)), None)
        if original is not None:
            original.copies.append(one.hit.passage)
        return original is not None

    def retells(self, one: _Representative) -> bool:
        """Return whether a hit is of a copy of a document that is shown already."""
        shown = one.hit.passage.document_id in self._by_document
        return not shown and bool(self._retold(one))

    def _retold(self, one: _Representative) -> list[str]:
        """Return the documents shown that a hit's document is a copy of."""
        return [] if self._shown is None else self._shown.copies_of(one.hit.passage.document_id)

    def keep(self, one: _Representative) -> None:
        """Keep a hit that differs from those before."""
        self.distinct.append(one)
        self._by_opening[one.text.opening].append(one)
        self._by_document[one.hit.passage.document_id].append(one)
        if self._shown is not None:
            self._shown.add(one.hit.passage.document_id)


def collapse(hits: Iterable[Hit], k: int, stories: Stories | None = None) -> list[Hit]:
    """Return the first k hits that differ, each with the later ones that it stands for.

    Where copies are known, one that differs and is of the source of one before says so.

    A story that several documents tell is shown from the first of them, and what others add to it
    where nothing else is left.

    Args:
        hits: best first; read only as far as needed.
        k: how many to return.
        stories: which documents are copies of each other; None where that is not known.
    """
    results = _Results(stories)
    for one in map(_Representative, hits):
        if results.joins(one):
            continue
        if results.retells(one):
            results.waiting.append(one)
        elif len(results.distinct) == k:
            break
        else:
            results.keep(one)
    for one in results.waiting:
        if not results.joins(one) and len(results.distinct) < k:
            results.keep(one)
    ordered = (
        sorted(results.distinct, key=lambda each: -each.hit.score) if stories else results.distinct
    )
    shown = [(replace(each.hit, copies=tuple(each.copies)), each.text) for each in ordered]
    if stories is None:
        return [hit for hit, _ in shown]
    return with_same_sources(shown, stories)


def _near(one: float | None, other: float | None, share: float) -> bool:
    """Tell cheaply whether two passages may be near-identical: such have near-equal scores."""
    if one is None or other is None:
        return True
    return abs(one - other) <= share * max(abs(one), abs(other))
