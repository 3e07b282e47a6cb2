"""Where an engine gets the snapshot that it asks: the newest, one that stays, or one filtered."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol
from weakref import WeakKeyDictionary

from index.errors import IndexUnavailableError
from index.leases import Leases
from index.protocols import Snapshot, Store
from retrieval.exiting import running

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from index.filters.nodes import Filter
    from index.restricted import Visible

VisibleBySnapshot = WeakKeyDictionary[Snapshot, "dict[Filter, Visible]"]
"""What passes each filter in each snapshot that is still open."""


class SnapshotSource(Protocol):
    """Lends the snapshot that is asked."""

    def use(self) -> "AbstractContextManager[Snapshot]":
        """Lend the snapshot for the length of a block."""
        ...

    def refresh(self) -> int:
        """Move on to the newest generation, where it does, and return the number it is at."""
        ...

    def close(self) -> None:
        """Let go of the snapshot, where it is the source's own."""
        ...


class CurrentSnapshot:
    """Hands out the current snapshot; an older one is closed when its last user is done."""

    def __init__(self, store: Store) -> None:
        """Open the newest generation of the store."""
        self._store = store
        self._refreshing = threading.Lock()
        self._leases = Leases(store.snapshot())

    @contextmanager
    def use(self) -> Iterator[Snapshot]:
        """Lend the current snapshot; it stays open inside, whatever is refreshed meanwhile.

        Raises:
            IndexUnavailableError: when it was closed.
        """
        with running():
            lease = self._leases.take()
            if lease is None:
                raise _closed()
            with self._leases.using(lease) as snapshot:
                yield snapshot

    def refresh(self) -> int:
        """Move on to the newest generation and return its number; costs one look when it is.

        Raises:
            IndexUnavailableError: when it was closed.
        """
        with self._refreshing:
            current = self._leases.current
            if current is None:
                raise _closed()
            generation = current.counts.generation
            if self._store.newest() == generation:
                return generation
            newest = self._store.snapshot()
            self._leases.replace(newest)
            return newest.counts.generation

    def close(self) -> None:
        """Close the snapshot as soon as nobody uses it."""
        self._leases.replace(None)


def _closed() -> IndexUnavailableError:
    return IndexUnavailableError("this engine was closed; open the index again")


class PinnedSource:
    """Lends one snapshot, which stays its owner's to close."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Take the snapshot."""
        self._snapshot = snapshot

    @contextmanager
    def use(self) -> Iterator[Snapshot]:
        """Lend the snapshot."""
        yield self._snapshot

    def refresh(self) -> int:
        """Return the snapshot's number; it stays."""
        return self._snapshot.counts.generation

    def close(self) -> None:
        """Leave the snapshot to whom it belongs."""


class RestrictedSource:
    """Lends another source's snapshot seen through a filter.

    What passes a filter is selected once for each snapshot.
    """

    def __init__(self, source: SnapshotSource, tree: "Filter", visible: VisibleBySnapshot) -> None:
        """Take the source, the filter, and what was selected so far."""
        self._source = source
        self._tree = tree
        self._visible = visible

    @contextmanager
    def use(self) -> Iterator[Snapshot]:
        """Lend the restricted snapshot."""
        from index.restricted import RestrictedSnapshot, visible

        with self._source.use() as snapshot:
            selected = self._visible.setdefault(snapshot, {})
            if self._tree not in selected:
                selected[self._tree] = visible(snapshot, self._tree)
            yield RestrictedSnapshot(snapshot, selected[self._tree])

    def refresh(self) -> int:
        """Move the source on and return the number it is at."""
        return self._source.refresh()

    def close(self) -> None:
        """Leave the snapshot to whom it belongs."""
