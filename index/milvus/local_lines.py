"""Which lines stand in document after document: each machine that asks counts them for itself.

The tables are those of an index on disk (`index.store.shared_lines`), in the cache folder.
The first question to an index reads the lines at the edges of its documents once, about a kilobyte
of each, and later ones those of documents that came or went.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from index.errors import IndexUnavailableError
from index.store import shared_lines
from index.text.repetition import Lines
from index.types import Span

_FILE = "lines.sqlite"
_PATIENCE = 600.0
"""Seconds that another process is waited for, which counts the same lines."""


@dataclass(frozen=True, slots=True)
class LinesSource:
    """Where lines come from, as of one generation.

    Attributes:
        generation: which one.
        collected: the last generation of whose deaths nothing is known any more.
        born: yields the lines of the documents that came after a generation and live, by row.
        died: returns the rows of those that lived in a generation and do not any more.
    """

    generation: int
    collected: int
    born: Callable[[int], Iterable[tuple[int, Lines]]]
    died: Callable[[int], Sequence[int]]


class LocalLines:
    """The lines of one generation, counted when it is made."""

    def __init__(self, folder: Path, source: LinesSource) -> None:
        """Bring the file up to the generation.

        Args:
            folder: the index's own folder in the cache.
            source: where lines come from.

        Raises:
            IndexUnavailableError: when the folder cannot be written.
        """
        self._path = folder / _FILE
        self._generation = source.generation
        try:
            folder.mkdir(parents=True, exist_ok=True)
            try:
                self._any = _bring_up(self._path, source)
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise
                _delete(self._path)  # It is damaged, and only a copy.
                self._any = _bring_up(self._path, source)
        except (OSError, sqlite3.OperationalError) as error:
            raise IndexUnavailableError(
                f"cannot keep lines in {folder}: {error}; set XDG_CACHE_HOME to a folder that can "
                "be written"
            ) from error

    def repeated(self, documents: Mapping[int, str]) -> dict[str, list[Span]]:
        """Return where boilerplate stands in some documents, by id; they are given by their rows.

        Of a generation that was passed over, the counts of the one before count.
        """
        if not self._any or not documents:
            return {}
        with closing(_connected(self._path)) as db:
            return shared_lines.repeated_in(db, self._generation, documents)


def _bring_up(path: Path, source: LinesSource) -> bool:
    """Count what came and went; return whether any line is repeated in the generation."""
    with closing(_connected(path)) as db:
        if _counted(db) < source.generation:
            with _transaction(db):
                _count(db, source)
        return shared_lines.has_repeated(db, source.generation)


def _count(db: sqlite3.Connection, source: LinesSource) -> None:
    shared_lines.ensure_tables(db)
    db.execute("CREATE TABLE IF NOT EXISTS gone (document INTEGER PRIMARY KEY, died INTEGER)")
    base, number = _counted(db), source.generation
    if base >= number:
        return  # Another process was at it meanwhile.
    if base and base < source.collected:
        for table in ("edge_lines", "line_counts", "repeated_lines", "gone"):
            db.execute(f"DELETE FROM {table}")
        base = 0
    for row in source.died(base) if base else ():
        shared_lines.discount(db, number, row)
        db.execute("INSERT OR REPLACE INTO gone VALUES (?, ?)", (row, number))
    for row, lines in source.born(base):
        shared_lines.count_lines(db, number, row, lines)
    _forget(db, source.collected)
    db.execute(f"PRAGMA user_version = {number}")


def _forget(db: sqlite3.Connection, collected: int) -> None:
    """Forget what only generations that nobody can be reading need."""
    gone = "SELECT document FROM gone WHERE died <= ?"
    db.execute(f"DELETE FROM edge_lines WHERE document IN ({gone})", (collected,))
    for table in ("gone", "repeated_lines"):
        db.execute(f"DELETE FROM {table} WHERE died <= ?", (collected,))


def _counted(db: sqlite3.Connection) -> int:
    """Return the generation that was counted last, 0 where none was."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _connected(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    return db


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _delete(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + end).unlink()
