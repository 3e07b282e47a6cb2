"""Retrievers and rerankers by name; third parties add theirs as entry points.

The groups are `excerpt.retrievers` and `excerpt.rerankers`. There is no reranker of ours: the
reader, which comes next, reads every passage that is left.
"""

from typing import TYPE_CHECKING, Protocol

from index.registry import Registry

if TYPE_CHECKING:
    from index.protocols import Embedder
    from retrieval.protocols import Reranker, Retriever
    from retrieval.search.hybrid import RetrievalConfig


class MakeRetriever(Protocol):
    """Makes a retriever, as a class does."""

    def __call__(self, embedder: "Embedder", config: "RetrievalConfig") -> "Retriever":
        """Return a retriever over indexes that `embedder` made."""
        ...


class MakeReranker(Protocol):
    """Makes a reranker, as a class does."""

    def __call__(self) -> "Reranker":
        """Return a reranker."""
        ...


DEFAULT_RETRIEVER = "hybrid"

RETRIEVERS: Registry[MakeRetriever] = Registry(
    "excerpt.retrievers",
    "retriever",
    {DEFAULT_RETRIEVER: "retrieval.search.hybrid:HybridRetriever"},
)

RERANKERS: Registry[MakeReranker] = Registry("excerpt.rerankers", "reranker", {})
