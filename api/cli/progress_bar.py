"""A progress bar on stderr, on a terminal only."""

import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from index.progress import Progress, ProgressCallback, quiet

_WINDOW = 30.0
"""Seconds over which a rate is measured."""


@contextmanager
def progress(enabled: bool) -> Iterator[ProgressCallback]:
    """Yield what a sync reports to; it draws where somebody watches."""
    if not (enabled and sys.stderr.isatty()):
        yield quiet
        return
    from rich import progress as rich
    from rich.console import Console

    columns = (
        rich.SpinnerColumn(),
        rich.TextColumn("{task.description}"),
        rich.BarColumn(bar_width=None),
        rich.TimeElapsedColumn(),
        rich.TextColumn("{task.fields[left]}"),
    )
    with rich.Progress(*columns, console=Console(stderr=True), transient=True, expand=True) as bars:
        task = bars.add_task("looking for files", total=None, left="")
        rate = Rate()

        def draw(state: Progress) -> None:
            total = counted(state)
            seconds = bars.tasks[task].time_remaining if total else None
            left = "" if seconds is None else f"{duration(seconds)} left"
            said = words(state, rate.of(state.passages, monotonic()))
            bars.update(task, description=said, completed=state.files, total=total, left=left)

        yield draw


def counted(state: Progress) -> int | None:
    """Return how many files there are, None where they are no measure: in one are all documents."""
    return state.files_known if state.files_known != 1 else None


def words(state: Progress, rate: float = 0.0) -> str:
    """Say how far a sync has come, and how many passages go in a second.

    >>> words(Progress(files=9, files_known=3000, documents=10, passages=1234), 85.2)
    '9 of 3,000 files, 1,234 passages, 85 a second'
    >>> words(Progress(files=2, files_known=2, documents=2, passages=5))
    '5 passages of 2 documents; writing them'
    """
    if state.files == state.files_known:
        return f"{state.passages:,} passages of {state.documents:,} documents; writing them"
    speed = f", {rate:,.0f} a second" if rate >= 1 else ""
    if state.files_known == 1:
        return f"{state.documents:,} documents, {state.passages:,} passages{speed}"
    files = f"{state.files:,} of {state.files_known or 0:,} files"
    return f"{files}, {state.passages:,} passages{speed}"


class Rate:
    """How much comes in a second, over the last half minute."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._seen: deque[tuple[float, int]] = deque()

    def of(self, count: int, now: float) -> float:
        """Return the rate, `count` being there at the time `now` in seconds.

        >>> rate = Rate()
        >>> rate.of(0, 10.0), rate.of(50, 11.0), rate.of(100, 12.0), rate.of(100, 100.0)
        (0.0, 50.0, 50.0, 0.0)
        """
        self._seen.append((now, count))
        while len(self._seen) > 2 and now - self._seen[1][0] >= _WINDOW:
            self._seen.popleft()
        since, before = self._seen[0]
        return (count - before) / (now - since) if now > since else 0.0


def duration(seconds: float) -> str:
    """Return a time for people.

    >>> duration(9), duration(75), duration(7300)
    ('0:09', '1:15', '2:01:40')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
