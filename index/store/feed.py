"""From passages to rows of a vector segment, in bounded memory.

One batch is embedded on a thread of its own while the next is being read and cut. A passage whose
embedded words were embedded before takes that vector over.
"""

import hashlib
import sqlite3
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.protocols import Embedder, Vectors
from index.store.embedded import EmbeddingCache
from index.store.records import encode
from index.vectors import SegmentedVectors, SegmentWriter

_SAVED = 64
"""Passages after which vectors are put where an interruption does not lose them."""


class Wanted(NamedTuple):
    """A passage that needs a vector: its id, the words to embed, and their digest."""

    id: int
    words: str
    digest: bytes


def words_digest(words: str) -> bytes:
    """Return the digest by which a vector is found again."""
    return hashlib.sha256(encode(words)).digest()[:16]


class KnownVectors:
    """The vectors that the index already has, by the digest of their words."""

    def __init__(self, db: sqlite3.Connection, vectors: SegmentedVectors, below: int) -> None:
        """Take the open transaction, the segments, and the first passage id without a vector."""
        self._db = db
        self._vectors = vectors
        self._below = below

    def find(self, digests: list[bytes], dim: int) -> tuple[Vectors, NDArray[np.bool_]]:
        """Return a vector for each digest, shape (n, dim), and which of them (n,) were found."""
        ids = np.array([self._passage(digest) for digest in digests], dtype=np.int64)
        vectors, found = self._vectors.find(ids)
        return (vectors, found) if found.any() else (np.zeros((len(ids), dim), "f4"), found)

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


@dataclass(slots=True)
class _Batch:
    """A batch on its way: rows with `found` have their vector, `embedded` brings the others."""

    ids: NDArray[np.int64]
    vectors: Vectors
    found: NDArray[np.bool_]
    embedded: "Future[_Embedded] | None"


class Feed:
    """Embeds passages as they come and appends them to a segment, in order."""

    def __init__(
        self,
        embedder: Embedder,
        known: KnownVectors,
        segment: SegmentWriter,
        batch: int,
        cache: EmbeddingCache,
    ) -> None:
        """Begin with nothing pending."""
        self.passages_embedded = 0
        self.wordpieces_embedded = 0
        self._embedder = embedder
        self._known = known
        self._segment = segment
        self._size = batch
        self._cache = cache
        self._pending: list[Wanted] = []
        self._flying: _Batch | None = None
        self._thread = ThreadPoolExecutor(1, "embed")

    def add(self, wanted: Wanted) -> None:
        """Take one passage; ids ascend."""
        self._pending.append(wanted)
        if len(self._pending) >= self._size:
            self._launch()

    def drain(self) -> None:
        """Wait until everything that was added is in the segment."""
        if self._pending:
            self._launch()
        self._land()
        self.close()

    def close(self) -> None:
        """Stop the thread, after the batch it is at."""
        self._thread.shutdown(cancel_futures=True)
        self._cache.close()

    def _launch(self) -> None:
        pending, self._pending = self._pending, []
        ids = np.array([wanted.id for wanted in pending], dtype=np.int64)
        vectors, found = self._known.find([w.digest for w in pending], self._embedder.dim)
        words = [w.words for w, known in zip(pending, found, strict=True) if not known]
        self._land()
        embedded = self._thread.submit(self._embed, words) if words else None
        self._flying = _Batch(ids, vectors, found, embedded)

    def _embed(self, words: list[str]) -> "_Embedded":
        """Embed texts, those left out that an interrupted write embedded; on the thread."""
        kept = self._cache.find(words)
        new = [text for text, vector in zip(words, kept, strict=True) if vector is None]
        fresh: list[Vectors] = []
        for at in range(0, len(new), _SAVED):
            some = new[at : at + _SAVED]
            made = self._embedder.embed(some)
            self._cache.put(some, made)
            fresh += list(made)
        coming = iter(fresh)
        vectors = [next(coming) if vector is None else vector for vector in kept]
        return _Embedded(np.stack(vectors), len(new), sum(self._embedder.count_tokens(new)))

    def _land(self) -> None:
        batch, self._flying = self._flying, None
        if batch is None:
            return
        if batch.embedded is not None:
            embedded = batch.embedded.result()
            batch.vectors[~batch.found] = embedded.vectors
            self.passages_embedded += embedded.passages
            self.wordpieces_embedded += embedded.wordpieces
        self._segment.append(batch.ids, batch.vectors)
