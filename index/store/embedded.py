"""Vectors of a write that is not committed yet, so that one that was interrupted costs little.

They are kept by model and words in a SQLite file of their own beside the record, a few at a time,
and forgotten once a generation holds them. The file is a cache: one that is damaged is begun anew.
"""

import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.protocols import Vectors
from index.store.record_rows import encode

_BUSY_SECONDS = 10


class EmbeddingCache:
    """Vectors by the words they were made of, for one embedder. One thread at a time."""

    def __init__(self, path: Path, fingerprint: str, dim: int) -> None:
        """Name the file; it is opened at the first use."""
        self._path = path
        self._fingerprint = fingerprint.encode()
        self._dim = dim
        self._db: sqlite3.Connection | None = None

    def find(self, words: Sequence[str]) -> list[Vectors | None]:
        """Return the vector (dim,) of each text, None where none is kept."""
        return [self._find(self._key(each)) for each in words]

    def put(self, words: Sequence[str], vectors: Vectors) -> None:
        """Keep the vectors (n, dim) of n texts; they outlive this process."""
        rows = [
            (self._key(each), np.asarray(vector, dtype="<f4").tobytes())
            for each, vector in zip(words, vectors, strict=True)
        ]
        with self._opened() as db:
            db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    def forget(self) -> None:
        """Remove the file: a generation holds what was in it."""
        self.close()
        _remove(self._path)

    def close(self) -> None:
        """Close the file; what is in it stays."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def _find(self, key: bytes) -> Vectors | None:
        query = "SELECT vector FROM vectors WHERE key = ?"
        row = self._opened().execute(query, (key,)).fetchone()
        if row is None or len(row[0]) != 4 * self._dim:
            return None
        return np.frombuffer(row[0], dtype="<f4")

    def _key(self, words: str) -> bytes:
        return hashlib.sha256(self._fingerprint + b"\0" + encode(words)).digest()[:16]

    def _opened(self) -> sqlite3.Connection:
        if self._db is None:
            try:
                self._db = _open(self._path)
            except sqlite3.DatabaseError as error:
                if getattr(error, "sqlite_errorname", "") not in (
                    "SQLITE_NOTADB",
                    "SQLITE_CORRUPT",
                ):
                    raise
                _remove(self._path)
                self._db = _open(self._path)
        return self._db


def _open(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=_BUSY_SECONDS, check_same_thread=False)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute(
            "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID"
        )
    except sqlite3.Error:
        db.close()
        raise
    return db


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
