"""Examples in other words: some replaced by near ones, for a teacher to score anew.

A network that knows its passages by heart learns little more from them; said a little differently
they are new to it (Jiao et al., 2020, TinyBERT). A word is replaced by the same one wherever it
stands, so that what a question shares with its passage they go on sharing.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from eval.training.example_encoding import Example

NEAR = 6
"""How many near words may stand for one."""
WORDS = 0.15
"""Share of the distinct words of an example that are replaced."""
_SHORTEST = 4
_NEVER_REPLACED = frozenset(
    """
    also been being both does each either every have having into many much neither never none only
    some such than that their them then there these they this those very were what when where which
    while whom whose will with without would your
    above after before below between during first last least less more most over since under until
    """.split()
)
"""Words a sentence hangs on; shorter ones are kept too."""


class Rewording:
    """Replaces words that are one piece each."""

    def __init__(self, pieces: Sequence[str], table: NDArray[np.float32]) -> None:
        """Take the vocabulary; what is near to a word is looked up when it is first replaced.

        Args:
            pieces: the vocabulary.
            table: an encoder's embedding of each, ``[pieces, width]``.
        """
        self._near = np.full((len(pieces), NEAR), -1, dtype=np.int32)
        self._classes = [
            _WordClass(np.flatnonzero([belongs(piece) for piece in pieces]), table)
            for belongs in (_is_number, _is_word)
        ]
        self._goes_on = np.array([piece.startswith("##") for piece in pieces])

    def reword(self, example: Example, rng: Generator) -> Example:
        """Return ``example`` with some of its words replaced; its golds stand where they stood."""
        ids = example.ids
        distinct, where = np.unique(ids, return_inverse=True)
        for each in self._classes:
            new = distinct[np.isin(distinct, each.ids) & (self._near[distinct, 0] < 0)]
            if len(new):
                self._near[new] = each.nearest(new)
        other = self._near[distinct, rng.integers(NEAR, size=len(distinct))]
        chosen = (rng.random(len(distinct)) < WORDS) & (other >= 0)
        # The first piece of a longer word is none of its own.
        whole = ~np.append(self._goes_on[ids[1:]], False)
        return replace(example, ids=np.where(chosen[where] & whole, other[where], ids))


class _WordClass:
    """Pieces that may stand for each other."""

    def __init__(self, ids: NDArray[np.intp], table: NDArray[np.float32]) -> None:
        """Take the sorted ids ``[n]`` of the pieces, and the embeddings of all."""
        self.ids = ids
        self._unit = table[ids] / np.linalg.norm(table[ids], axis=1, keepdims=True)

    def nearest(self, ids: NDArray[np.int32]) -> NDArray[np.intp]:
        """Return the ``NEAR`` pieces nearest to each of ``ids`` by cosine, itself not among them.

        The shape is ``[len(ids), NEAR]``.
        """
        own = np.searchsorted(self.ids, ids)
        alike = self._unit[own] @ self._unit.T
        alike[np.arange(len(own)), own] = -np.inf
        return self.ids[np.argpartition(-alike, NEAR, axis=1)[:, :NEAR]]


def _is_number(piece: str) -> bool:
    return piece.isascii() and piece.isdigit()


def _is_word(piece: str) -> bool:
    return (
        piece.isascii()
        and piece.isalpha()
        and len(piece) >= _SHORTEST
        and piece not in _NEVER_REPLACED
    )
