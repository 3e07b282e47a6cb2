"""The protocols of retrieval. Each has one contract suite in tests/contracts/."""

from collections.abc import Sequence
from typing import Protocol

from index.protocols import Snapshot
from index.types import Hit
from retrieval.search.hybrid import Retrieval
from retrieval.timing import Stages
from retrieval.types import ReadResult


class Retriever(Protocol):
    """Finds passages for a query in one generation."""

    def retrieve(
        self,
        snapshot: Snapshot,
        query: str,
        k: int,
        expression: str | None = None,
        stages: Stages | None = None,
    ) -> Retrieval:
        """Return at most k hits, best first, and what is to be known of how they were found.

        `expression` is a filter, applied before top-k in every arm. The time that is spent is
        added to `stages`, where they are given.
        """
        ...


class Reranker(Protocol):
    """Orders the passages that were found anew, before the reader reads the first of them."""

    name: str

    def rerank(self, query: str, hits: Sequence[Hit]) -> list[Hit]:
        """Return hits, best first: those given or fewer, with scores from 0 to 1 of its own."""
        ...


class Reader(Protocol):
    """Finds the words that answer a question in the passages that were found.

    One that has an `embedder`, the fingerprint of one, gets the cosines of no other embedder
    (`dense` in a hit's scores).
    """

    name: str

    def read(self, question: str, hits: Sequence[Hit], k: int) -> ReadResult:
        """Return at most k readings, best first.

        Works on `hit.passage` and how it scored; spans are shifted to document offsets.
        """
        ...
