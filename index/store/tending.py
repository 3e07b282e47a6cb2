"""Keeping an index fast beside readers and writers: what is due, who does it, who takes it over.

Segments that are worth merging, terms of which too many were deleted, and large segments without
inverted lists are looked after one at a time, by one process at a time. The heavy part
(`index.store.compaction`) runs in a process of its own that yields to all others, or, where the
caller waits for it, here. A generation then takes over what was made, by a writer of this process
that is at work, or under a write lock that is held for a moment and that other writers wait for.
"""

import json
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, replace

import numpy as np

from index.errors import ExcerptError, IndexLockedError, IndexUnavailableError
from index.protocols import Embedder
from index.store import catalog
from index.store.catalog import SegmentRow
from index.store.compaction import LISTS, MERGE, TERMS, Job, adopt, do
from index.store.connect import connect_reader, connect_writer
from index.store.layout import Layout, delete
from index.store.lists import lacking, sampled_queries
from index.store.lock import Pin, WriteLock
from index.store.segments import DEAD_SHARE, worth_merging
from index.store.settings import StoreConfig
from index.store.terms import COMPACT_SHARE, deleted_share
from index.vectors import Segment, segment_bytes

Tidy = Callable[[sqlite3.Connection], object]
"""Collects after a commit."""

_START = (
    "import json, os, sys, threading; sys.path[:] = json.loads(sys.argv[1]); "
    "threading.Thread(target=lambda: (sys.stdin.read(), os._exit(1)), daemon=True).start(); "
    "from index.store.compaction import serve; serve(sys.argv[2])"
)
"""The helper ends with whoever started it, by the end of its input."""

_PATIENCE = 60.0
"""Seconds that a writer is waited for before what was made is given up."""

_PAUSE = 0.05
_MOST = 100
"""Jobs one after another, a guard against work that makes work."""

_SPARE = 64 << 20
"""Bytes that a job leaves free on the disk."""

_FAILURES = (ExcerptError, OSError, sqlite3.Error, RuntimeError, ValueError)
"""What a job may raise; FAISS and tantivy tell of a full disk by the last two."""


class Tender:
    """Looks after one index; safe to use from many threads."""

    def __init__(
        self,
        layout: Layout,
        dim: int,
        embedder: Callable[[], Embedder],
        config: StoreConfig,
        tidy: Tidy,
    ) -> None:
        """Begin with nothing to do."""
        self.problem: str | None = None
        """Why the last job could not be done, worded."""
        self._layout = layout
        self._dim = dim
        self._embedder = embedder
        self._config = config
        self._tidy = tidy
        self._thread: threading.Thread | None = None
        self._helper: subprocess.Popen[bytes] | None = None
        self._closed = self._running = self._again = False
        self._starting = threading.Lock()
        self._terms_are_lost = False
        self._handing = threading.Lock()
        self._ready: Job | None = None
        self._failure: Exception | None = None

    def tend(self, threads: int) -> None:
        """Do all that is due, with so many threads; what another process is at is left to it."""
        self.wait()
        self._work(threads, do)

    def tend_meanwhile(self, db: sqlite3.Connection, *, terms: bool = False) -> None:
        """Begin what seems due, on a thread and in processes that end with this one.

        Args:
            db: a connection to the record.
            terms: make the terms anew, which are damaged.
        """
        self._terms_are_lost |= terms
        if self._closed or not (terms or seems_due(db, self._layout, self._config)):
            return
        with self._starting:
            self._again = True
            if not self._running:
                self._running = True
                self._thread = threading.Thread(target=self._work_on, daemon=True)
                self._thread.start()

    def wait(self) -> None:
        """Wait until what was begun is done."""
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def _work_on(self) -> None:
        """Do what is due until nobody asked again."""
        while True:
            with self._starting:
                if not self._again:
                    self._running = False
                    return
                self._again = False
            self._work(1, self._apart)

    def take_over(self, db: sqlite3.Connection) -> None:
        """Make a generation of what is ready, if anything is.

        The caller holds the write lock, and is not inside a transaction.
        """
        with self._handing:
            if self._ready is None:
                return
            try:
                adopt(db, self._ready)
            except _FAILURES as error:
                self._failure = error
            finally:
                self._ready = None

    def close(self) -> None:
        """End what was begun; it is begun anew by the next one."""
        self._closed = True
        if self._helper is not None:
            self._helper.kill()
        self.wait()

    def _work(self, threads: int, run: Callable[[Job], None]) -> None:
        self.problem = None
        try:
            with closing(connect_reader(self._layout.catalog)) as db:
                if not (self._terms_are_lost or seems_due(db, self._layout, self._config)):
                    return
                self._layout.tending_root.mkdir(exist_ok=True)
                with WriteLock(self._layout.tending_lock):
                    self._clear()
                    self._go_through(db, threads, run)
                    self._clear()
        except IndexLockedError:
            return  # Another process is at it.
        except _FAILURES as error:
            self.problem = _worded(self._layout, error)

    def _go_through(self, db: sqlite3.Connection, threads: int, run: Callable[[Job], None]) -> None:
        """Do one kind of job after another; one that fails leaves the others their turn."""
        kinds = ((MERGE, self._merge_due), (TERMS, self._terms_due), (LISTS, self._lists_due))
        failed: set[str] = set()
        for _ in range(_MOST):
            with self._pinned(db) as number:
                base = Job(str(self._layout.root), "", number, self._dim)
                base = replace(base, threads=threads, lists_from=self._config.lists_from)
                asked = (due(db, replace(base, kind=kind)) for kind, due in kinds)
                job = next((one for one in asked if one and one.kind not in failed), None)
                if job is None or self._closed:
                    return
                if not self._done(db, job, run):
                    failed.add(job.kind)

    def _done(self, db: sqlite3.Connection, job: Job, run: Callable[[Job], None]) -> bool:
        """Do a job and hand it over; return whether that succeeded."""
        try:
            self._check_room(db, job)
            self._save_queries(db, job)
            run(job)
            if job.kind != LISTS:
                self._hand_over(job)
        except _FAILURES as error:
            self.problem = self.problem or _worded(self._layout, error)
            self._clear()
            return False
        return True

    def _apart(self, job: Job) -> None:
        """Do a job in a process of its own.

        Raises:
            IndexUnavailableError: when it failed.
        """
        arguments = (json.dumps(sys.path), json.dumps(asdict(job)))
        self._helper = subprocess.Popen(
            [sys.executable, "-c", _START, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        if self._closed:
            self._helper.kill()
        with self._helper as helper:
            assert helper.stderr is not None, "it is a pipe"
            output = helper.stderr.read().decode(errors="replace").strip()
        if helper.returncode:
            reason = output.splitlines()[-1] if output else f"exit code {helper.returncode}"
            raise IndexUnavailableError(reason)

    def _hand_over(self, job: Job) -> None:
        """Have what was made taken over, by a writer of this process or here.

        Raises:
            IndexUnavailableError: when another writer went on for too long.
            Exception: what was raised where it was taken over.
        """
        self._failure, self._ready = None, job
        until = time.monotonic() + _PATIENCE
        while self._ready is not None:
            try:
                with (
                    WriteLock(self._layout.lock, briefly=True),
                    closing(connect_writer(self._layout.catalog)) as db,
                ):
                    self.take_over(db)
                    self._tidy(db)
            except IndexLockedError:
                if time.monotonic() > until or self._closed:
                    with self._handing:
                        self._ready = None
                    raise IndexUnavailableError("another writer is at work") from None
                time.sleep(_PAUSE)
        with self._handing:  # A writer may be at it.
            failure = self._failure
        if failure is not None:
            raise failure

    def _clear(self) -> None:
        """Delete what an earlier job left."""
        for path in self._layout.tending_root.iterdir():
            if path != self._layout.tending_lock:
                delete(path)

    @contextmanager
    def _pinned(self, db: sqlite3.Connection) -> Iterator[int]:
        """Hold the newest generation in a block; give its number."""
        while True:
            number = catalog.newest(db)
            pin = Pin(self._layout.pin(number))
            try:
                if number in catalog.generations(db):
                    yield number
                    return
            finally:
                pin.release()

    def _merge_due(self, db: sqlite3.Connection, job: Job) -> Job | None:
        rows = catalog.segments(db, job.generation)
        dead = catalog.dead(db, job.generation)
        opened = [Segment(self._layout.segment(row.name), self._dim, row.rows) for row in rows]
        sizes = [(each.rows, int(each.rows_of(dead)[1].sum())) for each in opened]
        chosen = worth_merging(sizes, self._config.lists_from)
        return replace(job, segments=tuple(rows[at].name for at in chosen)) if chosen else None

    def _terms_due(self, db: sqlite3.Connection, job: Job) -> Job | None:
        base = catalog.generation(db, job.generation)
        assert base is not None, "it is pinned"
        lost, self._terms_are_lost = self._terms_are_lost, False
        return (
            job if lost or deleted_share(self._layout.terms(base.terms)) > COMPACT_SHARE else None
        )

    def _lists_due(self, db: sqlite3.Connection, job: Job) -> Job | None:
        rows = lacking(db, self._layout, self._config.lists_from)
        return replace(job, segments=(rows[0].name,)) if rows else None

    def _save_queries(self, db: sqlite3.Connection, job: Job) -> None:
        """Embed the queries that lists are measured with, unless an earlier job needed them."""
        rows = sum(row.rows for row in _rows_of(db, job))
        if rows >= self._config.lists_from and not job.queries.exists():
            np.save(job.queries, sampled_queries(db, self._embedder()))

    def _check_room(self, db: sqlite3.Connection, job: Job) -> None:
        """Check that the disk takes what a job makes.

        Raises:
            IndexUnavailableError: when it does not.
        """
        vectors = segment_bytes(sum(row.rows for row in _rows_of(db, job)), self._dim)
        needed = _SPARE + (self._terms_bytes(db, job) if job.kind == TERMS else vectors)
        free = shutil.disk_usage(self._layout.root).free
        if free < needed:
            raise IndexUnavailableError(
                f"it needs {needed >> 20} MiB of disk, and {free >> 20} are free"
            )

    def _terms_bytes(self, db: sqlite3.Connection, job: Job) -> int:
        base = catalog.generation(db, job.generation)
        files = {} if base is None else catalog.terms_files(db, base.terms)
        return sum(file.bytes for file in files.values())


def seems_due(db: sqlite3.Connection, layout: Layout, config: StoreConfig) -> bool:
    """Return whether there may be something to do, from a few numbers."""
    number = catalog.newest(db)
    base = catalog.generation(db, number)
    assert base is not None, "the newest generation is never collected"
    rows = catalog.segments(db, number)
    dead = sum(row.rows for row in rows) - base.passages
    large = [row.rows for row in rows if row.rows > config.merged]
    return (
        bool(lacking(db, layout, config.lists_from))
        or bool(worth_merging([(row.rows, 0) for row in rows], config.lists_from))
        or (bool(large) and dead > DEAD_SHARE * min(large))
        or deleted_share(layout.terms(base.terms)) > COMPACT_SHARE
    )


def _rows_of(db: sqlite3.Connection, job: Job) -> list[SegmentRow]:
    return [row for row in catalog.segments(db, job.generation) if row.name in job.segments]


def _worded(layout: Layout, error: Exception) -> str:
    return f"{layout.root} could not be made faster ({error}); nothing of it is lost"
