"""Excerpt itself: the whole path of `excerpt index`, from the file to a durable generation."""

from pathlib import Path

from eval.peers.adapters import K, Peer
from index.store import FileStore
from retrieval.engine import Engine

_PASSAGES = 3 * K
"""Several passages may be of one document, so more are asked for where documents are judged."""


class _Excerpt:
    def __init__(self, folder: Path) -> None:
        self._store = FileStore.create(folder)
        self._engine = Engine(self._store, self._store.embedder)

    def index(self, corpus: Path) -> int | None:
        return self._store.sync([corpus]).wordpieces_embedded

    def search(self, query: str) -> list[str]:
        return self._documents(query, K)

    def judged(self, query: str) -> list[str]:
        return self._documents(query, _PASSAGES)[:K]

    def _documents(self, query: str, passages: int) -> list[str]:
        self._engine.refresh()
        hits = self._engine.search(query, passages).hits
        return list(dict.fromkeys(hit.passage.document_id for hit in hits))


def open_peer(model: str, workspace: Path) -> Peer:  # noqa: ARG001  # it carries its own weights
    """Return Excerpt with the weights that it ships: the same model, in 8-bit integers."""
    return _Excerpt(workspace / "index")
