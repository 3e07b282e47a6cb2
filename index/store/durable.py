"""The only place that makes things durable: fsync, rename and COMMIT.

Each is a boundary at which a power cut or a SIGKILL may fall. `EXCERPT_KILL_AT=n` kills this
process at the n-th boundary it reaches (one before and one after each operation), which is how
the crash tests stand at every one of them.
"""

import hashlib
import os
import signal
import sqlite3
from pathlib import Path

KILL_AT = "EXCERPT_KILL_AT"

_CHUNK = 1 << 20
_reached = 0


def _boundary() -> None:
    wanted = os.environ.get(KILL_AT)
    if wanted is None:
        return
    global _reached
    _reached += 1
    if _reached == int(wanted):
        os.kill(os.getpid(), signal.SIGKILL)


def fsync(path: Path) -> None:
    """Flush a file's content, or a folder's entries, to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _boundary()
        os.fsync(descriptor)
        _boundary()
    finally:
        os.close(descriptor)


def rename(source: Path, target: Path) -> None:
    """Rename within one folder and make the new name durable."""
    _boundary()
    source.rename(target)
    _boundary()
    fsync(target.parent)


def commit(connection: sqlite3.Connection) -> None:
    """Commit the open transaction."""
    _boundary()
    connection.execute("COMMIT")
    _boundary()


def sha256(path: Path) -> str:
    """Return the hex digest of a file, read a piece at a time."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
