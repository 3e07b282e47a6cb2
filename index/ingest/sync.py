"""Making an index mirror some paths, file by file, above any store.

The tree is walked once and each file's content digested once; a file whose bytes are those of the
last sync is not read further. Of a changed file, only the documents that changed go out and in.
What was read is committed a batch at a time, so that it can be searched while the rest is read,
and an interruption loses one batch. What is gone from under the paths goes last: until then a
document that moved is where it was.
"""

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic

from index.errors import LoadError
from index.ingest import worker
from index.ingest.cutting import EmbeddedPassage
from index.ingest.file_sources import Root, Rules, Source
from index.ingest.opened_file import OpenedFile, opened
from index.ingest.reading import EmbeddedDocument, FileReader, ReadFile, is_current
from index.ingest.roots import record_roots, recorded_root_of, roots_within
from index.ingest.spool import Spool
from index.ingest.survey import Survey
from index.ingest.walk import FileEntry, file_entry
from index.loaders.versions import reader_of
from index.progress import Progress, ProgressCallback, quiet
from index.protocols import Writer
from index.types import Document, LoadProblem, SyncReport

_CHANGED = "it changed while it was being read; it is read again at the next sync"
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
        self._draw = progress
        self._progress = Progress()
        self._spool = Spool()
        self._worker = worker.Worker(config.limits)
        self._survey = Survey(writer.sources, self._spool, skip, allow_empty=config.allow_empty)
        self._unchanged = self._embedded = 0
        self._committed = monotonic()

    def run(self, paths: Sequence[Path] | None) -> SyncReport:
        roots = record_roots(self._sources, paths, self._config.rules)
        recorded = {root.path: root for root in self._sources.roots()}
        within = roots_within(recorded, {root.path for root in roots})
        for number, root in enumerate(roots):
            base = recorded_root_of(root.path, recorded).path
            self._survey.walk(number, root, base, within.get(root.path, []))
        self._progress = replace(self._progress, files_known=self._spool.count_files())
        self._take_files(roots)
        self._remove_missing()
        self._take_waiting()
        self._sources.set_skipped(self._survey.problems)
        report = self._writer.commit()
        problems = (each for several in self._survey.problems.values() for each in several)
        return replace(
            report,
            unchanged=report.unchanged + self._unchanged,
            passages_embedded=report.passages_embedded + self._embedded,
            problems=(*problems, *report.problems),
            held=self._survey.held,
            left_out=tuple(self._survey.left_out.items()),
        )

    def close(self) -> None:
        self._worker.close()
        self._spool.close()

    def _take_files(self, roots: Sequence[Root]) -> None:
        """Bring every file that was met into the index."""
        reader = self._config.reader
        if reader is None:
            for entry, root in self._files(roots):
                self._take(entry, self._survey.problems[root])
            return
        under: deque[Path] = deque()

        def requests() -> Iterator[tuple[FileEntry, str | None]]:
            for entry, root in self._files(roots):
                known = self._known(entry)
                under.append(root)
                yield entry, known.sha256 if known else None

        for read in reader.read(requests()):
            self._take_read(read, self._survey.problems[under.popleft()])

    def _files(self, roots: Sequence[Root]) -> Iterator[tuple[FileEntry, Path]]:
        """Yield every file that was met, with its root."""
        for path, number, form in self._spool.files():
            root = roots[number]
            rules = root.rules
            yield file_entry(path, form, rules.text_fields, rules.metadata), root.path

    def _take(self, entry: FileEntry, problems: list[LoadProblem]) -> None:
        """Bring one file into the index."""
        known = self._known(entry)
        try:
            with opened(entry) as file:
                if known and known.sha256 == file.state:
                    self._keep_indexed(entry, known, problems)
                else:
                    self._load(file, known, file.items(self._started_worker), problems)
        except LoadError as error:
            problems.append(self._problem(entry, known, str(error)))
        self._step(files=1)

    def _started_worker(self) -> worker.Worker:
        """Return the worker, that starts while the writer makes ready."""
        self._worker.start()
        self._writer.prepare()
        return self._worker

    def _take_read(self, read: ReadFile, problems: list[LoadProblem]) -> None:
        """Bring one file into the index that was read elsewhere."""
        known = self._known(read.entry)
        if read.state is None:
            problems.append(self._problem(read.entry, known, read.failure))
        elif known and known.sha256 == read.state:
            self._keep_indexed(read.entry, known, problems)
        else:
            self._load(read, known, read.items(), problems)
        self._step(files=1)

    def _known(self, entry: FileEntry) -> Source | None:
        """Return what is known of a file; it has no digest where it is to be read again."""
        known = self._sources.get(entry.path)
        return known if known is None or is_current(entry, known) else replace(known, sha256=None)

    def _keep_indexed(self, entry: FileEntry, known: Source, problems: list[LoadProblem]) -> None:
        """Leave a file as it is in the index."""
        self._unchanged += sum(1 for _ in self._sources.documents(entry.path))
        problems += known.problems

    def _problem(self, entry: FileEntry, known: Source | None, reason: str) -> LoadProblem:
        """Report a file that cannot be read; what it held is removed only when it is gone."""
        if known and not entry.path.exists():
            self._survey.gone[entry.path] = None
        elif known:
            self._unchanged += sum(1 for _ in self._sources.documents(entry.path))
            reason += _OLD_TEXT_STAYS
        return LoadProblem(entry.uri, reason)

    def _load(
        self,
        read: OpenedFile | ReadFile,
        known: Source | None,
        items: Iterator[Document | EmbeddedDocument | LoadProblem],
        problems: list[LoadProblem],
    ) -> None:
        """Take in the items of a new or changed file.

        A file that could not be read to its end, or changed meanwhile, is read again next time.
        """
        entry = read.entry
        self._sources.put(entry.path, Source(None, known.problems if known else ()))
        own: list[LoadProblem] = []
        complete, settle_rest = True, self._remove_rest
        try:
            for item in items:
                if isinstance(item, LoadProblem):
                    own.append(item)
                elif isinstance(item, EmbeddedDocument):
                    self._embedded += len(item.passages)
                    self._put(item.document, entry.path, item.passages)
                else:
                    self._put(item, entry.path)
                self._step(documents=1)
            if not read.steady:
                own.append(LoadProblem(entry.uri, _CHANGED))
                complete = False
        except worker.DiskError as error:
            own.append(LoadProblem(entry.uri, str(error) + (_OLD_TEXT_STAYS if known else "")))
            complete, settle_rest = False, self._keep_rest
        except LoadError as error:
            own.append(LoadProblem(entry.uri, str(error)))
        settle_rest(entry.path)
        if own:
            own[0] = replace(own[0], reader=reader_of(entry.format.name))
        self._sources.put(entry.path, Source(read.state if complete else None, tuple(own)))
        problems += own

    def _put(
        self, document: Document, path: Path, passages: Sequence[EmbeddedPassage] | None = None
    ) -> None:
        """Take a document in, or put it aside when another file holds its id, perhaps not for long.

        One that has moved from a file that is gone takes its id along. One that is put aside is cut
        and embedded when its turn comes.
        """
        owner = self._writer.owner(document.id)
        moved = owner is not None and owner.source in self._survey.gone
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
            self._survey.report(path, LoadProblem(document.uri, reason))
            source = self._sources.get(path)
            self._sources.put(path, Source(None, source.problems if source else ()))
            self._step()

    def _remove_missing(self) -> None:
        for path in self._survey.gone:
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
