"""An engine that follows its index: to each new generation, and to another index in its place."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from index.errors import IndexUnavailableError
from index.leases import Lease, Leases
from retrieval.engine import Engine


class LiveEngine:
    """Lends the engine of whatever index lies at a location now. Thread-safe; close it.

    An index that was deleted, rebuilt, restored, moved or switched by a symbolic link is noticed
    before the next use and opened again. Who still uses the old one finishes with it.
    """

    def __init__(self, opened: Callable[[], Engine]) -> None:
        """Open the engine.

        Args:
            opened: opens the location's engine; called again where the index was replaced.
        """
        self._opened = opened
        self._reopening = threading.Lock()
        self._leases = Leases(opened())
        self._closed = False

    @contextmanager
    def use(self) -> Iterator[Engine]:
        """Lend the engine, at the newest generation; it stays open inside.

        Raises:
            IndexUnavailableError: when no index can be opened there now, or this was closed.
        """
        with self._leases.using(self._fresh()) as engine:
            yield engine

    def close(self) -> None:
        """Close the engine as soon as nobody uses it."""
        self._closed = True
        self._leases.replace(None)

    def __enter__(self) -> "LiveEngine":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _fresh(self) -> Lease[Engine]:
        """Return the engine at the newest generation, counted as used."""
        if (lease := self._refreshed()) is not None:
            return lease
        with self._reopening:
            # Another thread may have opened it while this one waited.
            return self._refreshed() or self._reopen()

    def _refreshed(self) -> Lease[Engine] | None:
        """Return the engine, moved on to the newest generation; None where its index is gone."""
        lease = self._leases.take()
        if lease is None:
            return None
        try:
            lease.resource.refresh()
        except BaseException as error:
            self._leases.give_back(lease)
            if isinstance(error, IndexUnavailableError):
                return None
            raise
        return lease

    def _reopen(self) -> Lease[Engine]:
        if self._closed:
            raise IndexUnavailableError("this engine was closed; open the index again")
        # What is gone must not answer, even if nothing takes its place.
        self._leases.replace(None)
        lease = self._leases.replace(self._opened(), users=1)
        assert lease is not None, "an engine was given"
        return lease
