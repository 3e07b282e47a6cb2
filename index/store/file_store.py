"""The whole index on disk behind one object."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from index.cores import usable_cores
from index.errors import IndexLockedError, IndexUnavailableError, NotFoundError
from index.ingest.file_sources import Rules
from index.ingest.passages import PassageConfig
from index.ingest.reading import FileReader
from index.progress import ProgressCallback, quiet
from index.protocols import Embedder
from index.store import catalog
from index.store.collect import tidy
from index.store.connect import Pool, check_ours, one_state, usable
from index.store.continuity import Continuity
from index.store.creation import create_index, explain_absence, holds_index
from index.store.files import Damage, FileChecks
from index.store.layout import Layout
from index.store.lock import Pin
from index.store.opening import TERMS, Opener
from index.store.refusals import writable
from index.store.session import FileWriter
from index.store.settings import BuildSettings, StoreConfig, read_build_settings
from index.store.snapshot import FileSnapshot
from index.store.source_record import recorded_roots
from index.store.status import status
from index.store.tending import Tender
from index.store.verify import problems
from index.store.writing_store import LazyEmbedder, WritingStore, embedder_for_new
from index.types import LoadProblem, SyncReport

_TRIES = 100


class FileStore(WritingStore):
    """An index folder: one writer at a time, any number of readers, in any processes.

    Safe to use from many threads; a second write while one is at work raises `IndexLockedError`.
    """

    def __init__(self, path: Path, embedder: Embedder | None, config: StoreConfig) -> None:
        """Use `open` or `create`."""
        self.path = path
        self._layout = Layout(path)
        self._config = config
        self._pool = Pool(self._layout.catalog)
        with self._pool.lend() as db:
            check_ours(db, path)
            self._continuity = Continuity(self._layout.catalog, db)
            self.shape: BuildSettings = read_build_settings(catalog.meta(db))
        self._embedder = LazyEmbedder(embedder, self.shape.model, self.shape.check_embedder)
        self._tender = Tender(self._layout, self.shape.dim, self._embedder, config, self._collect)
        self._checks = FileChecks(self._layout)
        self._opener = Opener(self._layout, self._pool, self._checks, self.shape.dim)

    @classmethod
    def open(
        cls,
        path: Path | str,
        *,
        embedder: Embedder | None = None,
        passages: PassageConfig | None = None,
        config: StoreConfig | None = None,
    ) -> "FileStore":
        """Open an index that is there.

        Args:
            path: the index folder.
            embedder: what made it; by default the one it remembers, opened when it is needed.
            passages: how it was cut, when that is to be checked.
            config: how the store behaves.

        Raises:
            IndexUnavailableError: when it is missing, not ours, of another version, or was
                shaped by something else.
        """
        layout = Layout(Path(path).absolute())
        if not layout.root.is_dir() or not holds_index(layout):
            raise explain_absence(layout)
        store = cls(layout.root, embedder, config or StoreConfig())
        if passages is not None:
            store.shape.check_passages(passages)
        return store

    @classmethod
    def create(
        cls,
        path: Path | str,
        *,
        embedder: Embedder | None = None,
        model: str | None = None,
        passages: PassageConfig | None = None,
        config: StoreConfig | None = None,
    ) -> "FileStore":
        """Open an index, made empty first where there is none.

        Args:
            path: the index folder; it may be missing or empty.
            embedder: what is to make the vectors.
            model: the name under which that embedder is opened again; by default the embedder
                is the one of this name, or the default one.
            passages: how documents are to be cut.
            config: how the store behaves.

        Raises:
            IndexUnavailableError: when there is an index of another shape, or something else,
                or the folder cannot be written.
        """
        layout = Layout(Path(path).absolute())
        if not holds_index(layout):
            name, embedder = embedder_for_new(embedder, model)
            shape = BuildSettings(
                name, embedder.fingerprint, embedder.dim, passages or PassageConfig()
            )
            with writable(layout.root), usable(layout.catalog):
                create_index(layout, shape)
        store = cls.open(layout.root, embedder=embedder, passages=passages, config=config)
        if model is not None and embedder is None and model != store.shape.model:
            store._embedder.named(model)
        return store

    @property
    def embedder(self) -> Embedder:
        """Return the embedder that made the index; it is opened on first use.

        Raises:
            IndexUnavailableError: when the embedder of that name is not the one any more.
        """
        return self._embedder()

    def sync(
        self,
        paths: Sequence[Path] | None = None,
        *,
        progress: ProgressCallback = quiet,
        allow_empty: bool = False,
        rules: Rules | None = None,
        reader: FileReader | None = None,
    ) -> SyncReport:
        """Mirror the paths (or the recorded roots), a generation a batch; see `index.ingest.sync`.

        Files of the index that are missing or damaged are made anew first. A root that is away,
        is empty or lost most of its files removes nothing, unless `allow_empty` says that it may;
        the report counts what was `held` back.

        Args:
            paths: files and folders; None means the recorded roots.
            progress: called with how far it has come.
            allow_empty: remove what is gone even where a root lost most of its files.
            rules: which files of the paths are indexed; None leaves them the rules they have.
            reader: reads, cuts and embeds the files; None has this process do it.

        Raises:
            InputError: when a path does not exist, or none is given and none is recorded.
            IndexLockedError: when another writer is at work.
            IndexUnavailableError: when the folder cannot be written.
        """
        from index.ingest.sync import SyncConfig, sync

        with self.begin() as writer:
            writer.repair(self._checks.damage(writer.db, writer.base, limit=None))
            self._checks.remember(writer.db, writer.base)
            config = SyncConfig(allow_empty=allow_empty, rules=rules, reader=reader)
            report = sync(writer, paths, config, skip=(self.path,), progress=progress)
        self.tend()
        if self._tender.problem is None:
            return report
        problem = LoadProblem(self.location, self._tender.problem)
        return replace(report, problems=(*report.problems, problem))

    def roots(self) -> list[Path]:
        """Return the recorded roots."""
        with self._pool.lend() as db:
            return catalog.roots(db)

    def rules(self) -> Mapping[Path, Rules]:
        """Return which files under each root are indexed."""
        with self._pool.lend() as db:
            return {root.path: root.rules for root in recorded_roots(db)}

    def skipped(self) -> list[LoadProblem]:
        """Return what the last sync of each root could not read, and why."""
        with self._pool.lend() as db:
            return catalog.skipped(db)

    @property
    def location(self) -> str:
        """Where it is: the folder's path."""
        return str(self.path)

    @classmethod
    def exists(cls, path: Path | str) -> bool:
        """Return whether an index is there, whoever made it."""
        return holds_index(Layout(Path(path)))

    def begin(self) -> "FileWriter":
        """Begin a write.

        Raises:
            IndexLockedError: when another writer is at work.
            IndexUnavailableError: when the folder cannot be written.
        """
        return FileWriter(self._layout, self.shape, self._embedder, self._config, self._tidy)

    def tend(self, threads: int | None = None) -> None:
        """Merge segments, make terms anew and make inverted lists where that is due.

        `sync` does it when it is done, and every write begins it meanwhile. It takes minutes for
        millions of passages, which are searched meanwhile, and written. Where another process is
        at it, or there is no room for it, nothing happens.
        """
        self._tender.tend(threads or usable_cores())

    def snapshot(self, generation: int | None = None) -> FileSnapshot:
        """Open the newest generation, or an older one that is still kept.

        A file of the newest generation that is missing or damaged is made anew, which makes a
        new generation. Where that would take long, or cannot be done now, what is lost is gone
        without, and the snapshot's counts say how many passages lack their vectors or words. Terms
        are then made anew meanwhile, and vectors by the next sync.

        Raises:
            NotFoundError: when the generation named is not kept.
            IndexUnavailableError: when a file is damaged and cannot be made anew now.
        """
        without: frozenset[str] = frozenset()
        for _ in range(_TRIES):
            number = self.newest() if generation is None else generation
            pin = Pin(self._layout.pin(number))
            try:
                opened, damage = self._opener.open(number, pin, without=without)
            except BaseException:
                pin.release()
                raise
            if opened is not None:
                return opened
            pin.release()
            if damage and generation is None:
                without |= self._mended(damage, number)
            elif generation is not None:
                raise self._not_kept(generation, damage)
        raise IndexUnavailableError(f"{self.path} changes faster than it can be opened; try again")

    def newest(self) -> int:
        """Return the number of the newest committed generation, cheaply.

        Raises:
            IndexUnavailableError: when the index was deleted, or another is in its place.
        """
        self._pool.check_in_place()
        self._continuity.check()
        with self._pool.lend() as db:
            number = catalog.newest(db)
            self._continuity.saw(db, number)
            return number

    def generations(self) -> list[int]:
        """Return the numbers of the generations that can be opened, ascending."""
        with self._pool.lend() as db:
            return catalog.generations(db)

    def verify(self) -> list[str]:
        """Check everything against everything; return what does not hold, worded."""
        with self._pool.lend() as db, self._pinned_state(db) as number:
            return list(problems(db, self._layout, self.shape.dim, number))

    def status(self) -> Mapping[str, object]:
        """Return what `excerpt status --json` prints."""
        with self._pool.lend() as db, one_state(db):
            return status(db, self._layout, self.shape)

    def close(self) -> None:
        """Close the connections; snapshots that are open must be closed first."""
        self._tender.close()
        self._pool.close()

    @contextmanager
    def _pinned_state(self, db: sqlite3.Connection) -> Iterator[int]:
        """Hold the record as it is, and its newest generation, in a block; give its number."""
        while True:
            with one_state(db):
                number = catalog.newest(db)
                pin = Pin(self._layout.pin(number))
                try:
                    if number in self.generations():
                        yield number
                        return
                finally:
                    pin.release()

    def _tidy(self, db: sqlite3.Connection) -> str | None:
        """Follow up on a commit; return why what it made superfluous is still there, or None."""
        self._tender.take_over(db)
        self._tender.tend_meanwhile(db)
        return self._collect(db)

    def _collect(self, db: sqlite3.Connection) -> str | None:
        """Collect what a commit made superfluous; return why that could not be done, or None."""
        return tidy(self._layout, db, self._config.keep, self.shape.dim)

    def _mended(self, damage: Damage, number: int) -> frozenset[str]:
        """Make damaged files anew; return what is to be gone without instead, for now."""
        lost = frozenset((*damage.segments, *([TERMS] if damage.terms else [])))
        with self._pool.lend() as db:
            passages = self._damaged_passages(db, damage, number)
            if passages > self._config.repaired:
                if damage.terms:
                    self._tender.tend_meanwhile(db, terms=True)
                return lost
        try:
            self._repair(damage)
        except (IndexLockedError, IndexUnavailableError):
            return lost
        return frozenset()

    @staticmethod
    def _damaged_passages(db: sqlite3.Connection, damage: Damage, number: int) -> int:
        """Return how many passages are to be made anew."""
        rows = [row.rows for row in catalog.segments(db, number) if row.name in damage.segments]
        record = catalog.generation(db, number)
        return sum(rows) + (record.passages if record and damage.terms else 0)

    def _repair(self, damage: Damage) -> None:
        """Make damaged files anew in a generation of their own."""
        try:
            with self.begin() as writer:
                writer.repair(self._checks.damage(writer.db, writer.base))
                writer.commit()
        except IndexLockedError:
            raise
        except IndexUnavailableError as error:
            raise IndexUnavailableError(
                f"{damage.reasons[0]}, and it cannot be made anew: {error}"
            ) from error

    def _not_kept(self, number: int, damage: Damage) -> Exception:
        if damage:
            return IndexUnavailableError(f"generation {number} is damaged: {damage.reasons[0]}")
        generations = ", ".join(map(str, self.generations()))
        return NotFoundError(f"generation {number} is not kept; there are: {generations}")
