"""Chroma: its in-process client, HNSW by cosine."""

from pathlib import Path

from eval.peers.adapters import K, Peer, read_corpus

_BATCH = 512


class _Chroma:
    def __init__(self, model: str) -> None:
        import chromadb
        from chromadb.utils.embedding_functions import SentenceTransformerEmbeddingFunction

        self._collection = chromadb.EphemeralClient().create_collection(
            "bench",
            embedding_function=SentenceTransformerEmbeddingFunction(model_name=model),
            metadata={"hnsw:space": "cosine"},
        )

    def index(self, corpus: Path) -> int | None:
        ids, texts = read_corpus(corpus)
        for at in range(0, len(ids), _BATCH):
            batch = slice(at, at + _BATCH)
            self._collection.add(ids=ids[batch], documents=texts[batch])
        return None

    def search(self, query: str) -> list[str]:
        found: list[str] = self._collection.query(query_texts=[query], n_results=K)["ids"][0]
        return found


def open_peer(model: str, workspace: Path) -> Peer:  # noqa: ARG001  # it stays in memory
    """Return Chroma, all in memory."""
    return _Chroma(model)
