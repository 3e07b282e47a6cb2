"""Removing what nobody needs: files that no generation names, and old generations.

Both may be interrupted anywhere and are done again by the next writer. The caller holds the write
lock, and is not inside a transaction.
"""

import json
import sqlite3
from contextlib import ExitStack

import numpy as np

from index.errors import IndexUnavailableError
from index.inverted_lists import names as lists_names
from index.store import catalog, durable, shared_lines
from index.store.embedded import EmbeddingCache
from index.store.layout import STAGE, Layout, delete
from index.store.lock import seized
from index.vectors import Segment


def sweep(layout: Layout, db: sqlite3.Connection) -> None:
    """Delete the files that no generation names."""
    numbers = catalog.generations(db)
    terms = {row[0] for row in db.execute("SELECT terms FROM generations")}
    segments = {row[0] for row in db.execute("SELECT name FROM segments")}
    named = (
        (layout.terms_root, terms),
        (layout.vectors_root, segments),
        (layout.pins_root, {str(number) for number in numbers}),
    )
    for folder, names in named:
        for path in folder.iterdir():
            if path.name not in names:
                delete(path)
    listed = {name for segment in segments for name in lists_names(segment)}
    for path in layout.lists_root.iterdir():
        # What is being made there is its maker's.
        if path.name not in listed and path.suffix != STAGE:
            delete(path)


def tidy(layout: Layout, db: sqlite3.Connection, keep: int, dim: int) -> str | None:
    """Collect after a commit; return why it could not be done, worded, or None.

    What was committed stays so, and the next writer collects again.
    """
    try:
        collect(layout, db, keep, dim)
        EmbeddingCache(layout.embedded, "", dim).forget()
    except (OSError, sqlite3.Error) as error:
        return f"what is no longer needed could not be removed yet ({error}); all is committed"
    return None


def collect(layout: Layout, db: sqlite3.Connection, keep: int, dim: int) -> None:
    """Forget the generations before the newest `keep` that no reader holds, and their files."""
    numbers = catalog.generations(db)
    with ExitStack() as stack:
        old = [
            number
            for number in numbers[: -max(keep, 1)]
            if stack.enter_context(seized(layout.pin(number)))
        ]
        if old:
            _forget_all(layout, db, old, dim)
            sweep(layout, db)


def _forget_all(layout: Layout, db: sqlite3.Connection, old: list[int], dim: int) -> None:
    """Forget generations in one transaction."""
    db.execute("BEGIN IMMEDIATE")
    try:
        _forget(layout, db, old, dim)
        durable.commit(db)
    except BaseException:
        if db.in_transaction:  # SQLite itself rolls back when the disk is full
            db.execute("ROLLBACK")
        raise


def _forget(layout: Layout, db: sqlite3.Connection, old: list[int], dim: int) -> None:
    for number in old:
        db.execute("DELETE FROM generations WHERE number = ?", (number,))
    db.execute("DELETE FROM terms_files WHERE folder NOT IN (SELECT terms FROM generations)")
    oldest = catalog.generations(db)[0]
    _forget_segments(layout, db, oldest, dim)
    shared_lines.forget(db, oldest)
    gone = "SELECT row FROM documents WHERE died IS NOT NULL AND died <= ?"
    db.execute(f"DELETE FROM field_values WHERE document_row IN ({gone})", (oldest,))
    db.execute("DELETE FROM passages WHERE died IS NOT NULL AND died <= ?", (oldest,))
    if db.execute("DELETE FROM documents WHERE died IS NOT NULL AND died <= ?", (oldest,)).rowcount:
        db.execute(
            "DELETE FROM fields WHERE NOT EXISTS (SELECT 1 FROM field_values v "
            "WHERE v.field = fields.name)"
        )


def _forget_segments(layout: Layout, db: sqlite3.Connection, oldest: int, dim: int) -> None:
    """Forget the segments that ended, and the dead that no other segment holds."""
    ended = "died IS NOT NULL AND died <= ?"
    names = [row[0] for row in db.execute(f"SELECT name FROM segments WHERE {ended}", (oldest,))]
    if not names:
        return
    db.execute(f"DELETE FROM segments WHERE {ended}", (oldest,))
    dead = catalog.dead(db, catalog.newest(db))
    held = np.zeros(len(dead), dtype=bool)
    try:
        for name, rows in db.execute("SELECT name, rows FROM segments"):
            held |= Segment(layout.segment(name), dim, rows).rows_of(dead)[1]
    except IndexUnavailableError:
        # A segment that was just repaired is still named by the generation before, and is lost: the
        # dead that it may hold are forgotten when it is.
        return
    db.execute(
        "DELETE FROM dead WHERE passage IN (SELECT value FROM json_each(?))",
        (json.dumps(dead[~held].tolist()),),
    )
