"""Documents in and out during one write, and the count of them."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from time import perf_counter

from index.errors import NotFoundError
from index.store import catalog
from index.store.records import decode, document_digest, id_value
from index.store.writer import GenerationWriter
from index.types import Document, LoadProblem, SyncReport

_REST = "AND id NOT IN (SELECT id FROM taken)"


@dataclass(slots=True)
class Tally:
    """Decides what a document's arrival means, does it, and counts it."""

    writer: GenerationWriter
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    held: int = 0
    problems: list[LoadProblem] = field(default_factory=list)
    started: float = field(default_factory=perf_counter)

    @property
    def _db(self) -> sqlite3.Connection:
        return self.writer.db

    def __post_init__(self) -> None:
        self._db.execute("CREATE TEMP TABLE taken (id TEXT PRIMARY KEY) WITHOUT ROWID")

    def take(self, document: Document, source: int | None) -> LoadProblem | None:
        """Take a document in; return a problem when its id is that of another source's.

        Args:
            document: what arrived.
            source: the file it came from, or null when it was handed in.
        """
        row = self._db.execute(
            "SELECT row, source, digest, uri FROM documents WHERE id = ? AND died IS NULL",
            (document.id,),
        ).fetchone()
        others = row and source is not None and row[1] != source
        if others or self._seen_before(document.id):
            owner = decode(row[3]) if row else "another file"
            reason = f"the id {document.id!r} is already that of a document from {owner}"
            return LoadProblem(document.uri, reason)
        if row and row[2] == document_digest(document):
            self.unchanged += 1
            return None
        if row:
            self.writer.kill(row[0])
        self.writer.put(document, source)
        self.changed += bool(row)
        self.added += not row
        return None

    def remove(self, rows: Iterable[int]) -> None:
        """Take documents out, by row."""
        for row in rows:
            self.writer.kill(row)
            self.removed += 1

    def remove_by_id(self, document_id: str) -> None:
        """Take a document out; its file is read again by the next sync.

        Raises:
            NotFoundError: when there is none of this id.
        """
        row = self._db.execute(
            "SELECT row, source FROM documents WHERE id = ? AND died IS NULL",
            (id_value(document_id),),
        ).fetchone()
        if row is None:
            raise NotFoundError(
                f"there is no document {document_id!r} in the index; nothing was removed"
            )
        self._db.execute("UPDATE sources SET sha256 = NULL WHERE row = ?", (row[1],))
        self.remove([row[0]])

    def remove_rest(self, source: int) -> None:
        """Take out what a source held and was not taken in this write."""
        self.remove(self._rows(source, _REST))

    def keep_rest(self, source: int) -> None:
        """Leave what a source held and was not taken in this write as it is."""
        self.unchanged += len(self._rows(source, _REST))

    def keep_source(self, source: catalog.Source) -> None:
        """Leave a file's documents as they are; what was wrong with it still is."""
        self.unchanged += self._db.execute(
            "SELECT count(*) FROM documents WHERE source = ? AND died IS NULL", (source.row,)
        ).fetchone()[0]
        self.problems += source.problems

    def remove_source(self, row: int) -> None:
        """Take a file out, with its documents."""
        self.remove(self._rows(row))
        self._db.execute("UPDATE documents SET source = NULL WHERE source = ?", (row,))
        self._db.execute("DELETE FROM sources WHERE row = ?", (row,))

    def report(self, generation: int) -> SyncReport:
        """Return the report of the finished write."""
        return SyncReport(
            generation=generation,
            added=self.added,
            changed=self.changed,
            removed=self.removed,
            unchanged=self.unchanged,
            passages_embedded=self.writer.passages_embedded,
            wordpieces_embedded=self.writer.wordpieces_embedded,
            problems=tuple(self.problems),
            held=self.held,
            seconds=perf_counter() - self.started,
        )

    def _rows(self, source: int, condition: str = "") -> list[int]:
        found = self._db.execute(
            f"SELECT row FROM documents WHERE source = ? AND died IS NULL {condition}", (source,)
        )
        return [row for (row,) in found]

    def _seen_before(self, document_id: str) -> bool:
        inserted = self._db.execute("INSERT OR IGNORE INTO taken VALUES (?)", (document_id,))
        return inserted.rowcount == 0
