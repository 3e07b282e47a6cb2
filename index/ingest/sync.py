"""Making an index mirror some paths, file by file, above any store.

The tree is walked once and each file's content digested once; a file whose bytes are those of the
last sync is not read further. Of a changed file, only the documents that changed go out and in.
What was read is committed a batch at a time, so that it can be searched while the rest is read,
and an interruption loses one batch. What is gone from under the paths goes last: until then a
document that moved is where it was.
"""

import hashlib
import os
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from io import BufferedReader
from pathlib import Path
from time import monotonic

from index.errors import InputError, LoadError
from index.ingest import worker
from index.ingest.cutting import EmbeddedPassage
from index.ingest.file_sources import Root, Rules, Source
from index.ingest.reading import EmbeddedDocument, FileReader, ReadFile, is_current, state_of
from index.ingest.rules import Chooser
from index.ingest.sidecar import Sidecar, read_sidecar
from index.ingest.spool import Spool
from index.ingest.walk import FileEntry, file_entry, open_file, walk
from index.loaders.versions import reader_of
from index.progress import Progress, ProgressCallback, quiet
from index.protocols import Writer
from index.text.ids import file_uri
from index.types import Document, LoadProblem, SyncReport

_CHANGED = "it changed while it was being read; it is read again at the next sync"
_MANY = 10
"""Files that a root may lose at once without being asked about."""
_OLD_TEXT_STAYS = "; what was read of it before is kept"


@dataclass(frozen=True, slots=True)
class SyncConfig:
    """How a sync goes about it.

    Attributes:
        allow_empty: remove what is gone even where a root lost most of its files.
        rules: which files are indexed, of the roots named; None leaves them the rules they have.
        batch_seconds: after how long what was read is committed.
        batch_passages: after how many passages it is, however soon; they are held in memory.
        limits: what one file may cost its loader.
        reader: what reads, cuts and embeds the files; None has this process do it.
    """

    allow_empty: bool = False
    rules: Rules | None = None
    batch_seconds: float = 20.0
    batch_passages: int = 20_000
    limits: worker.Limits = field(default_factory=worker.Limits)
    reader: FileReader | None = None


_FEWEST = 256
"""Passages that are worth a generation."""


def sync(
    writer: Writer,
    paths: Sequence[Path] | None,
    config: SyncConfig | None = None,
    *,
    skip: Collection[Path] = (),
    progress: ProgressCallback = quiet,
) -> SyncReport:
    """Mirror the paths, or the recorded roots when none are given, and commit.

    Args:
        writer: a write that has just begun.
        paths: files and folders.
        config: how to go about it.
        skip: folders that are not walked, such as the index's own.
        progress: called with how far it has come.

    Raises:
        InputError: when a path does not exist, or none is given and none is recorded.
    """
    with closing(_Sync(writer, config or SyncConfig(), skip, progress)) as running:
        return running.run(paths)


@dataclass(frozen=True, slots=True)
class _OpenedFile:
    """An open file that is new or changed: its digest, its status, and what lies beside it."""

    file: BufferedReader
    sha256: str
    signature: tuple[int, ...]
    sidecar: Sidecar
    state: str

    @property
    def steady(self) -> bool:
        """Whether the file has not changed since it was opened."""
        return _signature(self.file) == self.signature


class _Sync:
    """One sync."""

    def __init__(
        self,
        writer: Writer,
        config: SyncConfig,
        skip: Collection[Path],
        progress: ProgressCallback,
    ) -> None:
        self._writer = writer
        self._sources = writer.sources
        self._config = config
        self._skip = skip
        self._draw = progress
        self._progress = Progress()
        self._spool = Spool()
        self._worker = worker.Worker(config.limits)
        self._gone: dict[Path, None] = {}
        self._problems: dict[Path, list[LoadProblem]] = {}
        self._left_out: Counter[str] = Counter()
        self._unchanged = self._held = self._embedded = 0
        self._committed = monotonic()

    def run(self, paths: Sequence[Path] | None) -> SyncReport:
        wanted = self._wanted(paths)
        recorded = {root.path: root for root in self._sources.roots()}
        nested = _nested(recorded, {root.path for root in wanted})
        for number, root in enumerate(wanted):
            self._problems[root.path] = []
            base = self._base(root.path, recorded).path
            self._survey(number, root, base, nested.get(root.path, []))
        self._progress = replace(self._progress, files_known=self._spool.count_files())
        self._take_files(wanted)
        self._remove_missing()
        self._take_waiting()
        self._sources.set_skipped(self._problems)
        report = self._writer.commit()
        found = (problem for problems in self._problems.values() for problem in problems)
        return replace(
            report,
            unchanged=report.unchanged + self._unchanged,
            passages_embedded=report.passages_embedded + self._embedded,
            problems=(*found, *report.problems),
            held=self._held,
            left_out=tuple(self._left_out.items()),
        )

    def close(self) -> None:
        self._worker.close()
        self._spool.close()

    def _wanted(self, paths: Sequence[Path] | None) -> list[Root]:
        """Return what to mirror, none inside another, and record the roots that are new."""
        recorded = {root.path: root for root in self._sources.roots()}
        asked = list(recorded) if paths is None else paths
        wanted = check_paths(asked, lambda path: path in recorded or self._was_known(path))
        roots = [self._with_rules(path, recorded) for path in wanted]
        named = {root.path: root for root in roots}
        kept = outermost([*recorded, *wanted])
        self._sources.set_roots([named.get(path) or recorded[path] for path in kept])
        return roots

    def _with_rules(self, path: Path, recorded: dict[Path, Root]) -> Root:
        rules = self._config.rules
        return Root(path, self._base(path, recorded).rules if rules is None else rules)

    def _base(self, path: Path, recorded: dict[Path, Root]) -> Root:
        """Return the recorded root that a path is or is a part of, or the path itself as a root."""
        around = (recorded[each] for each in (path, *path.parents) if each in recorded)
        return next(around, Root(path))

    def _was_known(self, path: Path) -> bool:
        return next(iter(self._sources.under(path)), None) is not None

    def _survey(self, number: int, root: Root, base: Path, others: Sequence[Path]) -> None:
        """Walk a root, by rules relative to `base`, and find out what is gone from under it.

        What lies under a root of its own, such as a hidden folder, is not this one's to miss.
        """
        files = 0
        chooser = Chooser(base, root.rules)
        unlisted: list[Path] = []
        for found in walk(root.path, self._skip, chooser):
            if isinstance(found, FileEntry):
                self._spool.add_file(found.path, number, found.format.name)
                files += 1
                continue
            self._problems[root.path].append(found)
            if not _can_list(Path(found.uri)):
                unlisted.append(Path(found.uri))
        self._left_out += chooser.left_out
        gone = [
            path
            for path in self._sources.under(root.path)
            if not self._spool.has_file(path)
            and not any(map(path.is_relative_to, (*unlisted, *others)))
        ]
        lost = {path for path in gone if not os.path.lexists(path)}
        if lost and not self._config.allow_empty and _lacks_most(files, files + len(lost)):
            self._hold(root.path, files, len(lost))
            gone = [path for path in gone if path not in lost]
        self._gone |= dict.fromkeys(gone)

    def _hold(self, root: Path, files: int, gone: int) -> None:
        """Leave in the index what is gone from under a root that lost most of it."""
        state = f"only {files} are there" if files else "none is there"
        state = state if root.exists() else "it is away"
        self._held += gone
        reason = (
            f"{gone} files that were indexed from it are gone ({state}), and nothing of them was "
            f"removed; to remove them run the same with --allow-empty, or excerpt index --forget "
            f"{root}"
        )
        self._problems[root].append(LoadProblem(file_uri(root), reason))

    def _take_files(self, roots: Sequence[Root]) -> None:
        """Bring every file that was met into the index."""
        reader = self._config.reader
        if reader is None:
            for found, root in self._files(roots):
                self._take(found, self._problems[root])
            return
        under: deque[Path] = deque()

        def requests() -> Iterator[tuple[FileEntry, str | None]]:
            for found, root in self._files(roots):
                known = self._known(found)
                under.append(root)
                yield found, known.sha256 if known else None

        for read in reader.read(requests()):
            self._take_read(read, self._problems[under.popleft()])

    def _files(self, roots: Sequence[Root]) -> Iterator[tuple[FileEntry, Path]]:
        """Yield every file that was met, with its root."""
        for path, number, form in self._spool.files():
            root = roots[number]
            yield file_entry(path, form, root.rules.text_fields), root.path

    def _take(self, found: FileEntry, problems: list[LoadProblem]) -> None:
        """Bring one file into the index."""
        known = self._known(found)
        try:
            with open_file(found.path) as file:
                signature = _signature(file)
                sha256 = _digest(file)
                sidecar = read_sidecar(found.path)
                state = state_of(found, sha256, sidecar)
                if known and known.sha256 == state:
                    self._keep_indexed(found, known, problems)
                else:
                    read = _OpenedFile(file, sha256, signature, sidecar, state)
                    self._load(found, known, read, self._documents(found, read), problems)
        except LoadError as error:
            problems.append(self._problem(found, known, str(error)))
        self._step(files=1)

    def _take_read(self, read: ReadFile, problems: list[LoadProblem]) -> None:
        """Bring one file into the index that was read elsewhere."""
        known = self._known(read.found)
        if read.state is None:
            problems.append(self._problem(read.found, known, read.failure))
        elif known and known.sha256 == read.state:
            self._keep_indexed(read.found, known, problems)
        else:
            self._load(read.found, known, read, read.items(), problems)
        self._step(files=1)

    def _known(self, found: FileEntry) -> Source | None:
        """Return what is known of a file; it has no digest where it is to be read again."""
        known = self._sources.get(found.path)
        return known if known is None or is_current(found, known) else replace(known, sha256=None)

    def _keep_indexed(self, found: FileEntry, known: Source, problems: list[LoadProblem]) -> None:
        """Leave a file as it is in the index."""
        self._unchanged += sum(1 for _ in self._sources.documents(found.path))
        problems += known.problems

    def _problem(self, found: FileEntry, known: Source | None, reason: str) -> LoadProblem:
        """Report a file that cannot be read; what it held is removed only when it is gone."""
        if known and not found.path.exists():
            self._gone[found.path] = None
        elif known:
            self._unchanged += sum(1 for _ in self._sources.documents(found.path))
            reason += _OLD_TEXT_STAYS
        return LoadProblem(found.uri, reason)

    def _load(
        self,
        found: FileEntry,
        known: Source | None,
        read: "_OpenedFile | ReadFile",
        items: Iterator[Document | EmbeddedDocument | LoadProblem],
        problems: list[LoadProblem],
    ) -> None:
        """Take in the items of a new or changed file.

        A file that could not be read to its end, or changed meanwhile, is read again next time.
        """
        self._sources.put(found.path, Source(None, known.problems if known else ()))
        own: list[LoadProblem] = []
        complete, settle_rest = True, self._remove_rest
        try:
            for item in items:
                if isinstance(item, LoadProblem):
                    own.append(item)
                elif isinstance(item, EmbeddedDocument):
                    self._embedded += len(item.passages)
                    self._put(item.document, found.path, item.passages)
                else:
                    self._put(item, found.path)
                self._step(documents=1)
            if not read.steady:
                own.append(LoadProblem(found.uri, _CHANGED))
                complete = False
        except worker.DiskError as error:
            own.append(LoadProblem(found.uri, str(error) + (_OLD_TEXT_STAYS if known else "")))
            complete, settle_rest = False, self._keep_rest
        except LoadError as error:
            own.append(LoadProblem(found.uri, str(error)))
        settle_rest(found.path)
        if own:
            own[0] = replace(own[0], reader=reader_of(found.format.name))
        self._sources.put(found.path, Source(read.state if complete else None, tuple(own)))
        problems += own

    def _documents(self, found: FileEntry, read: "_OpenedFile") -> Iterator[Document | LoadProblem]:
        """Yield what is in a file, and beside it."""
        yield from read.sidecar.problems
        for item in self._loaded(found, read):
            if isinstance(item, Document):
                yield read.sidecar.added_to(item, found.uri)
            else:
                yield item

    def _loaded(self, found: FileEntry, read: "_OpenedFile") -> Iterator[Document | LoadProblem]:
        size = read.signature[0]
        if not worker.is_risky(found.format.name, size):
            return worker.load(found, read.file, read.sha256)
        self._worker.start()
        self._writer.prepare()
        return self._worker.load(found, read.sha256)

    def _put(
        self, document: Document, path: Path, passages: Sequence[EmbeddedPassage] | None = None
    ) -> None:
        """Take a document in, or put it aside when another file holds its id, perhaps not for long.

        One that has moved from a file that is gone takes its id along. One that is put aside is cut
        and embedded when its turn comes.
        """
        owner = self._writer.owner(document.id)
        moved = owner is not None and owner.source in self._gone
        elsewhere = owner is not None and owner.source != path and not moved
        if elsewhere or not self._spool.take_id(document.id):
            self._spool.wait(path, document)
            return
        if moved:
            self._writer.delete(document.id)
        self._writer.put(document, path, passages)

    def _take_waiting(self) -> None:
        """Take in what waited; where an id is still another file's, its file is read again."""
        for path, document in self._spool.waiting():
            owner = self._writer.owner(document.id)
            if (owner is None or owner.source == path) and self._spool.take_id(document.id):
                self._writer.put(document, path)
                continue
            place = owner.uri if owner else "another file"
            reason = f"the id {document.id!r} is already that of a document from {place}"
            self._report(path, LoadProblem(document.uri, reason))
            source = self._sources.get(path)
            self._sources.put(path, Source(None, source.problems if source else ()))
            self._step()

    def _report(self, path: Path, problem: LoadProblem) -> None:
        """Add a problem to those of the root that a file lies under."""
        root = next(each for each in (path, *path.parents) if each in self._problems)
        self._problems[root].append(problem)

    def _remove_missing(self) -> None:
        for path in self._gone:
            self._remove_rest(path)
            self._sources.forget(path)

    def _remove_rest(self, path: Path) -> None:
        """Take out what a file held and was not taken in this sync."""
        for identity in self._sources.documents(path):
            if not self._spool.has_id(identity):
                self._writer.delete(identity)

    def _keep_rest(self, path: Path) -> None:
        """Leave what a file held and was not taken in this sync as it is."""
        rest = (each for each in self._sources.documents(path) if not self._spool.has_id(each))
        self._unchanged += sum(1 for _ in rest)

    def _step(self, *, files: int = 0, documents: int = 0) -> None:
        before = self._progress
        self._progress = replace(
            before,
            files=before.files + files,
            documents=before.documents + documents,
            passages=self._writer.passages_taken,
        )
        self._draw(self._progress)
        self._commit_when_due()

    def _commit_when_due(self) -> None:
        waiting = self._writer.passages_waiting
        late = monotonic() - self._committed > self._config.batch_seconds
        if waiting >= self._config.batch_passages or (late and waiting >= _FEWEST):
            self._writer.checkpoint()
            self._committed = monotonic()


def _nested(roots: Iterable[Path], around: Collection[Path]) -> dict[Path, list[Path]]:
    """Return the roots that lie within each of some folders."""
    found: dict[Path, list[Path]] = {}
    for root in roots:
        for folder in root.parents:
            if folder in around:
                found.setdefault(folder, []).append(root)
    return found


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


def _signature(file: BufferedReader) -> tuple[int, ...]:
    """Return what of an open file's status changes with its content, its size first."""
    status = os.fstat(file.fileno())
    return status.st_size, status.st_mtime_ns


def _digest(file: BufferedReader) -> str:
    try:
        return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise worker.DiskError(f"it cannot be read: {error.strerror}") from error


def _lacks_most(files: int, known: int) -> bool:
    """Return whether a root has so few of the files it had that it may not be all there.

    >>> _lacks_most(0, 1), _lacks_most(3, 9), _lacks_most(30, 100)
    (True, False, True)
    """
    return not files or (2 * files < known and known - files >= _MANY)


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


def _can_list(path: Path) -> bool:
    """Return whether nothing keeps us from seeing what is under a path."""
    try:
        next(path.iterdir(), None) if path.is_dir() else None
    except OSError:
        return False
    return True
