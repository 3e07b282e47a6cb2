"""Connections to the record: one for the writer, and a pool that readers share."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, LifoQueue
from urllib.parse import quote

from index.errors import IndexUnavailableError
from index.store.schema import APPLICATION_ID, SCHEMA_VERSION

_BUSY_MS = 10_000
_CACHE_KIB = 8_192
_WAL_BYTES = 64 << 20
_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
_REFUSED = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN")


def connect_writer(path: Path) -> sqlite3.Connection:
    """Open the record for writing; transactions are begun by hand."""
    connection = _connect(path, "rwc")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA temp_store = FILE")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    connection.execute(f"PRAGMA journal_size_limit = {_WAL_BYTES}")
    return connection


def connect_reader(path: Path) -> sqlite3.Connection:
    """Open the record for reading, also from a folder that cannot be written."""
    writable = os.access(path.parent, os.W_OK) and os.access(path, os.W_OK)
    if not writable:
        connection = _connect(path, _read_only(path))
    else:
        try:
            connection = _connect(path, "rw")
        except IndexUnavailableError:
            # On a full disk there is no room for what SQLite keeps beside the record.
            connection = _connect(path, _read_only(path))
    connection.execute("PRAGMA query_only = 1")
    return connection


def _read_only(path: Path) -> str:
    """Return the mode for a record that cannot be written.

    A writer that was killed leaves a log beside it, which an immutable file would be read without.
    """
    log = path.with_name(f"{path.name}-wal")
    return "ro" if log.exists() and log.stat().st_size else "ro&immutable=1"


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(
            f"file:{quote(str(path.absolute()), errors='surrogateescape')}?mode={mode}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=_BUSY_MS / 1000,
        )
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.Error as error:
        raise _explained(path, error) from error
    return connection


@contextmanager
def usable(path: Path) -> Iterator[None]:
    """Let the block work on the record.

    Raises:
        IndexUnavailableError: when SQLite cannot, because the file is damaged or the disk refuses.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorname", "").startswith((*_DAMAGED, *_REFUSED)):
            raise _explained(path, error) from error
        raise


def _explained(path: Path, error: sqlite3.Error) -> IndexUnavailableError:
    """Return the error in words; only of what is damaged does it say to delete it."""
    if getattr(error, "sqlite_errorname", "").startswith(_DAMAGED):
        return IndexUnavailableError(
            f"{path} is damaged ({error}); delete {path.parent} and index again"
        )
    return IndexUnavailableError(
        f"{path} cannot be used: {error}; what it held is safe; "
        "make room there and check its permissions"
    )


def check_ours(connection: sqlite3.Connection, root: Path) -> None:
    """Check that the record is an index of this version.

    Raises:
        IndexUnavailableError: when it is not; says what to do.
    """
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application != APPLICATION_ID:
        raise IndexUnavailableError(
            f"{root} holds no finished Excerpt index; run `excerpt index --index {root} PATH` "
            "to build one, or choose another folder"
        )
    if version > SCHEMA_VERSION:
        raise IndexUnavailableError(
            f"{root} was made by a newer Excerpt (format {version}, this one reads "
            f"{SCHEMA_VERSION}); upgrade Excerpt, or index into another folder"
        )
    if version < SCHEMA_VERSION:
        raise IndexUnavailableError(
            f"{root} was made by an older Excerpt (format {version}, this one reads "
            f"{SCHEMA_VERSION}); delete it and run `excerpt index` again"
        )


@contextmanager
def one_state(connection: sqlite3.Connection) -> Iterator[None]:
    """Let the block read one committed state of the record, whatever is committed meanwhile."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def file_identity(path: Path) -> tuple[int, int] | None:
    """Return what a file is known by to the system, whatever its name, or None if it is gone."""
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return status.st_dev, status.st_ino


class Pool:
    """Reading connections to one file, each lent to one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Name the record; connections are opened when asked for."""
        self._path = path
        self._file = file_identity(path)
        self._idle: LifoQueue[sqlite3.Connection] = LifoQueue()
        self._closed = False

    @contextmanager
    def lend(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection for the length of a block.

        Raises:
            IndexUnavailableError: when a new one is needed and the file was deleted or replaced.
        """
        try:
            connection = self._idle.get_nowait()
        except Empty:
            connection = self._connect()
        try:
            with usable(self._path):
                yield connection
        finally:
            if self._closed:
                connection.close()
            else:
                self._idle.put(connection)

    def check_in_place(self) -> None:
        """Check that the file at the path is the one that was opened first.

        Raises:
            IndexUnavailableError: when it was deleted, or another is in its place.
        """
        there = file_identity(self._path)
        if there == self._file:
            return
        what = "was deleted or moved away" if there is None else "was replaced by another"
        raise IndexUnavailableError(f"the index at {self._path.parent} {what}; open it again")

    def _connect(self) -> sqlite3.Connection:
        """Open one more connection, never to a file that took the place of the first one's."""
        self.check_in_place()
        connection = connect_reader(self._path)
        try:
            self.check_in_place()
        except IndexUnavailableError:
            connection.close()
            raise
        return connection

    def close(self) -> None:
        """Close the idle connections, and the lent ones as they come back."""
        self._closed = True
        while not self._idle.empty():
            self._idle.get_nowait().close()
