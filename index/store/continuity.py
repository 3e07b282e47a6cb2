"""Whether a record still is the one that was opened, and not another written over its file.

Copying a backup over an index that is open leaves the file's name and number as they are, and
SQLite's connections to it would go on answering from the pages that they remember.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from index.errors import IndexUnavailableError
from index.store import catalog
from index.store.connect import check_ours, connect_reader, usable

_State = tuple[str | None, int, float]
"""The index's identity, and the number and time of its newest generation."""


class Continuity:
    """Follows one record. Safe to use from many threads."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        """Begin with what a connection reads now."""
        self._path = path
        self._written = _written(path)
        self._seen = _state(db)

    def saw(self, db: sqlite3.Connection, generation: int) -> None:
        """Remember the newest generation that readers were given."""
        if generation != self._seen[1]:
            self._seen = _state(db)

    def check(self) -> None:
        """Check that the record only grew; costs one look at a file unless it was written to.

        Raises:
            IndexUnavailableError: when another record was written over it.
        """
        written = _written(self._path)
        if written == self._written:
            return
        with closing(connect_reader(self._path)) as db, usable(self._path):
            check_ours(db, self._path.parent)
            now, earlier = _state(db), catalog.generation(db, self._seen[1])
        if not _follows(now, self._seen, None if earlier is None else earlier.committed):
            raise IndexUnavailableError(
                f"the index at {self._path.parent} was replaced by another; open it again"
            )
        self._seen = now
        self._written = written


def _follows(now: _State, seen: _State, committed: float | None) -> bool:
    """Return whether one state is a later one of the same record.

    Args:
        now: the later one.
        seen: the earlier one.
        committed: when the earlier one's generation was committed, None where it is not kept.
    """
    return now[0] == seen[0] and now[1] >= seen[1] and committed in (None, seen[2])


def _written(path: Path) -> int | None:
    """Return when a file was last changed in any way, None where it is gone."""
    try:
        return path.stat().st_ctime_ns
    except (FileNotFoundError, NotADirectoryError):
        return None


def _state(db: sqlite3.Connection) -> _State:
    number = catalog.newest(db)
    newest = catalog.generation(db, number)
    return catalog.meta(db).get("identity"), number, 0.0 if newest is None else newest.committed
