"""Haystack: its in-memory store, embeddings and BM25 joined by reciprocal rank."""

from pathlib import Path

from eval.peers.adapters import K, Peer, read_corpus


class _Haystack:
    def __init__(self, model: str) -> None:
        from haystack.components.joiners import DocumentJoiner
        from haystack.components.retrievers.in_memory import (
            InMemoryBM25Retriever,
            InMemoryEmbeddingRetriever,
        )
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersDocumentEmbedder,
            SentenceTransformersTextEmbedder,
        )

        self._store = InMemoryDocumentStore(embedding_similarity_function="cosine")
        self._documents = SentenceTransformersDocumentEmbedder(model=model, progress_bar=False)
        self._query = SentenceTransformersTextEmbedder(model=model, progress_bar=False)
        for embedder in (self._documents, self._query):
            embedder.warm_up()
        self._dense = InMemoryEmbeddingRetriever(self._store, top_k=K)
        self._lexical = InMemoryBM25Retriever(self._store, top_k=K)
        self._joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=K)

    def index(self, corpus: Path) -> int | None:
        from haystack import Document

        rows = zip(*read_corpus(corpus), strict=True)
        embedded = self._documents.run([Document(id=key, content=text) for key, text in rows])
        self._store.write_documents(embedded["documents"])
        return None

    def search(self, query: str) -> list[str]:
        dense = self._dense.run(self._query.run(query)["embedding"])["documents"]
        lexical = self._lexical.run(query)["documents"]
        joined = self._joiner.run([dense, lexical])["documents"]
        return [document.id for document in joined][:K]


def open_peer(model: str, workspace: Path) -> Peer:  # noqa: ARG001  # it stays in memory
    """Return Haystack, all in memory."""
    return _Haystack(model)
