"""txtai: FAISS or, as a hybrid, FAISS and its own BM25."""

from pathlib import Path

from eval.peers.adapters import K, Peer, read_corpus


class _Txtai:
    def __init__(self, model: str, *, hybrid: bool) -> None:
        from txtai import Embeddings

        self._embeddings = Embeddings(path=model, content=True, hybrid=hybrid, gpu=False)

    def index(self, corpus: Path) -> int | None:
        ids, texts = read_corpus(corpus)
        self._embeddings.index(zip(ids, texts, [None] * len(ids), strict=True))
        return None

    def search(self, query: str) -> list[str]:
        return [result["id"] for result in self._embeddings.search(query, K)]


def open_peer(model: str, workspace: Path, *, hybrid: bool = False) -> Peer:  # noqa: ARG001  # it stays in memory
    """Return txtai, all in memory."""
    return _Txtai(model, hybrid=hybrid)
