"""Locks on the index folder: one writer, and readers that pin the generation they read.

Both are flock locks, which the kernel drops when their holder dies.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from index.errors import IndexLockedError, IndexUnavailableError

_BRIEF = " briefly"
"""Follows the process id of a holder that others may wait for."""

_PATIENCE = 30.0
"""Seconds that such a holder is waited for, which needs a fraction of one."""

_PAUSE = 0.02


class WriteLock:
    """Held by the one writer of an index, its process id inside the file.

    A writer that finds it held briefly waits for it.

    Raises:
        IndexLockedError: on entering, when another writer holds it; says which.
        IndexUnavailableError: on entering, when the folder cannot be written.
    """

    def __init__(self, path: Path, *, briefly: bool = False) -> None:
        """Name the lock; it is taken on entering, and held only `briefly` if so said."""
        self._path = path
        self._words = f"{os.getpid()}{_BRIEF if briefly else ''}\n"
        self._descriptor = -1

    def __enter__(self) -> "WriteLock":
        """Take the lock, or say who has it."""
        until = time.monotonic() + _PATIENCE
        while not self._take(waiting=time.monotonic() < until):
            time.sleep(_PAUSE)
        return self

    def _take(self, *, waiting: bool) -> bool:
        """Take the lock; return False where it is held briefly and that may be waited for."""
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
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").rstrip()
            os.close(descriptor)
            # Who has just come, or is about to go, has not said who it is.
            if waiting and (not holder or holder.endswith(_BRIEF)):
                return False
            raise IndexLockedError(
                f"process {holder.removesuffix(_BRIEF) or 'unknown'} is writing to "
                f"{self._path.parent}; "
                "wait until it is done and try again"
            ) from None
        self._descriptor = descriptor
        with suppress(OSError):  # On a full disk it is held all the same, by who knows whom.
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, self._words.encode("ascii"), 0)
        return True

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
