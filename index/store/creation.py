"""Creating an index: an empty generation 0, whole or not at all.

The catalog's tables come last, in one transaction, so a folder in which creation was interrupted
holds no index yet and can be created again.
"""

import sqlite3
import time
import uuid
from pathlib import Path

from index.errors import IndexUnavailableError
from index.store import catalog, durable
from index.store.connect import connect_writer
from index.store.layout import Layout
from index.store.lock import WriteLock
from index.store.schema import create_tables
from index.store.settings import BuildSettings
from index.store.terms import TermsStage


def holds_index(layout: Layout) -> bool:
    """Return whether the folder holds a catalog with tables in it, whoever made it."""
    if not layout.is_index():
        return False
    try:
        db = sqlite3.connect(layout.catalog)
        try:
            return bool(db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])
        finally:
            db.close()
    except sqlite3.Error:
        return True


def create_index(layout: Layout, shape: BuildSettings) -> None:
    """Make an empty index in a folder that holds nothing else.

    Raises:
        IndexUnavailableError: when the folder holds something else, or cannot be written.
        IndexLockedError: when another process is creation it now.
    """
    _make_folder(layout.root)
    if layout.has_strangers():
        raise IndexUnavailableError(
            f"{layout.root} is not empty and holds no Excerpt index; "
            "choose another folder with --index"
        )
    with WriteLock(layout.lock):
        if holds_index(layout):
            return
        layout.make_folders()
        stage = TermsStage(layout, None, 0)
        files = stage.publish({}, lambda: iter(()))
        db = connect_writer(layout.catalog)
        try:
            _fill(db, shape, files)
        finally:
            db.close()
        durable.fsync(layout.root)


def _fill(db: sqlite3.Connection, shape: BuildSettings, files: list[catalog.NamedFile]) -> None:
    db.execute("BEGIN IMMEDIATE")
    create_tables(db)
    shape.save(db)
    catalog.set_meta(db, "next_passage", "1")
    catalog.set_meta(db, "identity", uuid.uuid4().hex)
    catalog.set_meta(db, "created", str(time.time()))
    catalog.add_terms_files(db, "0", files)
    db.execute("INSERT INTO generations VALUES (0, ?, 0, 0, '0')", (time.time(),))
    durable.commit(db)


def _make_folder(root: Path) -> None:
    try:
        root.mkdir(parents=True, exist_ok=True)
        next(root.iterdir(), None)
    except OSError as error:
        raise IndexUnavailableError(
            f"cannot make an index in {root}: {error.strerror}; "
            "check the path and its permissions, or choose another with --index"
        ) from error


def explain_absence(layout: Layout) -> IndexUnavailableError:
    """Return the error for a folder that holds no index."""
    where = layout.root
    advice = f"build one with `excerpt index --index {where} PATH`"
    if not where.exists():
        return IndexUnavailableError(f"there is no index at {where}; {advice}")
    if not where.is_dir():
        return IndexUnavailableError(f"{where} is a file, not an index folder; {advice}")
    if layout.has_strangers():
        return IndexUnavailableError(
            f"{where} holds no Excerpt index but other files; choose another folder with --index"
        )
    return IndexUnavailableError(f"{where} holds no finished index; {advice}")
