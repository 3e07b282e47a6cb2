"""The generation that is being asked, moved on to the newest one without a pause."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from index.errors import IndexUnavailableError
from index.protocols import Snapshot, Store


@dataclass(slots=True)
class _Pinned:
    snapshot: Snapshot
    users: int = 0
    retired: bool = False


class CurrentSnapshot:
    """Hands out the current snapshot; an older one is closed when its last user is done."""

    def __init__(self, store: Store) -> None:
        """Open the newest generation of the store."""
        self._store = store
        self._lock = threading.Lock()
        self._refreshing = threading.Lock()
        self._pinned: _Pinned | None = _Pinned(store.snapshot())

    @contextmanager
    def use(self) -> Iterator[Snapshot]:
        """Lend the current snapshot; it stays open inside, whatever is refreshed meanwhile.

        Raises:
            IndexUnavailableError: when it was closed.
        """
        with self._lock:
            pinned = self._open()
            pinned.users += 1
        try:
            yield pinned.snapshot
        finally:
            with self._lock:
                pinned.users -= 1
                last = pinned.retired and not pinned.users
            if last:
                pinned.snapshot.close()

    def refresh(self) -> int:
        """Move on to the newest generation and return its number; costs one look when it is.

        Raises:
            IndexUnavailableError: when it was closed.
        """
        with self._refreshing:
            with self._lock:
                generation = self._open().snapshot.counts.generation
            if self._store.newest() == generation:
                return generation
            newest = _Pinned(self._store.snapshot())
            self._replace(newest)
            return newest.snapshot.counts.generation

    def close(self) -> None:
        """Close the snapshot as soon as nobody uses it."""
        self._replace(None)

    def _open(self) -> _Pinned:
        if self._pinned is None:
            raise IndexUnavailableError("this engine was closed; open the index again")
        return self._pinned

    def _replace(self, newer: _Pinned | None) -> None:
        with self._lock:
            old, self._pinned = self._pinned, newer
            if old is not None:
                old.retired = True
            idle = old is not None and not old.users
        if old is not None and idle:
            old.snapshot.close()
