"""Near-identical passages: the best one is kept and stands for the others.

Two passages are near-identical when their words are the same but for case, punctuation and white
space, or when nine in ten of their runs of three words are shared (Broder's resemblance, On the
resemblance and containment of documents, 1997).
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from itertools import islice

from index.types import Hit

RESEMBLANCE = 0.9
_CLOSE = {"dense": 0.08, "lexical": 0.25}
"""Passages that differ by more than this share of an arm's score are not compared word by word."""

_ALIKE = 0.5
"""Nor are those of which fewer than this share of the pieces between spaces are the same."""

_WORD = re.compile(r"\w+")
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

    def says_the_same(self, other: "ComparedText", share: float = RESEMBLANCE) -> bool:
        """Tell whether the words are the same, or at least a `share` of their runs."""
        return self.words == other.words or self.resembles(other, share)

    def resembles(self, other: "ComparedText", share: float = RESEMBLANCE) -> bool:
        """Tell whether at least a `share` of the runs of both is shared."""
        pieces = min(len(self.pieces), len(other.pieces))
        if len(self.pieces & other.pieces) < _ALIKE * pieces:
            return False
        fewer, more = sorted((len(self.runs), len(other.runs)))
        if fewer < share * more:
            return False
        shared = len(self.runs & other.runs)
        return shared / (fewer + more - shared) >= share


class _Kept:
    """A hit that differs from those before it, and the later ones that it stands for."""

    def __init__(self, hit: Hit) -> None:
        self.hit = hit
        self.text = ComparedText(hit.passage.text)
        self.duplicates: list[int] = []
        self._dense = hit.scores.get("dense")
        self._lexical = hit.scores.get("lexical")

    def stands_for(self, other: "_Kept") -> bool:
        return (
            _near(self._dense, other._dense, _CLOSE["dense"])
            and _near(self._lexical, other._lexical, _CLOSE["lexical"])
            and self.text.resembles(other.text)
        )


def collapse(hits: Iterable[Hit], k: int) -> list[Hit]:
    """Return the first k hits that differ, each naming the later ones that it stands for.

    Args:
        hits: best first; read only as far as needed.
        k: how many to return.
    """
    kept: list[_Kept] = []
    by_opening: defaultdict[tuple[str, ...], list[_Kept]] = defaultdict(list)
    for one in map(_Kept, hits):
        openers = by_opening[one.text.opening]
        original = next((each for each in openers if each.text.words == one.text.words), None)
        original = original or next((each for each in kept if each.stands_for(one)), None)
        if original is not None:
            original.duplicates.append(one.hit.passage.id)
        elif len(kept) == k:
            break
        else:
            kept.append(one)
            openers.append(one)
    return [
        replace(one.hit, duplicates=tuple(one.duplicates)) if one.duplicates else one.hit
        for one in kept
    ]


def _near(one: float | None, other: float | None, share: float) -> bool:
    """Tell cheaply whether two passages may be near-identical: such have near-equal scores."""
    if one is None or other is None:
        return True
    return abs(one - other) <= share * max(abs(one), abs(other))
