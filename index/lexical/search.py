"""BM25 over the live passages of one generation, behind the `LexicalIndex` protocol."""

from functools import lru_cache, partial

import numpy as np
import tantivy
from numpy.typing import NDArray
from tantivy import Occur, Query

from index.lexical.query import build_query
from index.lexical.schema import ID, passages_query
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

_REMEMBERED = 64
"""Questions whose query is kept: searching and scoring the rest build it once."""


class TantivyLexicalIndex:
    """The read side of the terms; safe to use from many threads."""

    def __init__(self, index: tantivy.Index) -> None:
        """Take an index from `open_index` or `create_index`, as it is committed now."""
        index.reload()
        self._schema = index.schema
        self._searcher = index.searcher()
        build = partial(build_query, self._searcher, self._schema)
        self._built = lru_cache(_REMEMBERED)(build)

    def search(self, query: str, k: int, allowed: Ids | None = None) -> Ranking:
        """Return the best k passages for `query`, out of `allowed` (sorted ids) when given."""
        built = self._built(query)
        if built is None or k < 1 or (allowed is not None and not len(allowed)):
            return _empty()
        if allowed is None:
            return self._top(built, k)
        if len(allowed) <= BROAD_SHARE * self._searcher.num_docs:
            return self._top(self._restricted(built, allowed), k)
        return self._top_of_broad(built, k, allowed)

    def scores(self, query: str, ids: Ids) -> Scores:
        """Return the BM25 score of each of `ids`, 0 where no term matches."""
        wanted = np.asarray(ids, dtype=np.int64)
        built = self._built(query)
        if built is None or not len(wanted):
            return np.zeros(len(wanted), dtype=np.float32)
        found, scores = self._top(self._restricted(built, wanted), len(wanted))
        by_id = dict(zip(found.tolist(), scores.tolist(), strict=True))
        return np.array([by_id.get(each, 0.0) for each in wanted.tolist()], dtype=np.float32)

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
            kept = _among(ids, allowed)
            if kept.sum() >= k or len(ids) < depth:
                return ids[kept][:k], scores[kept][:k]
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


def _among(ids: Ids, allowed: Ids) -> NDArray[np.bool_]:
    """Tell for each of `ids` whether it is in the sorted, non-empty `allowed`."""
    places = np.minimum(np.searchsorted(allowed, ids), len(allowed) - 1)
    return np.asarray(allowed[places] == ids, dtype=np.bool_)


def _empty() -> Ranking:
    return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
