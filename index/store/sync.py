"""Making the index mirror some paths, file by file, inside one write.

A file whose bytes are those of the last sync is not read further. Of a changed file, only the
documents that changed go out and in; of a changed document, only the passages whose words
changed are embedded. What is gone from under the given paths is removed.
"""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from io import BufferedReader
from pathlib import Path

from index.errors import InputError, LoadError, ModelError
from index.ingest.walk import Found, open_file, walk
from index.loaders import get_loader
from index.progress import Progress, ProgressCallback
from index.protocols import Loader, StreamLoader
from index.store import catalog
from index.store.records import DOCUMENT, document_row, read_document
from index.store.tally import Tally
from index.store.writer import GenerationWriter
from index.text.ids import file_uri
from index.types import Document, LoadProblem

_CHANGED = "it changed while it was being read; it is read again at the next sync"
_MANY = 10
"""Files that a root may lose at once without being asked about."""
_KEPT = "; what was read of it before is kept"


class _DiskError(LoadError):
    """The operating system failed to read a file, which says nothing of what is in it."""


class Mirror:
    """One sync, inside an entered `GenerationWriter`."""

    def __init__(
        self, writer: GenerationWriter, progress: ProgressCallback, allow_empty: bool = False
    ) -> None:
        """Begin with nothing seen; a root that lost its files loses documents if `allow_empty`."""
        self.tally = Tally(writer)
        self._allow_empty = allow_empty
        self._writer = writer
        self._db: sqlite3.Connection = writer.db
        self._draw = progress
        self._progress = Progress()
        self._db.execute("CREATE TEMP TABLE seen (path BLOB PRIMARY KEY) WITHOUT ROWID")
        self._db.execute(f"CREATE TEMP TABLE waiting (source, {DOCUMENT})")

    def run(self, paths: Sequence[Path] | None) -> None:
        """Mirror the paths, or the recorded roots when none are given.

        What is gone goes first, so that a document that moved finds its id free; one that finds it
        taken is tried again when all files have been read.
        """
        wanted = self._wanted(paths)
        known = sum(self._survey(path) for path in wanted)
        self._progress = replace(self._progress, files_known=known)
        unread: dict[Path, list[LoadProblem]] = {}
        for path in wanted:
            before = len(self.tally.problems)
            for found in self._walk(path):
                if isinstance(found, Found):
                    self._take(found)
                else:
                    self.tally.problems.append(found)
            unread[path] = self.tally.problems[before:]
        self._take_waiting()
        catalog.set_skipped(self._db, unread)

    def _wanted(self, paths: Sequence[Path] | None) -> list[Path]:
        """Return what to mirror, none inside another, and record the roots that are new."""
        recorded = catalog.roots(self._db)
        asked = recorded if paths is None else paths
        wanted = check_paths(asked, lambda path: self._was_known(path, recorded))
        if paths is not None:
            catalog.set_roots(self._db, outermost([*recorded, *wanted]))
        return wanted

    def _was_known(self, path: Path, recorded: Sequence[Path]) -> bool:
        return path in recorded or next(catalog.sources_under(self._db, path), None) is not None

    def _walk(self, path: Path) -> Iterator[Found | LoadProblem]:
        return walk(path, skip=(self._writer.layout.root,))

    def _survey(self, root: Path) -> int:
        """Remove what is gone from under a root, and return how many files are there."""
        files = 0
        unlisted: list[Path] = []
        for found in self._walk(root):
            if isinstance(found, Found):
                files += 1
                self._see(found.path)
            elif not _can_list(Path(found.uri)):
                unlisted.append(Path(found.uri))
        gone = [
            row
            for row, path in catalog.sources_under(self._db, root)
            if not self._is_seen(path) and not any(map(path.is_relative_to, unlisted))
        ]
        if gone and not self._allow_empty and _lost_most(files, files + len(gone)):
            self._hold(root, files, len(gone))
        else:
            for row in gone:
                self.tally.remove_source(row)
        return files

    def _hold(self, root: Path, files: int, gone: int) -> None:
        """Leave in the index what is gone from under a root that lost most of it."""
        state = f"only {files} are there" if files else "none is there"
        state = state if root.exists() else "it is away"
        self.tally.held += gone
        reason = (
            f"{gone} files that were indexed from it are gone ({state}), and nothing of them was "
            f"removed; to remove them run the same with --allow-empty, or excerpt index --forget "
            f"{root}"
        )
        self.tally.problems.append(LoadProblem(file_uri(root), reason))

    def _see(self, path: Path) -> None:
        self._db.execute("INSERT OR IGNORE INTO seen VALUES (?)", (os.fsencode(path),))

    def _is_seen(self, path: Path) -> bool:
        found = self._db.execute("SELECT 1 FROM seen WHERE path = ?", (os.fsencode(path),))
        return found.fetchone() is not None

    def _take(self, found: Found) -> None:
        """Bring one file into the index."""
        known = catalog.source(self._db, found.path)
        try:
            with open_file(found.path) as file:
                sha256 = _digest(file)
                if known and known.sha256 == sha256:
                    self.tally.keep_source(known)
                else:
                    self._load(found, known, file, sha256)
        except LoadError as error:
            self._cannot_read(found, known, str(error))
        self._step(files=1)

    def _cannot_read(self, found: Found, known: catalog.Source | None, reason: str) -> None:
        """Report a file that cannot be read; what it held is removed only when it is gone."""
        if known and not found.path.exists():
            self.tally.remove_source(known.row)
        elif known:
            self.tally.keep_source(known)
            reason += _KEPT
        self.tally.problems.append(LoadProblem(found.uri, reason))

    def _load(
        self, found: Found, known: catalog.Source | None, file: BufferedReader, sha256: str
    ) -> None:
        """Read a new or changed file and take its documents in.

        A file that could not be read whole, or changed meanwhile, is read again next time.
        """
        row = known.row if known else self._new_source(found.path)
        problems: list[LoadProblem] = []
        complete = True
        settle_rest = self.tally.remove_rest
        try:
            for item in _documents(found, file, sha256):
                if isinstance(item, LoadProblem):
                    problems.append(item)
                elif self.tally.take(item, row):
                    self._wait(item, row)
                self._step(documents=1)
            if _digest(file) != sha256:
                problems.append(LoadProblem(found.uri, _CHANGED))
                complete = False
        except _DiskError as error:
            problems.append(LoadProblem(found.uri, str(error) + (_KEPT if known else "")))
            complete = False
            settle_rest = self.tally.keep_rest
        except LoadError as error:
            problems.append(LoadProblem(found.uri, str(error)))
        settle_rest(row)
        self.tally.problems += problems
        self._db.execute(
            "UPDATE sources SET sha256 = ?, problems = ? WHERE row = ?",
            (sha256 if complete else None, catalog.problems_json(problems), row),
        )

    def _wait(self, document: Document, source: int) -> None:
        """Put a document aside whose id another file holds, perhaps not for long."""
        row = (source, *document_row(document))
        self._db.execute(f"INSERT INTO waiting VALUES ({', '.join('?' * len(row))})", row)

    def _take_waiting(self) -> None:
        """Take in what waited; where an id is still another file's, its file is read again."""
        for source, *row in self._db.execute("SELECT * FROM waiting ORDER BY rowid"):
            if clash := self.tally.take(read_document(tuple(row)), source):
                self.tally.problems.append(clash)
                self._db.execute("UPDATE sources SET sha256 = NULL WHERE row = ?", (source,))
            self._step()

    def _new_source(self, path: Path) -> int:
        row = self._db.execute(
            "INSERT INTO sources (path, problems) VALUES (?, '[]')", (os.fsencode(path),)
        ).lastrowid
        assert row is not None, "INSERT gives a row"
        return row

    def _step(self, *, files: int = 0, documents: int = 0) -> None:
        before = self._progress
        self._progress = replace(
            before,
            files=before.files + files,
            documents=before.documents + documents,
            passages=self._writer.passages_taken,
        )
        self._draw(self._progress)


def _documents(found: Found, file: BufferedReader, sha256: str) -> Iterator[Document | LoadProblem]:
    """Yield what is in a file that was read to its end before, with that digest.

    Raises:
        LoadError: when it cannot be read, or nothing of it is of use.
    """
    file.seek(0)
    loader = _loader(found)
    try:
        if isinstance(loader, StreamLoader):
            yield from loader.load_stream(file, uri=found.uri, key=found.key, sha256=sha256)
        else:
            yield from loader.load(file.read(), uri=found.uri, key=found.key)
    except OSError as error:
        raise _DiskError(f"it cannot be read: {error.strerror}") from error
    except (LoadError, InputError):
        raise
    except Exception as error:  # whatever a loader raises stays with its file
        raise LoadError(
            f"the loader {found.format.name!r} failed on it ({type(error).__name__}: {error})"
        ) from error


def _loader(found: Found) -> Loader:
    """Return the loader of a file's format.

    Raises:
        LoadError: when it cannot be used; says what to install.
    """
    try:
        return get_loader(found.format.name)
    except ModelError as error:
        raise LoadError(str(error)) from error


def _digest(file: BufferedReader) -> str:
    try:
        file.seek(0)
        return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _DiskError(f"it cannot be read: {error.strerror}") from error


def _lost_most(files: int, known: int) -> bool:
    """Return whether a root has so few of the files it had that it may not be all there.

    >>> _lost_most(0, 1), _lost_most(3, 9), _lost_most(30, 100)
    (True, False, True)
    """
    return not files or (2 * files < known and known - files >= _MANY)


def forget(writer: GenerationWriter, paths: Sequence[Path]) -> Tally:
    """Take roots out with all that came from under them.

    Raises:
        InputError: when one is not a root.
    """
    recorded = catalog.roots(writer.db)
    wanted = [_real(path) for path in paths]
    for path in wanted:
        if path not in recorded:
            there = ", ".join(map(str, recorded)) or "none"
            raise InputError(f"{path} is not a recorded root; there are: {there}")
    tally = Tally(writer)
    for path in wanted:
        for row, _ in list(catalog.sources_under(writer.db, path)):
            tally.remove_source(row)
    catalog.set_roots(writer.db, [path for path in recorded if path not in wanted])
    catalog.set_skipped(writer.db, {})
    return tally


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
    """Return the paths that lie in no other of them, in order, each once."""
    each = dict.fromkeys(paths)
    return [path for path in each if each.keys().isdisjoint(path.parents)]


def _can_list(path: Path) -> bool:
    """Tell whether nothing keeps us from seeing what is under a path."""
    try:
        next(path.iterdir(), None) if path.is_dir() else None
    except OSError:
        return False
    return True
