"""The dense arm: the server finds neighbours, among those that live in one generation."""

from collections.abc import Iterator

import numpy as np

from index.lookup import places_in
from index.milvus.client import MOST_RESULTS, Client, Row
from index.milvus.collections import VECTOR, Collections, Description, alive
from index.protocols import Ids, Ranking, Scores, Vectors
from index.vectors import best

LISTED = 4_096
"""Ids that one expression lists; a filter that leaves more is applied in several requests, or to a
deeper ranking."""


class Searched:
    """Searches one column of the passages of one generation."""

    def __init__(
        self, client: Client, names: Collections, generation: int, seen: int, passages: int
    ) -> None:
        """Take where to look, and how many passages live there."""
        self._client = client
        self._name = names.passages
        self._alive = alive(generation)
        self._seen = seen
        self._passages = passages

    def top(
        self, column: str, query: object, k: int, allowed: Ids | None, parameters: Row
    ) -> Ranking:
        """Return the best k rows for a query, out of `allowed` (sorted ids) when given.

        Among many allowed ids the best are looked for in a ranking of all, as deep as it takes.
        """
        k = min(k, self._passages, MOST_RESULTS)
        if k < 1 or (allowed is not None and not len(allowed)):
            return _ranking([])
        if allowed is None:
            return self._search(column, query, k, self._alive, parameters)
        if len(allowed) > LISTED:
            depth = int(1.5 * k * self._passages / len(allowed)) + 16
            if depth <= MOST_RESULTS:
                ids, scores = self._search(column, query, depth, self._alive, parameters)
                _, present = places_in(allowed, ids)
                if present.sum() >= k:
                    return ids[present][:k], scores[present][:k]
        hits = [
            self._search(column, query, k, f"{self._alive} and {listed}", parameters)
            for listed in _listed(allowed)
        ]
        return best(
            np.concatenate([ids for ids, _ in hits]),
            np.concatenate([scores for _, scores in hits]),
            k,
        )

    def _search(self, column: str, query: object, k: int, where: str, parameters: Row) -> Ranking:
        hits = self._client.search(
            self._name, column, query, k, parameters=parameters, where=where, at=self._seen
        )
        return _ranking(hits)


def _listed(allowed: Ids) -> Iterator[str]:
    for at in range(0, len(allowed), LISTED):
        yield f"id in {allowed[at : at + LISTED].tolist()}"


def _ranking(hits: list[tuple[int, float]]) -> Ranking:
    """Return hits best first; equal scores stand in the order of their ids."""
    ids = np.array([identity for identity, _ in hits], dtype=np.int64)
    scores = np.array([score for _, score in hits], dtype=np.float32)
    return best(ids, scores, len(ids))


class MilvusVectors:
    """Vectors of one generation, behind the `VectorIndex` protocol."""

    def __init__(
        self,
        client: Client,
        names: Collections,
        description: Description,
        searched: Searched,
        seen: int,
    ) -> None:
        """Take where to look."""
        self._client = client
        self._name = names.passages
        self._dim = description.shape.dim
        self._kind = description.vectors
        self._searched = searched
        self._seen = seen

    def search(self, query: Vectors, k: int, allowed: Ids | None = None) -> Ranking:
        """Return the best k rows for `query` (d,), out of `allowed` (sorted ids) when given."""
        parameters: Row = {"metric_type": "IP", "params": self._parameters(k)}
        return self._searched.top(VECTOR, query.tolist(), k, allowed, parameters)

    def scores(self, query: Vectors, ids: Ids) -> Scores:
        """Return the inner product with each of `ids`, which must be live."""
        if not len(ids):
            return np.empty(0, dtype=np.float32)
        return np.asarray(self.vectors(ids) @ query, dtype=np.float32)

    def vectors(self, ids: Ids) -> Vectors:
        """Return the vector of each of `ids`, shape (n, d).

        Raises:
            KeyError: when one is not there.
        """
        wanted = [int(each) for each in ids]
        rows = self._client.query_ids(self._name, "id", wanted, ["id", VECTOR], at=self._seen)
        vector_of = {int(row["id"]): row[VECTOR] for row in rows}
        if len(vector_of) < len(set(wanted)):
            missing = [each for each in wanted if each not in vector_of]
            raise KeyError(f"passages without a vector: {missing[:5]}")
        vectors = np.array([vector_of[each] for each in wanted], dtype=np.float32)
        return vectors.reshape(len(wanted), self._dim)

    def _parameters(self, k: int) -> dict[str, int]:
        """Return how deep the index is searched: recall against time."""
        if self._kind == "HNSW":
            return {"ef": min(max(2 * k, 128), 32_768)}
        if self._kind.startswith("IVF"):
            return {"nprobe": 64}
        return {"search_list": max(2 * k, 100)} if self._kind == "DISKANN" else {}
