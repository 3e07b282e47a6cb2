"""BM25 over the live passages of one generation, behind the `LexicalIndex` protocol."""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import tantivy
from numpy.typing import NDArray
from tantivy import Occur, Query

from index.lexical.query import bm25_query, coverage_query, query_terms
from index.lexical.term_schema import ID, passages_query
from index.lookup import places_in
from index.protocols import Ids, Ranking, Scores

BROAD_SHARE = 0.02
"""A filter that leaves more than this share is applied after ranking deeper, not before.

Ranking deeper until k allowed rows are found gives the same rows: the order of two rows does
not depend on the filter. Over 100,000 passages a set of 1,000 ids costs 4 ms and one of 50,000
24 ms, ranking deeper 6 ms and under 1 ms.
"""

FEW = 256
"""Up to this many ids are looked up one by one; a set of more costs less as one automaton.

Over 2,285 passages 64 ids cost 0.18 ms one by one and 0.45 ms as a set, 1,024 ids 2.0 and 1.0 ms.
"""

SMALL = 4_000
"""Of an index of up to so many passages more is ranked than asked for, and kept for `scores`.

Over 2,300 passages a hundred cost .06 ms, a thousand .24 ms and `scores` without them .22 ms, for
which, unlike for the search, the asker waits: a search takes a tenth less. Over 11,000 it took 7 %
more.
"""

DEEP = 1000
"""How many are ranked there at least."""

_REMEMBERED = 64
"""Questions that are kept: searching and scoring the rest build the query once."""


class _Matches(NamedTuple):
    """Rows that match a question, in the order of their ids, and whether those are all."""

    rows: Ranking
    are_all: bool


@dataclass(slots=True)
class _Query:
    """A question's two queries, None when no passage has a term of it, and rows that they find.

    `query` scores by BM25, `coverage` by the share of the question's terms, by their weight.
    Threads that ask the same share it, so that `matching` and `covered` are replaced whole.
    """

    query: Query | None
    coverage: Query | None
    matching: _Matches
    covered: _Matches


class TantivyLexicalIndex:
    """The read side of the terms; safe to use from many threads."""

    def __init__(self, index: tantivy.Index) -> None:
        """Take an index from `open_index` or `create_index`, as it is committed now."""
        index.reload()
        self._schema = index.schema
        self._searcher = index.searcher()
        self._queries = lru_cache(_REMEMBERED)(self._ask)

    def search(self, query: str, k: int, allowed: Ids | None = None) -> Ranking:
        """Return the best k passages for `query`, out of `allowed` (sorted ids) when given."""
        asked = self._queries(query)
        if asked.query is None or k < 1 or (allowed is not None and not len(allowed)):
            return _empty()
        if allowed is None:
            return self._top_of_all(asked, asked.query, k)
        if len(allowed) <= BROAD_SHARE * self._searcher.num_docs:
            return self._top(self._restricted(asked.query, allowed), k)
        return self._top_of_broad(asked.query, k, allowed)

    def scores(self, query: str, ids: Ids) -> Scores:
        """Return the BM25 score of each of `ids`, 0 where no term matches."""
        asked = self._queries(query)
        return self._scores(asked.query, asked.matching, ids)

    def coverage(self, query: str, ids: Ids) -> Scores:
        """Return how much of the question's terms, weighted by idf, each of `ids` has, 0 to 1."""
        asked = self._queries(query)
        return np.minimum(self._scores(asked.coverage, asked.covered, ids), np.float32(1))

    def _scores(self, query: Query | None, matching: _Matches, ids: Ids) -> Scores:
        wanted = np.asarray(ids, dtype=np.int64)
        if query is None or not len(wanted):
            return np.zeros(len(wanted), dtype=np.float32)
        scores, present = _scored(wanted, matching.rows)
        rest = wanted[~present]
        if len(rest) and not matching.are_all:
            ranking = self._top(self._restricted(query, rest), len(rest))
            scores[~present] = _scored(rest, _by_id(ranking))[0]
        return scores

    def _top_of_all(self, asked: _Query, query: Query, k: int) -> Ranking:
        """Return the best k rows, and keep more of them for `scores` and `coverage`."""
        if self._searcher.num_docs > SMALL:
            return self._top(query, k)
        limit = max(k, DEEP)
        ids, scores = self._top(query, limit)
        asked.matching = _Matches(_by_id((ids, scores)), are_all=len(ids) < limit)
        if asked.coverage is not None:
            covered = self._top(asked.coverage, limit)
            asked.covered = _Matches(_by_id(covered), are_all=len(covered[0]) < limit)
        return ids[:k], scores[:k]

    def _ask(self, question: str) -> _Query:
        asked = query_terms(self._searcher, self._schema, question)
        nothing = _Matches(_empty(), are_all=False)
        return _Query(bm25_query(asked), coverage_query(asked), nothing, nothing)

    def _restricted(self, query: Query, ids: Ids) -> Query:
        only = Query.const_score_query(self._any_of(ids.tolist()), 0.0)
        return Query.boolean_query([(Occur.Must, query), (Occur.Must, only)])

    def _any_of(self, ids: list[int]) -> Query:
        if len(ids) > FEW:
            return passages_query(self._schema, ids)
        return Query.boolean_query(
            [(Occur.Should, Query.term_query(self._schema, ID, each)) for each in ids]
        )

    def _top_of_broad(self, query: Query, k: int, allowed: Ids) -> Ranking:
        depth = int(1.5 * k * self._searcher.num_docs / len(allowed)) + 16
        while True:
            ids, scores = self._top(query, depth)
            _, present = places_in(allowed, ids)
            if present.sum() >= k or len(ids) < depth:
                return ids[present][:k], scores[present][:k]
            depth *= 4

    def _top(self, query: Query, k: int) -> Ranking:
        """Return the best k rows; equal scores stand in the order of their ids."""
        if not self._searcher.num_docs:
            return _empty()
        limit = min(k, self._searcher.num_docs)
        hits = self._searcher.search(query, limit=limit, count=False).hits
        ids = np.array(
            self._searcher.fast_field_values(ID, [address for _, address in hits]), dtype=np.int64
        )
        scores = np.array([score for score, _ in hits], dtype=np.float32)
        order = np.lexsort((ids, -scores))
        return ids[order], scores[order]


def _by_id(ranking: Ranking) -> Ranking:
    ids, scores = ranking
    order = np.argsort(ids)
    return ids[order], scores[order]


def _scored(wanted: Ids, rows: Ranking) -> tuple[Scores, NDArray[np.bool_]]:
    """Return the score of each of `wanted`, 0 where it is not among `rows`, and which are (n,)."""
    ids, row_scores = rows
    places, present = places_in(ids, wanted)
    scores = np.zeros(len(wanted), dtype=np.float32)
    scores[present] = row_scores[places[present]]
    return scores, present


def _empty() -> Ranking:
    return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
