"""A tiny embedder for tests of storage: a bag of hashed words, deterministic, without a model."""

import hashlib
from collections.abc import Sequence

import numpy as np

from index.protocols import Vectors


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
