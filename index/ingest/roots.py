"""The paths that an index mirrors, asked for and recorded, and how they contain each other."""

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path

from index.errors import InputError
from index.ingest.file_sources import Root, Rules, Sources
from index.protocols import Writer
from index.types import SyncReport


def record_roots(sources: Sources, paths: Sequence[Path] | None, rules: Rules | None) -> list[Root]:
    """Return what to mirror, none inside another, and record the roots that are new.

    Args:
        sources: the record of roots and files.
        paths: what was asked for; None for all recorded roots.
        rules: those of the roots asked for; None leaves them the rules they have.

    Raises:
        InputError: when a path does not exist, or none is given and none is recorded.
    """
    recorded = {root.path: root for root in sources.roots()}
    asked = list(recorded) if paths is None else paths
    wanted = check_paths(asked, lambda path: path in recorded or _was_known(sources, path))
    roots = [
        Root(path, recorded_root_of(path, recorded).rules if rules is None else rules)
        for path in wanted
    ]
    named = {root.path: root for root in roots}
    outer = outermost([*recorded, *wanted])
    sources.set_roots([named.get(path) or recorded[path] for path in outer])
    return roots


def recorded_root_of(path: Path, recorded: Mapping[Path, Root]) -> Root:
    """Return the recorded root that a path is or is a part of, or the path itself as a root."""
    return next((recorded[each] for each in (path, *path.parents) if each in recorded), Root(path))


def _was_known(sources: Sources, path: Path) -> bool:
    return next(iter(sources.under(path)), None) is not None


def roots_within(roots: Iterable[Path], folders: Collection[Path]) -> dict[Path, list[Path]]:
    """Return the roots that lie within each of some folders, by folder."""
    within: dict[Path, list[Path]] = {}
    for root in roots:
        for folder in root.parents:
            if folder in folders:
                within.setdefault(folder, []).append(root)
    return within


def forget(writer: Writer, paths: Sequence[Path]) -> SyncReport:
    """Forget roots, with every document that came from under them, and commit.

    Raises:
        InputError: when one is not a recorded root; nothing is forgotten then.
    """
    recorded = writer.sources.roots()
    wanted = [_real(path) for path in paths]
    for path in wanted:
        if path not in [root.path for root in recorded]:
            there = ", ".join(str(root.path) for root in recorded) or "none"
            raise InputError(f"{path} is not a recorded root; there are: {there}")
    for path in wanted:
        for file in list(writer.sources.under(path)):
            for identity in list(writer.sources.documents(file)):
                writer.delete(identity)
            writer.sources.forget(file)
    writer.sources.set_roots([root for root in recorded if root.path not in wanted])
    writer.sources.set_skipped({})
    return writer.commit()


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def check_paths(
    paths: Iterable[Path], was_known: Callable[[Path], bool] = lambda _: False
) -> list[Path]:
    """Return the paths to mirror, resolved, none inside another; a lost one must have been known.

    Raises:
        InputError: when there is none, or one never existed.
    """
    wanted = outermost(_real(path) for path in paths)
    if not wanted:
        raise InputError("no paths are recorded yet; name what to index: excerpt index PATH")
    for path in wanted:
        if not path.exists() and not was_known(path):
            raise InputError(f"{path} does not exist; name a file or folder that does")
    return wanted


def outermost(paths: Iterable[Path]) -> list[Path]:
    """Return the paths that are not met when another of them is walked, in order, each once."""
    each = dict.fromkeys(paths)
    return [
        path
        for path in each
        if not any(parent in each and _meets(parent, path) for parent in path.parents)
    ]


def _meets(folder: Path, path: Path) -> bool:
    """Return whether walking a folder comes upon a path under it: hidden ones are passed over."""
    return not any(part.startswith(".") for part in path.relative_to(folder).parts)
