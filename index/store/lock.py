"""Locks on the index folder: one writer, and readers that pin the generation they read.

Both are flock locks, which the kernel drops when their holder dies.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from index.errors import IndexLockedError, IndexUnavailableError


class WriteLock:
    """Held by the one writer of an index, its process id inside the file.

    Raises:
        IndexLockedError: on entering, when another writer holds it; says which.
        IndexUnavailableError: on entering, when the folder cannot be written.
    """

    def __init__(self, path: Path) -> None:
        """Name the lock; it is taken on entering."""
        self._path = path
        self._descriptor = -1

    def __enter__(self) -> "WriteLock":
        """Take the lock, or say who has it."""
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise IndexUnavailableError(
                f"cannot write to the index folder {self._path.parent}: {error.strerror}; "
                "check its permissions or choose another with --index"
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
            os.close(descriptor)
            raise IndexLockedError(
                f"process {holder or 'unknown'} is writing to {self._path.parent}; "
                "wait until it is done and try again"
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
        self._descriptor = descriptor
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the lock."""
        os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)


class Pin:
    """A reader's shared lock on one generation, held until `release`."""

    def __init__(self, path: Path) -> None:
        """Take the lock; the caller then checks that the generation is still there."""
        self._releasing = threading.Lock()
        self._descriptor = -1
        self._descriptor = _open_pin(path)
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def release(self) -> None:
        """Let go; harmless when done twice, by two threads at once too."""
        with self._releasing:
            descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def __del__(self) -> None:
        self.release()


def _open_pin(path: Path) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        path.parent.mkdir(exist_ok=True)
        return os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)


@contextmanager
def seized(path: Path) -> Iterator[bool]:
    """Hold a generation against new readers for the length of a block, unless one has it now."""
    descriptor = _open_pin(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        free = True
    except BlockingIOError:
        free = False
    try:
        yield free
    finally:
        os.close(descriptor)
