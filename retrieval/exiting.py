"""What becomes of questions when the interpreter exits: those that run are finished, none begins.

A daemon thread that comes back from native code once the interpreter is gone ends the process by
an abort. So the exit waits, for some seconds at most, until no other thread is in a question; one
that is asked then is held up instead, as its thread will be in a moment anyway.
"""

import atexit
import concurrent.futures.thread  # noqa: F401  # it registers its own exit, which is to come later
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from index.errors import IndexUnavailableError

LONGEST = 10.0
"""Seconds that the exit waits."""
_HELD_UP = 5.0
"""Seconds until a question that is asked during the exit is refused."""


class Questions:
    """The questions that run in this process, by thread. Safe to use from many threads."""

    def __init__(self) -> None:
        """Begin with none."""
        self.forget()

    def forget(self) -> None:
        """Begin again with none, as in a process that was forked, whose other threads are not."""
        self._changed = threading.Condition()
        self._running: Counter[int] = Counter()
        self._closed = False

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count as a question for the length of a block.

        Raises:
            IndexUnavailableError: when the interpreter exits.
        """
        thread = threading.get_ident()
        with self._changed:
            if self._closed and not self._running[thread]:
                self._refuse(thread)
            self._running[thread] += 1
        try:
            yield
        finally:
            with self._changed:
                self._running[thread] -= 1
                if not self._running[thread]:
                    del self._running[thread]
                self._changed.notify_all()

    def close(self, seconds: float = LONGEST) -> None:
        """Let no question begin, and wait until those of other threads are finished."""
        own = threading.get_ident()
        with self._changed:
            self._closed = True
            self._changed.wait_for(lambda: not self._running.keys() - {own}, seconds)

    def _refuse(self, thread: int) -> None:
        if thread != threading.main_thread().ident:
            self._changed.wait_for(lambda: False, _HELD_UP)
        raise IndexUnavailableError("the interpreter exits; ask before it does")


_QUESTIONS = Questions()


def running() -> AbstractContextManager[None]:
    """Count as a question of this process for the length of a block.

    Raises:
        IndexUnavailableError: when the interpreter exits.
    """
    return _QUESTIONS.running()


# Thread pools, which questions need, are closed before `atexit` comes, and in reverse order.
_before_pools_close: Callable[[Callable[[], None]], object] = getattr(
    threading, "_register_atexit", atexit.register
)
_before_pools_close(_QUESTIONS.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_QUESTIONS.forget)
