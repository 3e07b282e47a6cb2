"""Run a task on a spare core while the caller continues."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import TypeVar

from index.cores import usable_cores

_T = TypeVar("_T")


class SpareCore:
    """Threads for work that lets go of the interpreter. Safe to use from many threads.

    With as many callers as there are cores, each does all of its own work: handing it over would
    cost a seventh of what they get done together.
    """

    def __init__(self, cores: int | None = None) -> None:
        """Take how many cores there are; by default those this process may use."""
        self._cores = cores or usable_cores()
        self._pool = ThreadPoolExecutor(self._cores, thread_name_prefix="spare-core")
        self._lock = threading.Lock()
        self._callers = 0

    @contextmanager
    def __call__(self, work: Callable[[], _T]) -> Iterator[Callable[[], _T]]:
        """Begin `work`, and lend what returns its result; after the block it is no longer running.

        Where no core is to spare it begins when the result is asked for.
        """
        with self._lock:
            self._callers += 1
            spare = self._callers < self._cores
        begun = self._pool.submit(work) if spare else None
        try:
            yield begun.result if begun else work
        finally:
            if begun:
                wait([begun])
            with self._lock:
                self._callers -= 1
