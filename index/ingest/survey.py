"""What is under the roots of a sync, and what is gone from under them."""

import os
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

from index.ingest.file_sources import Root, Sources
from index.ingest.rules import Chooser
from index.ingest.spool import Spool
from index.ingest.walk import FileEntry, walk
from index.text.ids import file_uri
from index.types import LoadProblem

_MANY = 10
"""Files that a root may lose at once without being asked about."""


class Survey:
    """The files met under roots that were walked, and those missed.

    Attributes:
        gone: recorded files that are to be removed, in order.
        held: how many are missing that are not to be removed.
        problems: what cannot be read, by root.
        left_out: how many files and folders were passed over, by what left them out.
    """

    def __init__(
        self, sources: Sources, spool: Spool, skip: Collection[Path], *, allow_empty: bool
    ) -> None:
        """Begin with no roots.

        Args:
            sources: the record of files.
            spool: where the files met are put.
            skip: folders that are not walked.
            allow_empty: remove what is gone even where a root lost most of its files.
        """
        self.gone: dict[Path, None] = {}
        self.held = 0
        self.problems: dict[Path, list[LoadProblem]] = {}
        self.left_out: Counter[str] = Counter()
        self._sources = sources
        self._spool = spool
        self._skip = skip
        self._allow_empty = allow_empty

    def walk(self, number: int, root: Root, base: Path, others: Sequence[Path]) -> None:
        """Walk a root, by rules relative to `base`, and see what is gone from under it.

        What lies under a root of its own, such as a hidden folder, is not this one's to miss.
        """
        self.problems[root.path] = []
        files, unlisted = self._meet_files(number, root, base)
        gone = [
            path
            for path in self._sources.under(root.path)
            if not self._spool.has_file(path)
            and not any(map(path.is_relative_to, (*unlisted, *others)))
        ]
        lost = {path for path in gone if not os.path.lexists(path)}
        if lost and not self._allow_empty and _lacks_most(files, files + len(lost)):
            self._hold(root.path, files, len(lost))
            gone = [path for path in gone if path not in lost]
        self.gone |= dict.fromkeys(gone)

    def report(self, path: Path, problem: LoadProblem) -> None:
        """Add a problem to those of the root that a file lies under."""
        root = next(each for each in (path, *path.parents) if each in self.problems)
        self.problems[root].append(problem)

    def _meet_files(self, number: int, root: Root, base: Path) -> tuple[int, list[Path]]:
        """Put the files under a root into the spool; return their number and folders not listed."""
        files = 0
        chooser = Chooser(base, root.rules)
        unlisted: list[Path] = []
        for entry in walk(root.path, self._skip, chooser):
            if isinstance(entry, FileEntry):
                self._spool.add_file(entry.path, number, entry.format.name)
                files += 1
                continue
            self.problems[root.path].append(entry)
            if not _can_list(Path(entry.uri)):
                unlisted.append(Path(entry.uri))
        self.left_out += chooser.left_out
        return files, unlisted

    def _hold(self, root: Path, files: int, gone: int) -> None:
        """Leave in the index what is gone from under a root that lost most of it."""
        state = f"only {files} are there" if files else "none is there"
        state = state if root.exists() else "it is away"
        self.held += gone
        reason = (
            f"{gone} files that were indexed from it are gone ({state}), and nothing of them was "
            f"removed; to remove them run the same with --allow-empty, or excerpt index --forget "
            f"{root}"
        )
        self.problems[root].append(LoadProblem(file_uri(root), reason))


def _lacks_most(files: int, known: int) -> bool:
    """Return whether a root has so few of the files it had that it may not be all there.

    >>> _lacks_most(0, 1), _lacks_most(3, 9), _lacks_most(30, 100)
    (True, False, True)
    """
    return not files or (2 * files < known and known - files >= _MANY)


def _can_list(path: Path) -> bool:
    """Return whether nothing keeps us from seeing what is under a path."""
    try:
        next(path.iterdir(), None) if path.is_dir() else None
    except OSError:
        return False
    return True
