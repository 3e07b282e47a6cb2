"""The record of files in the SQLite record, with what one write has changed of it so far.

Changes are held back until the write has a transaction open, and are made there by `apply`.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from index.ingest.file_sources import Root, Rules, Source
from index.store import catalog
from index.types import LoadProblem

_PAGE = 1000


class FileSources:
    """The record of files of a `FileStore`; see `index.ingest.file_sources.Sources`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Take the writer's connection; nothing is changed yet."""
        self._db = db
        self._changed: dict[Path, Source | None] = {}
        self._roots: list[Root] | None = None
        self._skipped: dict[Path, list[LoadProblem]] | None = None

    @property
    def changed(self) -> bool:
        """Whether `apply` has anything to do."""
        return bool(self._changed) or self._roots is not None or self._skipped is not None

    def roots(self) -> list[Root]:
        """Return what is synced when no path is given."""
        return recorded_roots(self._db) if self._roots is None else list(self._roots)

    def set_roots(self, roots: Sequence[Root]) -> None:
        """Record the roots, in place of those before."""
        self._roots = list(roots)

    def get(self, path: Path) -> Source | None:
        """Return what is known of a file."""
        if path in self._changed:
            return self._changed[path]
        return catalog.source(self._db, path)

    def put(self, path: Path, source: Source) -> None:
        """Record a file, in place of what was known of it."""
        self._changed[path] = source

    def forget(self, path: Path) -> None:
        """Record nothing of a file any more."""
        self._changed[path] = None

    def under(self, root: Path) -> Iterable[Path]:
        """Return every recorded file that is `root` or lies under it, sorted."""
        if not self._changed:  # as it is when a sync begins; there may be millions
            return catalog.sources_under(self._db, root)
        recorded = set(catalog.sources_under(self._db, root))
        for path, source in self._changed.items():
            if path.is_relative_to(root):
                (recorded.discard if source is None else recorded.add)(path)
        return sorted(recorded)

    def documents(self, path: Path) -> Iterator[str]:
        """Yield the ids of the documents that a file holds in the record, a page at a time."""
        row = catalog.source_row(self._db, path)
        after = ""
        while row is not None:
            ids = catalog.source_documents(self._db, row, after, _PAGE)
            yield from ids
            if len(ids) < _PAGE:
                return
            after = ids[-1]

    def set_skipped(self, problems: Mapping[Path, Sequence[LoadProblem]]) -> None:
        """Record what could not be read under each root; those no longer recorded are dropped."""
        self._skipped = {path: list(each) for path, each in problems.items()}

    def row(self, path: Path) -> int:
        """Return the row of a recorded file, inside the open transaction; it is made if need be."""
        row = catalog.source_row(self._db, path)
        if row is not None:
            return row
        made = self._db.execute(
            "INSERT INTO sources (path, problems) VALUES (?, '[]')", (os.fsencode(path),)
        ).lastrowid
        assert made is not None, "INSERT gives a row"
        return made

    def apply(self) -> None:
        """Make the changes, inside the open transaction."""
        changed, self._changed = self._changed, {}
        for path, source in changed.items():
            if source is None:
                self._delete(path)
            else:
                self._db.execute(
                    "UPDATE sources SET sha256 = ?, problems = ? WHERE row = ?",
                    (source.sha256, catalog.problems_json(source.problems), self.row(path)),
                )
        if self._roots is not None:
            _save_roots(self._db, self._roots)
            self._roots = None
        if self._skipped is not None:
            catalog.set_skipped(self._db, self._skipped)
            self._skipped = None

    def _delete(self, path: Path) -> None:
        row = catalog.source_row(self._db, path)
        self._db.execute("UPDATE documents SET source = NULL WHERE source = ?", (row,))
        self._db.execute("DELETE FROM sources WHERE row = ?", (row,))


def recorded_roots(db: sqlite3.Connection) -> list[Root]:
    """Return the recorded roots with their rules."""
    rules = json.loads(catalog.meta(db).get("rules", "{}"))
    return [Root(path, _rules(rules.get(str(path), {}))) for path in catalog.roots(db)]


def _rules(recorded: Mapping[str, object]) -> Rules:
    values = {
        key: tuple(each) if isinstance(each, list) else each for key, each in recorded.items()
    }
    return Rules(**values)  # type: ignore[arg-type]  # as `_save_roots` wrote it


def _save_roots(db: sqlite3.Connection, roots: Sequence[Root]) -> None:
    catalog.set_roots(db, [root.path for root in roots])
    rules = {str(root.path): asdict(root.rules) for root in roots if root.rules != Rules()}
    catalog.set_meta(db, "rules", json.dumps(rules))
