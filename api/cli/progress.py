"""A progress bar on stderr, on a terminal only."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from index.store.progress import Progress, ProgressCallback, quiet


@contextmanager
def progress(enabled: bool) -> Iterator[ProgressCallback]:
    """Yield what a sync reports to; it draws where somebody watches."""
    if not (enabled and sys.stderr.isatty()):
        yield quiet
        return
    from rich import progress as rich
    from rich.console import Console

    columns = (
        rich.TextColumn("{task.fields[words]}"),
        rich.BarColumn(),
        rich.MofNCompleteColumn(),
        rich.TimeRemainingColumn(),
    )
    with rich.Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("index", total=None, words="looking for files")

        def draw(state: Progress) -> None:
            words = f"{state.documents} documents, {state.passages} passages"
            bars.update(task, completed=state.files, total=state.files_known, words=words)

        yield draw
