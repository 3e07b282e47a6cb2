"""The lexical arm where the server scores BM25 itself: Milvus 2.5 and later.

The terms are ours, stemmed on the client for passages and questions alike; the counting and the
scoring (BM25 with k1 = 1.2 and b = .75) are the server's.
"""

import numpy as np

from index.milvus.client import Row
from index.milvus.collections import SPARSE
from index.milvus.neighbours import LISTED, Searched
from index.milvus.terms_text import stems
from index.protocols import Ids, Ranking, Scores

_PARAMETERS: Row = {"metric_type": "BM25", "params": {}}


class ServerTerms:
    """BM25 by the server, behind the `LexicalIndex` protocol."""

    def __init__(self, searched: Searched) -> None:
        """Take what searches the passages of one generation."""
        self._searched = searched

    def search(self, query: str, k: int, allowed: Ids | None = None) -> Ranking:
        """Return the best k rows that share a term with `query`, out of `allowed` when given."""
        asked = stems(query)
        ids, scores = self._searched.top(SPARSE, asked, k if asked else 0, allowed, _PARAMETERS)
        return ids[scores > 0], scores[scores > 0]

    def scores(self, query: str, ids: Ids) -> Scores:
        """Return the BM25 score of each of `ids`, 0 where no term matches."""
        wanted = np.asarray(ids, dtype=np.int64)
        known: dict[int, float] = {}
        for at in range(0, len(wanted), LISTED):
            some = np.unique(wanted[at : at + LISTED])
            best, scores = self.search(query, len(some), some)
            known |= dict(zip(best.tolist(), scores.tolist(), strict=True))
        return np.array([known.get(int(each), 0.0) for each in wanted], dtype=np.float32)
