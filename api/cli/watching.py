"""Keeping an index in step with its roots while they change."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from api.output import say
from index.errors import IndexLockedError, InputError
from index.protocols import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from index.types import SyncReport

_QUIET_MS = 500
"""How long nothing must change before a sync, so that a file is not read while it is written."""

_AT_MOST_MS = 5_000
"""How long changes that go on are waited for."""


def follow(store: Store, first: "SyncReport", show: "Callable[[SyncReport], None]") -> None:
    """Show a first sync, then sync whatever changes under the recorded roots until interrupted.

    Args:
        store: the index.
        first: what the sync did that the watch goes on from.
        show: called with it, and with each later sync that did something.

    Raises:
        InputError: when there is nothing to watch.
    """
    with suppress(KeyboardInterrupt):
        show(first)
        roots = [root for root in store.roots() if root.exists()]
        if not roots:
            raise InputError("none of the recorded paths is there to be watched")
        for changed in _changes(roots, Path(store.location)):
            _sync(store, roots_of(changed, roots), show)


def _changes(roots: "Sequence[Path]", own: Path) -> "Iterator[list[Path]]":
    """Yield what changed under some roots, save in the index's own folder, and say once it can."""
    from watchfiles import watch

    watching = False
    for changes in watch(
        *roots,
        watch_filter=lambda _, path: not Path(path).is_relative_to(own),
        debounce=_AT_MOST_MS,
        step=_QUIET_MS,
        rust_timeout=_QUIET_MS,
        yield_on_timeout=True,
        ignore_permission_denied=True,
    ):
        if not watching:
            watching = True
            say(f"watching {len(roots)} {'path' if len(roots) == 1 else 'paths'}; Ctrl-C ends it")
        if changes:
            yield [Path(path) for _, path in changes]


def roots_of(changed: list[Path], roots: list[Path]) -> list[Path]:
    """Return the roots that something changed under.

    >>> roots_of([Path("/a/b/c.txt"), Path("/a/d.txt")], [Path("/a"), Path("/e")])
    [PosixPath('/a')]
    """
    return [root for root in roots if any(path.is_relative_to(root) for path in changed)]


def _sync(store: Store, roots: list[Path], show: "Callable[[SyncReport], None]") -> None:
    """Sync roots; where somebody else writes to the index, the next change will do it."""
    if not roots:
        return
    try:
        report = store.sync(roots)
    except IndexLockedError as error:
        say(f"excerpt: {error}")
        return
    if report.added or report.changed or report.removed or report.held:
        show(report)
