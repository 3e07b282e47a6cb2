"""LlamaIndex: its FAISS vector store, exact inner products."""

from pathlib import Path
from typing import Any

from eval.peers.adapters import K, Peer, read_corpus

_BATCH = 32


class _LlamaIndex:
    def __init__(self, model: str) -> None:
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding

        self._embedder = HuggingFaceEmbedding(
            model_name=model, device="cpu", embed_batch_size=_BATCH
        )
        self._retriever: Any = None

    def index(self, corpus: Path) -> int | None:
        import faiss
        from llama_index.core import StorageContext, VectorStoreIndex
        from llama_index.core.schema import TextNode
        from llama_index.vector_stores.faiss import FaissVectorStore

        rows = zip(*read_corpus(corpus), strict=True)
        vectors = faiss.IndexFlatIP(len(self._embedder.get_text_embedding("dimension")))
        index = VectorStoreIndex(
            [TextNode(text=text, id_=key) for key, text in rows],
            storage_context=StorageContext.from_defaults(
                vector_store=FaissVectorStore(faiss_index=vectors)
            ),
            embed_model=self._embedder,
        )
        self._retriever = index.as_retriever(similarity_top_k=K)
        return None

    def search(self, query: str) -> list[str]:
        return [found.node.node_id for found in self._retriever.retrieve(query)]


def open_peer(model: str, workspace: Path) -> Peer:  # noqa: ARG001  # it stays in memory
    """Return LlamaIndex, all in memory."""
    return _LlamaIndex(model)
