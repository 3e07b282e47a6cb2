"""Stopping work that nobody waits for: between the stages of a question, in its own thread."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from index.errors import ExcerptError


class StoppedError(ExcerptError):
    """The work took longer than it may, or whoever asked went away."""

    slug = "stopped"


@dataclass(slots=True)
class Work:
    """One request's work: until when it may go on, in seconds of `time.monotonic`."""

    deadline: float = float("inf")
    abandoned: bool = field(default=False, init=False)

    def abandon(self) -> None:
        """Say, from any thread, that nobody waits for it any more."""
        self.abandoned = True

    def check(self) -> None:
        """Raise StoppedError unless it is to go on."""
        if self.abandoned:
            raise StoppedError("nobody waits for the answer any more")
        if time.monotonic() > self.deadline:
            raise StoppedError("the answer took longer than it may; ask for less, or later")


_CURRENT: ContextVar[Work | None] = ContextVar("work", default=None)


@contextmanager
def as_work(work: Work) -> Iterator[Work]:
    """Let what runs inside be stopped, in this thread and those that copy its context."""
    token = _CURRENT.set(work)
    try:
        yield work
    finally:
        _CURRENT.reset(token)


def check_going_on() -> None:
    """Return where nothing speaks against going on.

    Raises:
        StoppedError: when the work of this context is to stop.
    """
    work = _CURRENT.get()
    if work is not None:
        work.check()
