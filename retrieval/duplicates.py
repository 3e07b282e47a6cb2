"""Near-identical passages: the best one is kept and stands for the others.

Two passages are near-identical when their words are the same but for case, punctuation and white
space, or when nine in ten of their runs of three words are shared (Broder's resemblance, On the
resemblance and containment of documents, 1997).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from index.types import Hit

RESEMBLANCE = 0.9
_RUN = 3
_CLOSE = {"dense": 0.08, "lexical": 0.25}
"""Passages that differ by more than this share of an arm's score are not compared word by word."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Kept:
    hit: Hit
    words: tuple[str, ...]
    runs: frozenset[tuple[str, ...]]
    duplicates: list[int] = field(default_factory=list)


def collapse(hits: Iterable[Hit], k: int) -> list[Hit]:
    """Return the first k hits that differ, each naming the later ones that it stands for.

    Args:
        hits: best first; read only as far as needed.
        k: how many to return.
    """
    kept: list[_Kept] = []
    for hit in hits:
        words = tuple(_WORD.findall(hit.passage.text.casefold()))
        original = next((other for other in kept if _same(other, hit, words)), None)
        if original is not None:
            original.duplicates.append(hit.passage.id)
        elif len(kept) == k:
            break
        else:
            kept.append(_Kept(hit, words, _runs(words)))
    return [replace(one.hit, duplicates=tuple(one.duplicates)) for one in kept]


def near_identical(first: str, second: str) -> bool:
    """Tell whether two texts say nearly the same in nearly the same words."""
    one, other = (tuple(_WORD.findall(text.casefold())) for text in (first, second))
    return one == other or _resemblance(_runs(one), _runs(other)) >= RESEMBLANCE


def _same(kept: _Kept, hit: Hit, words: tuple[str, ...]) -> bool:
    if kept.words == words:
        return True
    if not _close(kept.hit.scores, hit.scores):
        return False
    return _resemblance(kept.runs, _runs(words)) >= RESEMBLANCE


def _close(one: Mapping[str, float], other: Mapping[str, float]) -> bool:
    """Tell cheaply whether two passages may be near-identical: such have near-equal scores."""
    return all(
        abs(one[arm] - other[arm]) <= share * max(abs(one[arm]), abs(other[arm]))
        for arm, share in _CLOSE.items()
        if arm in one and arm in other
    )


def _runs(words: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    last = max(1, len(words) - _RUN + 1)
    return frozenset(words[start : start + _RUN] for start in range(last))


def _resemblance(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    return len(one & other) / len(one | other)
