"""Two arms' scores become one ranking.

`Candidates` holds what either arm found, each scored by both arms (complete scoring: a passage
that only one arm found does not get 0 from the other). A fusion is a function from candidates to
scores, chosen by name from `FUSIONS`; the plain ones are there to be compared with.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from index.errors import InputError
from index.protocols import Ids, Ranking, Scores
from retrieval.search.fusion_weights import fusion_weights

RRF_K = 60
"""Cormack, Clarke and Buettcher, Reciprocal rank fusion outperforms Condorcet…, 2009."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What the arms found, n passages, in the order of their ids.

    `dense` and `lexical` are every candidate's scores, shape (n,). `dense_rank` and
    `lexical_rank` are 0-based places in each arm's own ranking, -1 where it did not find it.
    `coverage` is the share of the question's terms, weighted by idf, that each has, 0 to 1; None
    where the index cannot tell. `terms` is how many distinct terms the question has.
    """

    ids: Ids
    dense: Scores
    lexical: Scores
    dense_rank: NDArray[np.int64]
    lexical_rank: NDArray[np.int64]
    coverage: Scores | None = None
    terms: int = 1

    def ranking(self, scores: Scores) -> Ranking:
        """Return ids and scores, best first; equal scores stand in the order of their ids."""
        order = np.lexsort((self.ids, -scores))
        return self.ids[order], scores[order]


Fuse = Callable[[Candidates], Scores]


def fuse(name: str, candidates: Candidates) -> Ranking:
    """Return the fused ranking of the candidates.

    Raises:
        InputError: when no fusion has this name.
    """
    scores = fusion_named(name)(candidates)
    ids, ranked = candidates.ranking(scores.astype(np.float32))
    found = np.isfinite(ranked)
    return ids[found], ranked[found]


def fusion_named(name: str) -> Fuse:
    """Return the fusion of this name; `weighted:W` gives the dense arm the weight W, 0 to 1.

    Raises:
        InputError: when there is none.
    """
    kind, _, weight = name.partition(":")
    if kind == "weighted" and re.fullmatch(r"0?\.\d+|[01](\.0+)?", weight):
        return partial(weighted_minmax, dense_weight=float(weight))
    if name not in FUSIONS:
        known = ", ".join(FUSIONS)
        raise InputError(f"there is no fusion called {name!r}; there are: {known}, weighted:0.6")
    return FUSIONS[name]


def dense_only(candidates: Candidates) -> Scores:
    """Return the dense arm's scores; what it did not find is left out."""
    return np.where(candidates.dense_rank >= 0, candidates.dense, -np.inf).astype(np.float32)


def lexical_only(candidates: Candidates) -> Scores:
    """Return the lexical arm's scores; what it did not find is left out."""
    return np.where(candidates.lexical_rank >= 0, candidates.lexical, -np.inf).astype(np.float32)


def reciprocal_rank(candidates: Candidates) -> Scores:
    """Return the sum of 1 / (60 + rank) over the arms that found each."""
    ranks = (candidates.dense_rank, candidates.lexical_rank)
    parts = [np.where(rank >= 0, 1.0 / (RRF_K + 1 + rank), 0.0) for rank in ranks]
    return np.asarray(parts[0] + parts[1], dtype=np.float32)


def plain_minmax(candidates: Candidates) -> Scores:
    """Return the mean of both arms' scores scaled to 0..1, 0 where an arm did not find it."""
    scaled = [
        np.where(rank >= 0, _scaled(scores, rank >= 0), 0.0)
        for scores, rank in (
            (candidates.dense, candidates.dense_rank),
            (candidates.lexical, candidates.lexical_rank),
        )
    ]
    return np.asarray((scaled[0] + scaled[1]) / 2, dtype=np.float32)


def complete_minmax(candidates: Candidates) -> Scores:
    """Return the mean of both arms' scores scaled to 0..1 over all the candidates."""
    return weighted_minmax(candidates, 0.5)


def weighted_minmax(candidates: Candidates, dense_weight: float) -> Scores:
    """Return the weighted mean of both arms' scores scaled to 0..1 over all the candidates."""
    everything = np.ones(len(candidates.ids), dtype=np.bool_)
    dense, lexical = (_scaled(each, everything) for each in (candidates.dense, candidates.lexical))
    return np.asarray(dense_weight * dense + (1 - dense_weight) * lexical, dtype=np.float32)


def adaptive(candidates: Candidates) -> Scores:
    """Return both arms' scores scaled to 0..1, weighted by what each is worth for this question.

    The dense arm counts for more where its best passage stands out among the candidates in cosine,
    which has the same scale for every question; the lexical arm where some passage has most of the
    question's rare words, and where the question has many words. What a passage covers of them
    counts on its own as well. The few weights were fitted to many collections at once
    (`eval.tuning.fusion`).
    """
    if not len(candidates.ids):
        return candidates.dense
    weights = fusion_weights()
    dense_weight = weights.dense_weight(float(np.ptp(candidates.dense)))
    covered = candidates.coverage
    best = None if covered is None else float(covered.max())
    lexical_weight = weights.lexical_weight(best, candidates.terms)
    everything = np.ones(len(candidates.ids), dtype=np.bool_)
    scores = dense_weight * _scaled(candidates.dense, everything)
    scores += lexical_weight * _scaled(candidates.lexical, everything)
    total = dense_weight + lexical_weight
    if covered is not None:
        scores += weights.coverage * covered
        total += weights.coverage
    return np.asarray(scores / total, dtype=np.float32)


def _scaled(scores: Scores, among: NDArray[np.bool_]) -> Scores:
    """Return scores scaled so that those `among` lie in 0..1."""
    if not among.any():
        return np.zeros_like(scores)
    low, high = float(scores[among].min()), float(scores[among].max())
    if high <= low:
        return np.where(among, 1.0, 0.0).astype(np.float32)
    return np.asarray((scores - low) / (high - low), dtype=np.float32)


DEFAULT_FUSION = "adaptive"

FUSIONS: Mapping[str, Fuse] = {
    "adaptive": adaptive,
    "complete": complete_minmax,
    "minmax": plain_minmax,
    "rrf": reciprocal_rank,
    "dense": dense_only,
    "lexical": lexical_only,
}
