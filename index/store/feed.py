"""From passages to vectors, in bounded memory.

One batch is embedded on a thread of its own while the next is being read and cut. A passage whose
embedded words were embedded before takes that vector over.
"""

import sqlite3
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.ingest.cutting import CutPassage
from index.protocols import Embedder, Vectors
from index.store.embedded import EmbeddingCache
from index.vectors import SegmentedVectors

_SAVED = 64
"""Passages after which vectors are put where an interruption does not lose them."""


class KnownVectors:
    """The vectors that the index already has, by the digest of their words."""

    def __init__(self, db: sqlite3.Connection, vectors: SegmentedVectors, below: int) -> None:
        """Take the record, the segments, and the first passage id without a vector."""
        self._db = db
        self._vectors = vectors
        self._below = below

    def find(self, digests: list[bytes], dim: int) -> tuple[Vectors, NDArray[np.bool_]]:
        """Return a vector for each digest, shape (n, dim), and which of them (n,) were found."""
        ids = np.array([self._passage(digest) for digest in digests], dtype=np.int64)
        vectors, sound = self._vectors.find(ids)
        return (vectors, sound) if sound.any() else (np.zeros((len(ids), dim), "f4"), sound)

    def _passage(self, digest: bytes) -> int:
        row = self._db.execute(
            "SELECT max(id) FROM passages WHERE embedded = ? AND id < ?", (digest, self._below)
        ).fetchone()
        return -1 if row[0] is None else int(row[0])


class _Embedded(NamedTuple):
    """Vectors (n, dim), and how many passages and wordpieces were embedded for them."""

    vectors: Vectors
    passages: int
    wordpieces: int


class _Batch(NamedTuple):
    """A batch on its way: the digests of its words, and what brings their vectors."""

    digests: list[bytes]
    embedded: "Future[_Embedded]"


class VectorFeed:
    """Embeds passages as they come, and holds their vectors until they are taken."""

    def __init__(self, embedder: Embedder, batch: int, cache: EmbeddingCache) -> None:
        """Begin with nothing pending, and no vectors known."""
        self.passages_embedded = 0
        self.wordpieces_embedded = 0
        self.known: KnownVectors | None = None
        self._embedder = embedder
        self._size = batch
        self._cache = cache
        self._pending: dict[bytes, str] = {}
        self._made: dict[bytes, Vectors] = {}
        self._flying: _Batch | None = None
        self._thread = ThreadPoolExecutor(1, "embed")

    def add(self, passage: CutPassage) -> None:
        """Ask for a passage's vector; equal words are embedded once."""
        if passage.digest in self._made or self._is_flying(passage.digest):
            return
        self._pending[passage.digest] = passage.words
        if len(self._pending) >= self._size:
            self._launch()

    def take(self, vectors: Mapping[bytes, Vectors]) -> None:
        """Take vectors (dim,) that were made elsewhere, by the digests of their words."""
        self._made.update(vectors)

    def drain(self) -> Mapping[bytes, Vectors]:
        """Wait for all that was asked for; return each vector (dim,) by the digest of its words."""
        if self._pending:
            self._launch()
        self._land()
        self._cache.close()
        return self._made

    def forget(self) -> None:
        """Let go of the vectors: they were stored."""
        self._made = {}

    def embed(self, words: list[str]) -> Vectors:
        """Embed texts (n,) now; return their vectors (n, dim)."""
        embedded = self._embed(words)
        self._count(embedded)
        return embedded.vectors

    def close(self) -> None:
        """Stop the thread, after the batch it is at."""
        self._thread.shutdown(cancel_futures=True)
        self._cache.close()

    def _is_flying(self, digest: bytes) -> bool:
        return self._flying is not None and digest in self._flying.digests

    def _launch(self) -> None:
        pending, self._pending = self._pending, {}
        digests = list(pending)
        if self.known is not None:
            vectors, held = self.known.find(digests, self._embedder.dim)
            known = zip(digests, vectors, held, strict=True)
            self._made |= {digest: vector for digest, vector, is_held in known if is_held}
        self._land()
        new = [digest for digest in digests if digest not in self._made]
        if new:
            texts = [pending[digest] for digest in new]
            self._flying = _Batch(new, self._thread.submit(self._embed, texts))

    def _embed(self, words: list[str]) -> "_Embedded":
        """Embed texts, those left out that an interrupted write embedded; on the thread."""
        cached = self._cache.find(words)
        new = [text for text, vector in zip(words, cached, strict=True) if vector is None]
        fresh: list[Vectors] = []
        for at in range(0, len(new), _SAVED):
            some = new[at : at + _SAVED]
            made = self._embedder.embed(some)
            self._cache.put(some, made)
            fresh += list(made)
        coming = iter(fresh)
        vectors = [next(coming) if vector is None else vector for vector in cached]
        return _Embedded(np.stack(vectors), len(new), sum(self._embedder.count_tokens(new)))

    def _land(self) -> None:
        batch, self._flying = self._flying, None
        if batch is None:
            return
        embedded = batch.embedded.result()
        self._made |= dict(zip(batch.digests, embedded.vectors, strict=True))
        self._count(embedded)

    def _count(self, embedded: _Embedded) -> None:
        self.passages_embedded += embedded.passages
        self.wordpieces_embedded += embedded.wordpieces
