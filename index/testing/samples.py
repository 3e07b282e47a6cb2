"""What contract suites are run with: an embedder that needs no model, documents, folders."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from index.protocols import Store, Vectors
from index.types import Document, MetadataValue

Make = Callable[[], Store]


class HashingEmbedder:
    """Implements the `Embedder` protocol; texts with the same words have the same vector."""

    dim = 32
    max_tokens = 512
    fingerprint = "5ca1ab1e" * 8

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) + 2 for text in texts]

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        rows = [self.embed_query(text) for text in texts]
        return np.stack(rows) if rows else np.empty((0, self.dim), dtype=np.float32)

    def embed_query(self, text: str) -> Vectors:
        vector = np.full(self.dim, 1e-3, dtype=np.float32)
        for word in text.lower().split():
            digest = hashlib.md5(word.encode("utf-8", "surrogatepass")).digest()
            vector[digest[0] % self.dim] += 1 if digest[1] & 1 else -1
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def make_document(
    document_id: str, text: str, metadata: Mapping[str, MetadataValue] | None = None
) -> Document:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Document(
        document_id, f"memory:{document_id}", "A title", text, digest, "text/plain", metadata or {}
    )


def lay_out(folder: Path, files: Mapping[str, str]) -> None:
    folder.mkdir(exist_ok=True, parents=True)
    for path in folder.iterdir():
        if path.is_file() and path.name not in files:
            path.unlink()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def texts(store: Store, generation: int | None = None) -> list[str]:
    snapshot = store.snapshot(generation)
    try:
        return sorted(document.text for document in snapshot.documents())
    finally:
        snapshot.close()
