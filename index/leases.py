"""Resources that replace each other in use: an older one closes with its last user."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class Closeable(Protocol):
    """What is closed when nobody uses it any more."""

    def close(self) -> None:
        """Let go of it."""
        ...


T = TypeVar("T", bound=Closeable)


@dataclass(slots=True, eq=False)
class Lease(Generic[T]):
    """A resource with the number of its users."""

    resource: T
    users: int = 0
    retired: bool = False


class Leases(Generic[T]):
    """The current resource, if there is one, and those before it that are still used.

    Thread-safe.
    """

    def __init__(self, resource: T) -> None:
        """Begin with a resource that nobody uses yet."""
        self._lock = threading.Lock()
        self._current: Lease[T] | None = Lease(resource)

    @property
    def current(self) -> T | None:
        """The current resource, not counted as used."""
        lease = self._current
        return None if lease is None else lease.resource

    def take(self) -> Lease[T] | None:
        """Return the current resource, counted as used until it is given back; None without one."""
        with self._lock:
            if self._current is not None:
                self._current.users += 1
            return self._current

    def give_back(self, lease: Lease[T]) -> None:
        """End a use; a resource that was replaced is closed with its last."""
        with self._lock:
            lease.users -= 1
            last = lease.retired and not lease.users
        if last:
            lease.resource.close()

    @contextmanager
    def using(self, lease: Lease[T]) -> Iterator[T]:
        """Lend what was taken for the length of a block, and give it back."""
        try:
            yield lease.resource
        finally:
            self.give_back(lease)

    def replace(self, newer: T | None, users: int = 0) -> Lease[T] | None:
        """Have another resource, or none, be the current one; return its lease.

        Args:
            newer: the resource.
            users: how many use it from the beginning.
        """
        lease = None if newer is None else Lease(newer, users)
        with self._lock:
            old, self._current = self._current, lease
            if old is not None:
                old.retired = True
            idle = old is not None and not old.users
        if old is not None and idle:
            old.resource.close()
        return lease
