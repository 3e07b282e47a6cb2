"""An engine that follows its index: to each new generation, and to another index in its place."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from index.errors import IndexUnavailableError
from retrieval.engine import Engine


@dataclass(slots=True)
class _Held:
    engine: Engine
    users: int = 0
    retired: bool = False


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
        self._lock = threading.Lock()
        self._reopening = threading.Lock()
        self._held: _Held | None = _Held(opened())
        self._closed = False

    @contextmanager
    def use(self) -> Iterator[Engine]:
        """Lend the engine, at the newest generation; it stays open inside.

        Raises:
            IndexUnavailableError: when no index can be opened there now, or this was closed.
        """
        held = self._fresh()
        try:
            yield held.engine
        finally:
            self._let_go(held)

    def close(self) -> None:
        """Close the engine as soon as nobody uses it."""
        self._closed = True
        self._replace(None)

    def __enter__(self) -> "LiveEngine":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _fresh(self) -> _Held:
        """Return the engine at the newest generation, counted as used."""
        held = self._take()
        if held is not None and self._refreshed(held):
            return held
        with self._reopening:
            # Another thread may have opened it while this one waited.
            held = self._take()
            if held is not None and self._refreshed(held):
                return held
            return self._reopen()

    def _refreshed(self, held: _Held) -> bool:
        """Move on to the newest generation; let go of an engine whose index is not there now."""
        try:
            held.engine.refresh()
        except IndexUnavailableError:
            self._let_go(held)
            return False
        except BaseException:
            self._let_go(held)
            raise
        return True

    def _reopen(self) -> _Held:
        if self._closed:
            raise IndexUnavailableError("this engine was closed; open the index again")
        # What is gone must not answer, even if nothing takes its place.
        self._replace(None)
        held = _Held(self._opened(), users=1)
        self._replace(held)
        return held

    def _take(self) -> _Held | None:
        with self._lock:
            if self._held is not None:
                self._held.users += 1
            return self._held

    def _let_go(self, held: _Held) -> None:
        with self._lock:
            held.users -= 1
            last = held.retired and not held.users
        if last:
            held.engine.close()

    def _replace(self, newer: _Held | None) -> None:
        with self._lock:
            old, self._held = self._held, newer
            if old is not None:
                old.retired = True
            idle = old is not None and not old.users
        if old is not None and idle:
            old.engine.close()
