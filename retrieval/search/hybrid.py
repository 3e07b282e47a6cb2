"""The two arms and their fusion, behind the `Retriever` protocol.

question -> dense arm + lexical arm, under the same filter -> candidates, scored by both arms ->
fusion -> boilerplate behind -> near-identical passages collapsed -> hits.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.lexical.analysis import content_terms
from index.protocols import CoveringIndex, Embedder, Ids, Ranking, Scores, Snapshot, Vectors
from index.types import Hit
from retrieval.search.boilerplate import behind
from retrieval.search.duplicates import collapse
from retrieval.search.fusion import DEFAULT_FUSION, Candidates, fuse
from retrieval.search.spare_core import SpareCore
from retrieval.search.stories import Stories
from retrieval.timing import Stages

if TYPE_CHECKING:
    from index.filters.nodes import Filter


@dataclass(frozen=True, slots=True)
class RetrievalConfig:
    """How passages are found.

    `fusion` is a name in `retrieval.search.fusion.FUSIONS`. `depth` is how many passages each arm
    finds before fusion. `collapse` leaves near-identical passages out.
    """

    fusion: str = DEFAULT_FUSION
    depth: int = 100
    collapse: bool = True


@dataclass(frozen=True, slots=True)
class Rankings:
    """What each stage of the search ranked for one query; every ranking is best first.

    `allowed` is None when there was no filter. `fused` ranks all the candidates.
    """

    query: str
    allowed: Ids | None
    dense: Ranking
    lexical: Ranking
    candidates: Candidates
    fused: Ranking


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What a retriever found for a query.

    Attributes:
        hits: the passages, best first.
        rankings: where they come from, None where the retriever does not say.
        notes: what the asker should know.
    """

    hits: list[Hit]
    rankings: Rankings | None = None
    notes: tuple[str, ...] = ()


class HybridRetriever:
    """Dense and lexical retrieval, fused."""

    def __init__(self, embedder: Embedder, config: RetrievalConfig | None = None) -> None:
        """Take the embedder whose fingerprint the index has."""
        self.embedder = embedder
        self.config = config or RetrievalConfig()
        self._spare_core = SpareCore()

    def retrieve(
        self,
        snapshot: Snapshot,
        query: str,
        k: int,
        expression: str | None = None,
        stages: Stages | None = None,
    ) -> Retrieval:
        """Return at most k hits, best first, with the rankings that they come from.

        Raises:
            InputError: when the filter does not parse or names a field that no document has.
        """
        stages = stages or Stages()
        rankings = self.find(snapshot, query, expression, depth=k, stages=stages)
        with stages("passages"):
            return Retrieval(self.hits(snapshot, rankings, k), rankings)

    def find(
        self,
        snapshot: Snapshot,
        query: str,
        expression: str | None = None,
        *,
        depth: int = 0,
        stages: Stages | None = None,
    ) -> Rankings:
        """Return every stage of retrieval for a query; `depth` deepens the arms' rankings.

        The terms are searched while the query is embedded, which leaves the interpreter free.
        """
        stages = stages or Stages()
        depth = max(depth, self.config.depth)
        with stages("filter"):
            allowed = None if expression is None else snapshot.select(_parsed(expression))

        def search_terms() -> Ranking:
            with stages("lexical"):
                return snapshot.terms.search(query, depth, allowed)

        with self._spare_core(search_terms) as terms:
            with stages("embed"):
                vector = self.embedder.embed_query(query)
            with stages("dense"):
                dense = snapshot.vectors.search(vector, depth, allowed)
            lexical = terms()
        with stages("fuse"):
            candidates = _candidates(snapshot, query, vector, dense, lexical)
            fused = fuse(self.config.fusion, candidates)
        return Rankings(query, allowed, dense, lexical, candidates, fused)

    def hits(self, snapshot: Snapshot, rankings: Rankings, k: int) -> list[Hit]:
        """Return the best k hits of a query: boilerplate behind, near-identical ones collapsed."""
        if not self.config.collapse:
            ids, scores = rankings.fused
            return _hits(snapshot, rankings.candidates, (ids[:k], scores[:k]))
        best_first = behind(rankings.query, _hits_in_chunks(snapshot, rankings, k))
        return collapse(best_first, k, Stories(snapshot))


def _parsed(expression: str) -> "Filter":
    """Return a filter's tree; the parser is imported for the first one."""
    from index.filters import parse

    return parse(expression)


def _hits_in_chunks(snapshot: Snapshot, rankings: Rankings, k: int) -> Iterator[Hit]:
    """Yield the hits best first, reading their passages a few at a time."""
    ids, scores = rankings.fused
    start, size = 0, k + 1
    while start < len(ids):
        part = slice(start, start + size)
        yield from _hits(snapshot, rankings.candidates, (ids[part], scores[part]))
        start, size = start + size, max(8, k // 2)


def _hits(snapshot: Snapshot, candidates: Candidates, ranking: Ranking) -> list[Hit]:
    ids, scores = ranking
    places = np.searchsorted(candidates.ids, ids)
    dense, lexical = candidates.dense[places].tolist(), candidates.lexical[places].tolist()
    return [
        Hit(passage, score, {"dense": cosine, "lexical": bm25})
        for passage, score, cosine, bm25 in zip(
            snapshot.passages(ids.tolist()), scores.tolist(), dense, lexical, strict=True
        )
    ]


def _candidates(
    snapshot: Snapshot, query: str, vector: Vectors, dense: Ranking, lexical: Ranking
) -> Candidates:
    ids = np.union1d(dense[0], lexical[0]).astype(np.int64)
    dense_rank, lexical_rank = _ranks(ids, dense[0]), _ranks(ids, lexical[0])
    return Candidates(
        ids=ids,
        dense=_completed(
            ids, dense, dense_rank, lambda missing: snapshot.vectors.scores(vector, missing)
        ),
        lexical=_completed(
            ids, lexical, lexical_rank, lambda missing: snapshot.terms.scores(query, missing)
        ),
        dense_rank=dense_rank,
        lexical_rank=lexical_rank,
        vectors_of=snapshot.vectors.vectors,
        coverage=_coverage(snapshot, query, ids),
        terms=len(set(content_terms(query))),
    )


def _coverage(snapshot: Snapshot, query: str, ids: Ids) -> Scores | None:
    terms = snapshot.terms
    return terms.coverage(query, ids) if isinstance(terms, CoveringIndex) else None


def _completed(
    ids: Ids, ranking: Ranking, rank: NDArray[np.int64], score: Callable[[Ids], Scores]
) -> Scores:
    """Return an arm's score of each of `ids`; only what it did not find is scored now."""
    scores = np.empty(len(ids), dtype=np.float32)
    scores[rank >= 0] = ranking[1][rank[rank >= 0]]
    scores[rank < 0] = score(ids[rank < 0])
    return scores


def _ranks(ids: Ids, ranked: Ids) -> NDArray[np.int64]:
    """Return each id's place in `ranked`, -1 where it is not there; `ids` is sorted."""
    ranks = np.full(len(ids), -1, dtype=np.int64)
    ranks[np.searchsorted(ids, ranked)] = np.arange(len(ranked))
    return ranks
