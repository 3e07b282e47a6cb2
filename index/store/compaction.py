"""The heavy part of keeping an index fast: segments merged, terms made anew, lists made.

A `Job` reads the files of one generation, which whoever asks for it holds a pin on, and makes new
ones under `tending/`, in this process or in one of its own. No lock on the index is held: readers
and writers go on. What was made is taken over by a generation in a moment (`adopt_merged`,
`adopt_terms`), whatever was written meanwhile; a job that was killed leaves files that the next one
removes.
"""

import json
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from index.errors import IndexUnavailableError
from index.inverted_lists import Merged, move, read_info
from index.protocols import Vectors
from index.store import catalog, durable
from index.store.catalog import Entry, Generation, NamedFile, SegmentRow
from index.store.connect import connect_reader
from index.store.layout import Layout
from index.store.lists import make_for
from index.store.segments import enter, is_intact, retire
from index.store.terms import TermsFolder, file_mode, publish_folder
from index.vectors import FLAT, Segment, SegmentWriter, lists_place, merge

MERGE, TERMS, LISTS = "merge", "terms", "lists"

_PAGE = 1000
"""Passages that are read together."""

_NICE = 5
"""How far a process of its own stands back: it is done in time even where others are busy."""

_NEAR = 1000
"""Passages born or dead since that a commit may catch up with."""

_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be made of a generation's files.

    Attributes:
        root: the index folder.
        kind: MERGE segments, make the TERMS anew, or make the LISTS of segments.
        generation: the number.
        dim: of the vectors.
        segments: the names of those that are merged, or lack lists.
        lists_from: rows from which on a merged segment gets lists.
        threads: how many the making may use.
    """

    root: str
    kind: str
    generation: int
    dim: int
    segments: tuple[str, ...] = ()
    lists_from: int = 0
    threads: int = 1

    @property
    def layout(self) -> Layout:
        """Where things stand."""
        return Layout(Path(self.root))

    @property
    def segment(self) -> Path:
        """Where the merged segment is made."""
        return self.layout.tending_root / "merged.faiss"

    @property
    def terms(self) -> Path:
        """Where the terms are made."""
        return self.layout.tending_root / "terms"

    @property
    def queries(self) -> Path:
        """Where the vectors of sampled queries are, for lists."""
        return self.layout.tending_root / "queries.npy"

    @property
    def record(self) -> Path:
        """What was made, written last."""
        return self.layout.tending_root / f"{self.kind}.json"


@dataclass(frozen=True, slots=True)
class _MadeSegment:
    """A merged segment that no generation names yet."""

    rows: int
    bytes: int
    sha256: str


def do(job: Job) -> None:
    """Make what a job asks for.

    Raises:
        IndexUnavailableError: when what it is made of is damaged.
        OSError: when the disk refuses.
    """
    with closing(connect_reader(job.layout.catalog)) as db:
        {MERGE: _merge, TERMS: _make_terms, LISTS: _make_lists}[job.kind](db, job)


def adopt(db: sqlite3.Connection, job: Job) -> bool:
    """Make a generation that takes over what a job made; return whether it still fits.

    The caller holds the write lock, and is not inside a transaction.
    """
    db.execute("BEGIN IMMEDIATE")
    try:
        fits = {MERGE: adopt_merged, TERMS: adopt_terms}[job.kind](db, job)
        if fits:
            durable.commit(db)
        return fits
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


# Segments


def _merge(db: sqlite3.Connection, job: Job) -> None:
    segments = _opened(db, job)
    dead = catalog.dead(db, job.generation)
    writer = SegmentWriter(job.segment, job.dim)
    merge([(segment, dead) for segment in segments], writer)
    writer.finish()
    durable.fsync(job.segment)
    if writer.rows and writer.rows >= job.lists_from:
        _make_merged_lists(db, job, Segment(job.segment, job.dim, writer.rows), segments)
    made = _MadeSegment(writer.rows, job.segment.stat().st_size, durable.sha256(job.segment))
    job.record.write_text(json.dumps(asdict(made)))


def _opened(db: sqlite3.Connection, job: Job) -> list[Segment]:
    """Return the job's segments, each checked: damage must not pass into a new file."""
    rows = [row for row in catalog.segments(db, job.generation) if row.name in job.segments]
    for row in rows:
        path = job.layout.segment(row.name)
        if not is_intact(row, path):
            raise IndexUnavailableError(f"{path} does not have the checksum that was recorded")
    return [Segment(job.layout.segment(row.name), job.dim, row.rows) for row in rows]


def _make_merged_lists(
    db: sqlite3.Connection, job: Job, merged: Segment, segments: Sequence[Segment]
) -> None:
    parts: list[Merged] = []
    for segment in segments:
        if (lists := segment.lists) is not None:
            rows, present = merged.rows_of(segment.ids)
            parts.append((lists, np.where(present, rows, -1)))
    make_for(db, job.layout, merged, job.segment, _queries(job), job.threads, parts)


def _queries(job: Job) -> Vectors:
    return np.asarray(np.load(job.queries), dtype=np.float32)


def adopt_merged(db: sqlite3.Connection, job: Job) -> bool:
    """Name the merged segment in the open transaction, if what it was made of still is there."""
    base = _newest(db)
    living = {row.name for row in catalog.segments(db, base.number)}
    if not living.issuperset(job.segments):
        return False
    made = _MadeSegment(**json.loads(job.record.read_text()))
    number = base.number + 1
    for name in job.segments:
        retire(db, name, number)
    if made.rows:
        target = job.layout.segment(f"{number}-merged.faiss")
        if read_info(job.segment) is not None:
            move(job.segment, lists_place(target))
        durable.rename(job.segment, target)
        enter(db, SegmentRow(target.name, FLAT, made.rows, made.bytes, made.sha256, number))
    _add_generation(db, job, base, base.terms)
    return True


# Terms


def _make_terms(db: sqlite3.Connection, job: Job) -> None:
    folder = TermsFolder(job.terms, file_mode(job.layout))
    folder.create()
    for entry in _entries(db, job.generation):
        folder.add(entry)
    folder.finish()
    reached = job.generation
    for _ in range(_ROUNDS):
        newest = catalog.newest(db)
        if _changed(db, reached, newest) <= _NEAR:
            break
        _catch_up(db, folder, reached, newest)
        reached = newest
    files = [asdict(file) for file in folder.seal({})]
    job.record.write_text(json.dumps({"generation": reached, "files": files}))


def _entries(db: sqlite3.Connection, number: int, after: int = 0) -> Iterator[Entry]:
    """Yield a generation's passages with ids above `after`, by id.

    They are read a page at a time: while a read goes on, SQLite's log only grows.
    """
    while page := catalog.passages_after(db, number, after, _PAGE):
        yield from page
        after = page[-1][0]


def _changed(db: sqlite3.Connection, before: int, after: int) -> int:
    """Return about how many passages were born or died between two generations."""
    query = "SELECT count(*) FROM dead WHERE died > ? AND died <= ?"
    dead = int(db.execute(query, (before, after)).fetchone()[0])
    return dead + catalog.last_id(db, after) - catalog.last_id(db, before)


def _catch_up(db: sqlite3.Connection, folder: TermsFolder, before: int, after: int) -> None:
    """Bring a finished folder from one generation to a later one."""
    folder.resume()
    query = "SELECT passage FROM dead WHERE died > ? AND died <= ?"
    folder.delete([row[0] for row in db.execute(query, (before, after))])
    for entry in _entries(db, after, catalog.last_id(db, before)):
        folder.add(entry)
    folder.finish()


def adopt_terms(db: sqlite3.Connection, job: Job) -> bool:
    """Name the terms in the open transaction, what was written meanwhile added."""
    base = _newest(db)
    record = json.loads(job.record.read_text())
    files = [NamedFile(**file) for file in record["files"]]
    reached = int(record["generation"])
    if _changed(db, reached, base.number):
        folder = TermsFolder(job.terms, file_mode(job.layout))
        _catch_up(db, folder, reached, base.number)
        files = folder.seal({file.name: file for file in files})
    number = base.number + 1
    publish_folder(job.terms, job.layout.terms(str(number)))
    catalog.add_terms_files(db, str(number), files)
    _add_generation(db, job, base, str(number))
    return True


# Lists


def _make_lists(db: sqlite3.Connection, job: Job) -> None:
    for segment in _opened(db, job):
        place = lists_place(segment.path)
        make_for(db, job.layout, segment, place, _queries(job), job.threads)


def _newest(db: sqlite3.Connection) -> Generation:
    base = catalog.generation(db, catalog.newest(db))
    assert base is not None, "the newest generation is never collected"
    return base


def _add_generation(db: sqlite3.Connection, job: Job, base: Generation, terms: str) -> None:
    """Enter a generation that holds what the one before holds."""
    number = base.number + 1
    db.execute(
        "INSERT INTO generations VALUES (?, ?, ?, ?, ?)",
        (number, time.time(), base.documents, base.passages, terms),
    )
    job.layout.pin(number).touch()


def serve(text: str) -> None:
    """Do a job, given as JSON, in a process of its own that yields to all others."""
    os.nice(_NICE)
    fields = json.loads(text)
    do(Job(**{**fields, "segments": tuple(fields["segments"])}))
