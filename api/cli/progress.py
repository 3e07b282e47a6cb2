"""A progress bar on stderr, on a terminal only."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from index.progress import Progress, ProgressCallback, quiet


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

        def draw(state: Progress) -> None:
            total = counted(state)
            seconds = bars.tasks[task].time_remaining if total else None
            left = "" if seconds is None else f"{duration(seconds)} left"
            bars.update(
                task, description=words(state), completed=state.files, total=total, left=left
            )

        yield draw


def counted(state: Progress) -> int | None:
    """Return how many files there are, None where they are no measure: in one are all documents."""
    return state.files_known if state.files_known != 1 else None


def words(state: Progress) -> str:
    """Say how far a sync has come.

    >>> words(Progress(files=9, files_known=3000, documents=10, passages=1234))
    '9 of 3,000 files, 1,234 passages'
    >>> words(Progress(files=2, files_known=2, documents=2, passages=5))
    '5 passages of 2 documents; writing them'
    """
    if state.files == state.files_known:
        return f"{state.passages:,} passages of {state.documents:,} documents; writing them"
    if state.files_known == 1:
        return f"{state.documents:,} documents, {state.passages:,} passages"
    return f"{state.files:,} of {state.files_known or 0:,} files, {state.passages:,} passages"


def duration(seconds: float) -> str:
    """Return a time for people.

    >>> duration(9), duration(75), duration(7300)
    ('0:09', '1:15', '2:01:40')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
