"""Snapshots that are lent, replaced and closed."""

import threading
from collections.abc import Callable
from contextlib import ExitStack
from types import SimpleNamespace

import pytest

from index.errors import IndexUnavailableError
from index.types import Counts
from retrieval.snapshots import CurrentSnapshot


class Generations:
    """A store of snapshots that only count how often they are closed."""

    def __init__(self) -> None:
        self.number = 1
        self.closed: list[int] = []

    def newest(self) -> int:
        return self.number

    def snapshot(self) -> SimpleNamespace:
        number = self.number
        counts = Counts(number, 0, 0)
        return SimpleNamespace(counts=counts, close=lambda: self.closed.append(number))


class Watched:
    """A lock that lets something else happen once it is let go."""

    def __init__(self, then: Callable[[], None]) -> None:
        self._lock = threading.Lock()
        self._then: Callable[[], None] | None = then

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()
        then, self._then = self._then, None
        if then:
            then()


def test_an_older_snapshot_is_closed_once_its_last_user_is_done() -> None:
    store = Generations()
    current = CurrentSnapshot(store)
    with current.use() as first:
        store.number = 2
        assert current.refresh() == 2
        assert first.counts.generation == 1
        assert store.closed == []
    assert store.closed == [1]
    current.close()
    assert store.closed == [1, 2]
    with pytest.raises(IndexUnavailableError, match="was closed"):
        current.refresh()


def test_a_user_who_leaves_while_it_is_replaced_does_not_close_it_too() -> None:
    store = Generations()
    current = CurrentSnapshot(store)
    using = ExitStack()
    using.enter_context(current.use())
    current._leases._lock = Watched(using.close)
    current.close()
    assert store.closed == [1]
