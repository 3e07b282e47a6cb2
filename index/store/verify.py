"""Checking everything in an index against everything else.

Files against their checksums; every text against its digest; every passage against its text; terms
and vectors against the passages that live; the dead against those that died.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from typing import Any

import numpy as np

from index.errors import ExcerptError
from index.inverted_lists import is_sound, read_info
from index.protocols import Ids
from index.store import catalog, shared_lines
from index.store.files import FileChecks
from index.store.layout import Layout
from index.store.record_rows import decode
from index.store.refusals import check_allowed
from index.store.terms import lockable
from index.vectors import NORM_TOLERANCE, Segment, SegmentedVectors, lists_place

_SHOWN = 5


def problems(db: sqlite3.Connection, layout: Layout, dim: int, number: int) -> Iterator[str]:
    """Yield what does not hold in a generation, worded.

    Raises:
        IndexUnavailableError: when a file of it may not be read.
    """
    yield from _record(db)
    checks = FileChecks(layout, anew=True)
    damage = checks.damage(db, number, limit=None)
    yield from damage.reasons
    yield from _documents(db)
    yield from _lives(db, number)
    yield from shared_lines.problems(db, number)
    live = catalog.live_ids(db, number)
    if not damage.terms:
        yield from _terms(db, layout, number, live)
    if not damage.segments:
        yield from _vectors(db, layout, dim, number, live)


def _record(db: sqlite3.Connection) -> Iterator[str]:
    for (line,) in db.execute("PRAGMA integrity_check(20)"):
        if line != "ok":
            yield f"catalog.sqlite is damaged: {line}"


def _documents(db: sqlite3.Connection) -> Iterator[str]:
    """Check every stored text and, within it, every passage."""
    for row, identity, sha256, data in db.execute("SELECT row, id, sha256, text FROM documents"):
        if hashlib.sha256(data).hexdigest() != sha256:
            yield f"the text of document {identity} does not have the digest {sha256}"
            continue
        text = decode(data)
        passages = db.execute(
            "SELECT id, start, end, text FROM passages WHERE document = ?", (row,)
        )
        for passage, start, end, words in passages:
            if text[start:end] != decode(words):
                yield f"passage {passage} of document {identity} is not its text at {start}:{end}"


def _lives(db: sqlite3.Connection, number: int) -> Iterator[str]:
    """Check births, deaths and counts."""
    for what, table in (("document", "documents"), ("passage", "passages")):
        bad = "born > ? OR (died IS NOT NULL AND (died <= born OR died > ?))"
        row = db.execute(f"SELECT count(*) FROM {table} WHERE {bad}", (number, number)).fetchone()
        if row[0]:
            yield f"{row[0]} {what}s are born or died in a generation that cannot be"
    orphans = db.execute(
        "SELECT count(*) FROM passages p LEFT JOIN documents d ON d.row = p.document "
        "WHERE d.row IS NULL OR p.born != d.born OR p.died IS NOT d.died"
    ).fetchone()[0]
    if orphans:
        yield f"{orphans} passages do not live as long as their document"
    unlisted = db.execute(
        "SELECT count(*) FROM passages p LEFT JOIN dead ON dead.passage = p.id "
        "WHERE p.died IS NOT dead.died"
    ).fetchone()[0]
    if unlisted:
        yield f"{unlisted} passages are dead in one table and alive in another"
    for number in catalog.generations(db):
        record = catalog.generation(db, number)
        counted = catalog.count_live(db, number)
        if record and record.counts != counted:
            yield f"generation {number} should hold {record.counts}, and holds {counted}"


def _terms(db: sqlite3.Connection, layout: Layout, number: int, live: Ids) -> Iterator[str]:
    from index.lexical import open_index, passages_query

    record = catalog.generation(db, number)
    assert record is not None, "the newest generation is never collected"
    place = layout.terms(record.terms)
    try:
        with lockable(place) as folder:
            index = open_index(folder)
            index.reload()
            searcher = index.searcher()
    except ValueError as error:
        check_allowed(place, error)
        yield f"the terms cannot be opened: {error}"
        return
    if searcher.num_docs != len(live):
        yield f"the terms hold {searcher.num_docs} passages, not the {len(live)} that live"
    for at in range(0, len(live), 10_000):
        ids = live[at : at + 10_000]
        query = passages_query(index.schema, ids.tolist())
        result: Any = searcher.search(query, limit=1, count=True)  # the stubs lack .count
        count = result.count
        if count != len(ids):
            yield f"the terms lack {len(ids) - count} of the passages {ids[0]} to {ids[-1]}"


def _vectors(
    db: sqlite3.Connection, layout: Layout, dim: int, number: int, live: Ids
) -> Iterator[str]:
    try:
        segments = [
            Segment(layout.segment(row.name), dim, row.rows) for row in catalog.segments(db, number)
        ]
    except ExcerptError as error:
        yield str(error)
        return
    for segment in segments:
        yield from _norms(segment)
        yield from _lists(segment)
        if (np.diff(segment.ids) <= 0).any():
            yield f"the rows of {segment.path} are not in the order of their passages"
    held = SegmentedVectors(segments, catalog.dead(db, number)).live_ids()
    if not np.array_equal(held, live):
        lacking, extra = np.setdiff1d(live, held), np.setdiff1d(held, live)
        yield (
            f"the vectors lack {len(lacking)} live passages {lacking[:_SHOWN].tolist()} "
            f"and hold {len(held) - len(live) + len(lacking)} others {extra[:_SHOWN].tolist()}"
        )


def _lists(segment: Segment) -> Iterator[str]:
    place = lists_place(segment.path)
    if read_info(place) is not None and not is_sound(place):
        yield f"the inverted lists of {segment.path} are damaged; delete {place}.* and index again"


def _norms(segment: Segment) -> Iterator[str]:
    for at in range(0, segment.rows, 8192):
        norms = np.linalg.norm(segment.vectors[at : at + 8192], axis=1)
        wrong = int((~(np.abs(norms - 1.0) <= NORM_TOLERANCE)).sum())
        if wrong:
            yield f"{wrong} vectors of {segment.path} are not of unit length"
