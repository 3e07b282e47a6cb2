"""A text as it is compared with others: its words, and their runs of three.

Two texts resemble one another by the share of their runs that they have in common (Broder, On the
resemblance and containment of documents, 1997).
"""

import re
from functools import cached_property
from itertools import islice

RESEMBLANCE = 0.9
CONTAINED = 0.5
"""The share of the shorter passage's runs that the longer has; the copy has the rest elsewhere."""

_ALIKE = 0.5
"""Texts that share fewer than this of their pieces between spaces are not compared further."""

Run = tuple[str, ...]
"""Three words that follow each other."""

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
    def runs(self) -> frozenset[Run]:
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
    def masked(self) -> frozenset[Run]:
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


def _masked(run: Run) -> Run:
    return tuple("0" if _NUMBER.search(word) else word for word in run)
