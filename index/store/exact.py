"""Both arms by scoring every row: the oracle of the fast ones, and what the memory store asks."""

from collections import Counter
from collections.abc import Iterable, Mapping
from math import log

import numpy as np

from index.protocols import Ids, Ranking, Scores, Vectors
from index.types import Passage
from index.vectors import best

_K1, _B = 1.2, 0.75


class ExactVectors:
    """Every vector scored against the query."""

    def __init__(self, vectors: Mapping[int, Vectors]) -> None:
        """Take vectors (d,) by passage id."""
        self._vectors = vectors

    def search(self, query: Vectors, k: int, allowed: Ids | None = None) -> Ranking:
        """Return the best k rows for `query` (d,), out of `allowed` (sorted ids) when given."""
        ids = _chosen(self._vectors, allowed)
        return best(ids, self.scores(query, ids), max(k, 0))

    def scores(self, query: Vectors, ids: Ids) -> Scores:
        """Return the inner product with each of `ids`, which must be live."""
        return np.array([self._vectors[int(i)] @ query for i in ids], dtype=np.float32)

    def vectors(self, ids: Ids) -> Vectors:
        """Return the vector of each of `ids`, shape (n, d); they must be live."""
        return np.array([self._vectors[int(i)] for i in ids], dtype=np.float32)


class ExactTerms:
    """BM25 (Robertson and Zaragoza, 2009) over the words of every passage and its title."""

    def __init__(self, passages: Mapping[int, Passage]) -> None:
        """Take passages by id."""
        self._passages = passages
        self._counts: dict[int, Counter[str]] | None = None

    def search(self, query: str, k: int, allowed: Ids | None = None) -> Ranking:
        """Return the best k rows that share a word with the query, out of `allowed`."""
        ids = _chosen(self._passages, allowed)
        scores = self.scores(query, ids)
        return best(ids[scores > 0], scores[scores > 0], max(k, 0))

    def scores(self, query: str, ids: Ids) -> Scores:
        """Return the BM25 score of each of `ids`, 0 where no term matches."""
        counts = self._counted()
        mean = sum(map(Counter.total, counts.values())) / len(counts) if counts else 0.0
        weights = {term: self._weight(term, counts) for term in _terms(query)}
        return np.array([_bm25(counts[int(each)], weights, mean) for each in ids], dtype=np.float32)

    def coverage(self, query: str, ids: Ids) -> Scores:
        """Return the share of the query's terms, weighted by idf, that each of `ids` has."""
        counts = self._counted()
        asked = Counter(_terms(query))
        weights = {term: n * self._weight(term, counts) for term, n in asked.items()}
        total = sum(weights.values()) or 1.0
        covered = [
            sum(weight for term, weight in weights.items() if term in counts[int(each)])
            for each in ids
        ]
        return np.array(covered, dtype=np.float32) / np.float32(total)

    def _counted(self) -> dict[int, Counter[str]]:
        if self._counts is None:
            self._counts = {
                each.id: Counter(_terms(f"{each.title}\n{each.text}"))
                for each in self._passages.values()
            }
        return self._counts

    def _weight(self, term: str, counts: Mapping[int, Counter[str]]) -> float:
        having = sum(term in each for each in counts.values())
        return log(1 + (len(counts) - having + 0.5) / (having + 0.5))


def _bm25(counted: Counter[str], weights: Mapping[str, float], mean: float) -> float:
    length = _K1 * (1 - _B + _B * counted.total() / mean) if mean else _K1
    return sum(
        weight * counted[term] * (_K1 + 1) / (counted[term] + length)
        for term, weight in weights.items()
        if term in counted
    )


def _terms(text: str) -> list[str]:
    from index.lexical.analysis import content_terms

    return [term.stem for term in content_terms(text)]


def _chosen(known: Iterable[int], allowed: Ids | None) -> Ids:
    ids = np.array(sorted(known), dtype=np.int64)
    return ids if allowed is None else ids[np.isin(ids, allowed)]
