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
from index.protocols import Ids, Ranking, Scores, Vectors
from retrieval.search.fusion_weights import FusionWeights, fusion_weights

SMOOTHED = 48
NEIGHBOURS = 10
"""How many of the best candidates are smoothed in long questions, over how many neighbours."""

_ONE_THREAD = 1 << 18

RRF_K = 60
"""Cormack, Clarke and Buettcher, Reciprocal rank fusion outperforms Condorcet…, 2009."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What the arms found, n passages, in the order of their ids.

    `dense` and `lexical` are every candidate's scores, shape (n,). `dense_rank` and
    `lexical_rank` are 0-based places in each arm's own ranking, -1 where it did not find it.
    `coverage` is the share of the question's terms, weighted by idf, that each has, 0 to 1; None
    where the index cannot tell. `terms` is how many distinct terms the question has. `vectors_of`
    gives the vectors (m, d) of m ids.
    """

    ids: Ids
    dense: Scores
    lexical: Scores
    dense_rank: NDArray[np.int64]
    lexical_rank: NDArray[np.int64]
    vectors_of: Callable[[Ids], Vectors]
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
    finite = np.isfinite(ranked)
    return ids[finite], ranked[finite]


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


def adaptive(candidates: Candidates, weights: FusionWeights | None = None) -> Scores:
    """Return both arms' scores scaled to 0..1, weighted by what each is worth for this question.

    The dense arm counts for more where its best passage stands out among the candidates in cosine,
    which has the same scale for every question; the lexical arm where some passage has most of the
    question's rare words. What a passage covers of them counts on its own as well. In a long
    question, where neither says much, the arms count alike and passages near to each other share
    their scores (`_smoothed`). The few weights were fitted across collections
    (`eval.tuning.fit_fusion`); others can be given.
    """
    if not len(candidates.ids):
        return candidates.dense
    weights = weights or fusion_weights()
    covered = candidates.coverage
    best = None if covered is None else float(covered.max())
    cosines = _without_lost(candidates.dense)
    dense, lexical = weights.arms(float(np.ptp(cosines)), best, candidates.terms)
    everything = np.ones(len(candidates.ids), dtype=np.bool_)
    scores = dense * _scaled(cosines, everything)
    scores += lexical * _scaled(candidates.lexical, everything)
    total = dense + lexical
    if covered is not None:
        scores += weights.coverage * covered
        total += weights.coverage
    share = weights.smoothing(candidates.terms)
    return _smoothed(candidates, np.asarray(scores / total, dtype=np.float32), share)


def _without_lost(cosines: Scores) -> Scores:
    """Return cosines with the lowest there is for passages whose vector is damaged, which have 0.

    As the lowest by far it would make the best one stand out, and the arm count for all.
    """
    lost = cosines == 0
    return np.where(lost, cosines[~lost].min(), cosines) if 0 < lost.sum() < len(lost) else cosines


def _smoothed(candidates: Candidates, scores: Scores, share: float) -> Scores:
    """Return scores of which the best ones are drawn by a `share` towards those of neighbours.

    Passages that are close to each other tend to be relevant together (the cluster hypothesis),
    so a candidate among good ones gains on one that stands alone: score regularisation (Diaz,
    Regularizing ad hoc retrieval scores, 2005) in one step, over the nearest neighbours among
    the best candidates, weighted by the cube of their cosine.
    """
    top = np.lexsort((candidates.ids, -scores))[:SMOOTHED]
    if len(top) < 3 or not share:
        return scores
    weights = _nearness(candidates.vectors_of(candidates.ids[top]))
    around = np.einsum("ij,j->i", weights, scores[top]) / np.maximum(weights.sum(axis=1), 1e-9)
    scores[top] = (1 - share) * scores[top] + share * around
    return scores


def _nearness(vectors: Vectors) -> Vectors:
    """Return the cubed cosines (n, n) of each row's nearest rows, 0 for itself and the others."""
    cosines = np.maximum(_products(vectors), 0.0)
    np.fill_diagonal(cosines, 0.0)
    if len(cosines) > NEIGHBOURS:
        least = np.partition(cosines, -NEIGHBOURS, axis=1)[:, -NEIGHBOURS, None]
        cosines = np.where(cosines >= least, cosines, 0.0)
    return np.asarray(cosines * cosines * cosines, dtype=np.float32)


def _products(vectors: Vectors) -> Vectors:
    """Return the inner products (n, n) of all rows.

    A few rows at a time: OpenBLAS splits a product of more than 2^18 steps among threads, which
    wait tens of milliseconds for each other on a busy machine.
    """
    rows = max(1, _ONE_THREAD // max(1, vectors.size))
    parts = [vectors[at : at + rows] @ vectors.T for at in range(0, len(vectors), rows)]
    return np.concatenate(parts)


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
