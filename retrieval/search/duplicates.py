"""Near-identical passages: the best one is kept and stands for the others.

Two passages are near-identical when their words are the same but for case, punctuation and white
space, or when nine in ten of their runs of three words are shared (Broder's resemblance, On the
resemblance and containment of documents, 1997). Of documents that are copies of each other, which
may be cut into passages in other places, so are those of which half of the shorter is in the other.
One that has other numbers says something else, however alike they are.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from itertools import islice

from index.types import Hit, Passage
from retrieval.search.stories import Shown, Stories

RESEMBLANCE = 0.9
CONTAINED = 0.5
"""The share of the shorter passage's runs that the longer has; the copy has the rest elsewhere."""
_CLOSE = {"dense": 0.08, "lexical": 0.25}
"""Passages that differ by more than this share of an arm's score are not compared word by word."""

_ALIKE = 0.5
"""Nor are those of which fewer than this share of the pieces between spaces are the same."""

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d")
_OPENING = 4


class ComparedText:
    """A text as it is compared; each form of it is made when a comparison first needs it."""

    def __init__(self, text: str) -> None:
        self._folded = text.casefold()
        self.opening = tuple(each[0] for each in islice(_WORD.finditer(self._folded), _OPENING))

    @cached_property
    def pieces(self) -> frozenset[str]:
        """What stands between spaces."""
        return frozenset(self._folded.split())

    @cached_property
    def words(self) -> list[str]:
        """The words in order, without marks."""
        return _WORD.findall(self._folded)

    @cached_property
    def runs(self) -> frozenset[tuple[str, ...]]:
        """Every run of three words; of a shorter text all its words."""
        words = self.words
        if len(words) < 3:
            return frozenset([tuple(words)])
        return frozenset(zip(words, words[1:], words[2:], strict=False))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The words that have a digit."""
        return frozenset(word for word in self.words if _NUMBER.search(word))

    @cached_property
    def masked(self) -> frozenset[tuple[str, ...]]:
        """The runs with all numbers alike."""
        return frozenset(map(_masked, self.runs))

    def contains_copy(self, other: "ComparedText") -> bool:
        """Return whether half of the shorter of two texts is in the longer, with its numbers."""
        fewer, more = sorted((self, other), key=lambda each: len(each.runs))
        missing = fewer.runs - more.runs
        if len(missing) > (1 - CONTAINED) * len(fewer.runs):
            return False
        numbered = {run for run in missing if any(map(_NUMBER.search, run))}
        return not numbered or more.masked.isdisjoint(map(_masked, numbered))

    def says_the_same(self, other: "ComparedText", share: float = RESEMBLANCE) -> bool:
        """Return whether the words are the same, or at least a `share` of their runs."""
        return self.words == other.words or self.resembles(other, share)

    def resembles(self, other: "ComparedText", share: float = RESEMBLANCE) -> bool:
        """Return whether at least a `share` of the runs of both is shared."""
        pieces = min(len(self.pieces), len(other.pieces))
        if len(self.pieces & other.pieces) < _ALIKE * pieces:
            return False
        fewer, more = sorted((len(self.runs), len(other.runs)))
        if fewer < share * more:
            return False
        shared = len(self.runs & other.runs)
        return shared / (fewer + more - shared) >= share


def _masked(run: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("0" if _NUMBER.search(word) else word for word in run)


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
        self.kept: list[_Representative] = []
        self.waiting: list[_Representative] = []
        self._shown = None if stories is None else Shown(stories)
        self._by_document: defaultdict[str, list[_Representative]] = defaultdict(list)
        self._by_opening: defaultdict[tuple[str, ...], list[_Representative]] = defaultdict(list)

    def joins(self, one: _Representative) -> bool:
        """Return whether a kept hit stands for another one, which is then its copy."""
        openers = self._by_opening[one.text.opening]
        original = next((each for each in openers if each.text.words == one.text.words), None)
        original = original or next((each for each in self.kept if each.stands_for(one)), None)
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
        self.kept.append(one)
        self._by_opening[one.text.opening].append(one)
        self._by_document[one.hit.passage.document_id].append(one)
        if self._shown is not None:
            self._shown.add(one.hit.passage.document_id)


def collapse(hits: Iterable[Hit], k: int, stories: Stories | None = None) -> list[Hit]:
    """Return the first k hits that differ, each with the later ones that it stands for.

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
        elif len(results.kept) == k:
            break
        else:
            results.keep(one)
    for one in results.waiting:
        if not results.joins(one) and len(results.kept) < k:
            results.keep(one)
    ordered = sorted(results.kept, key=lambda each: -each.hit.score) if stories else results.kept
    return [replace(each.hit, copies=tuple(each.copies)) for each in ordered]


def _near(one: float | None, other: float | None, share: float) -> bool:
    """Tell cheaply whether two passages may be near-identical: such have near-equal scores."""
    if one is None or other is None:
        return True
    return abs(one - other) <= share * max(abs(one), abs(other))
