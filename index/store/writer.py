"""One generation, in one transaction: documents go in and out, then it is committed.

Terms and vectors are staged beside the transaction and published before the COMMIT, under names
that no generation has yet. Whatever stops the write before the COMMIT leaves the generation before
as it was. What takes long, cutting and embedding, was done before it began (`session`).
"""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

import numpy as np

from index.ingest.cutting import CutPassage
from index.ingest.embedded_text import embedded_text
from index.protocols import Vectors
from index.store import catalog, durable, shared_lines
from index.store.catalog import Entry, Generation, SegmentRow
from index.store.files import Damage
from index.store.layout import Layout
from index.store.record_rows import DOCUMENT, document_row, encode
from index.store.segments import SegmentStage
from index.store.settings import BuildSettings, StoreConfig
from index.store.terms import TermsStage
from index.store.values import insert_values
from index.text.marks import write_marks
from index.types import Document
from index.vectors import Segment, SegmentedVectors

_AT_ONCE = 256
"""Vectors that are made anew together."""


class GenerationWriter:
    """Writes at most one generation; begin it under the write lock, and finish or abort it."""

    def __init__(
        self, db: sqlite3.Connection, layout: Layout, shape: BuildSettings, config: StoreConfig
    ) -> None:
        """Begin the transaction on the writer's connection."""
        self._config = config
        self.layout = layout
        self.db = db
        self._shape = shape
        self._terms: TermsStage | None = None
        self._vectors: SegmentStage | None = None
        self._damaged: frozenset[str] = frozenset()
        self._rebuild_terms = False
        db.execute("BEGIN IMMEDIATE")
        shared_lines.ensure_tables(db)
        base = catalog.generation(db, catalog.newest(db))
        assert base is not None, "the newest generation is never collected"
        self.base: Generation = base
        self.number = base.number + 1
        self.documents = base.documents
        self.passages = base.passages
        self.changed = False
        self._next_id = int(catalog.meta(db)["next_passage"])
        self.first_new = self._next_id

    def repair(self, damage: Damage, embed: Callable[[list[str]], Vectors]) -> None:
        """Make the damaged files anew: terms from text, vectors by embedding. Before all else."""
        if not damage:
            return
        self.changed = True
        self._rebuild_terms = damage.terms
        self._damaged = frozenset(damage.segments)
        if self._damaged:
            self._embed_again(embed)

    def put(
        self,
        document: Document,
        digest: bytes,
        source: int | None,
        passages: Sequence[CutPassage],
        vectors: Mapping[bytes, Vectors],
    ) -> None:
        """Add a document that is not in the index now.

        Args:
            document: what goes in.
            digest: what identifies this version of it.
            source: the row of the file that it came from.
            passages: the document, cut.
            vectors: theirs (dim,), by the digests of their words.
        """
        self.changed = True
        values = (source, self.number, digest, *document_row(document))
        row = self.db.execute(
            f"INSERT INTO documents (source, born, digest, {DOCUMENT}) "
            f"VALUES ({', '.join('?' * len(values))})",
            values,
        ).lastrowid
        assert row is not None, "INSERT gives a row"
        insert_values(self.db, row, document)
        shared_lines.count(self.db, self.number, row, document)
        self.documents += 1
        for at in range(0, len(passages), _AT_ONCE):
            some = passages[at : at + _AT_ONCE]
            ids = [self._put_passage(row, document.title, each) for each in some]
            rows = np.stack([vectors[each.digest] for each in some])
            self._staged_vectors().writer.append(np.array(ids, dtype=np.int64), rows)

    def mark_deleted(self, document_row: int) -> None:
        """Take a document out, by its row."""
        self.changed = True
        ids = [
            identity
            for (identity,) in self.db.execute(
                "SELECT id FROM passages WHERE document = ? AND died IS NULL", (document_row,)
            )
        ]
        for table, column in (("documents", "row"), ("passages", "document")):
            self.db.execute(
                f"UPDATE {table} SET died = ? WHERE {column} = ? AND died IS NULL",
                (self.number, document_row),
            )
        shared_lines.discount(self.db, self.number, document_row)
        self.db.executemany("INSERT INTO dead VALUES (?, ?)", [(i, self.number) for i in ids])
        self._staged_terms().delete(ids)
        self._forget_unborn(document_row)
        self.documents -= 1
        self.passages -= len(ids)

    def _forget_unborn(self, document_row: int) -> None:
        """Remove the rows of a document that came in and went out in this generation.

        No reader ever sees it, and another document of its id may come in. The vectors of its
        passages are staged and stay dead.
        """
        unborn = "(SELECT row FROM documents WHERE row = ? AND born = died)"
        for table, column in (
            ("field_values", "document_row"),
            ("sketches", "document"),
            ("edge_lines", "document"),
            ("passages", "document"),
            ("documents", "row"),
        ):
            self.db.execute(f"DELETE FROM {table} WHERE {column} IN {unborn}", (document_row,))

    def finish(self) -> int:
        """Publish and commit; return the generation that is now the newest."""
        if not self.changed:
            durable.commit(self.db)
            return self.base.number
        catalog.set_meta(self.db, "next_passage", str(self._next_id))
        self._publish_terms()
        self._publish_vectors()
        self.db.execute(
            "INSERT INTO generations VALUES (?, ?, ?, ?, ?)",
            (self.number, time.time(), self.documents, self.passages, str(self.number)),
        )
        self.layout.pin(self.number).touch()
        durable.commit(self.db)
        return self.number

    def abort(self) -> None:
        """Roll back what was not finished."""
        if self.db.in_transaction:
            self.db.execute("ROLLBACK")
        for stage in (self._terms, self._vectors):
            if stage:
                stage.discard()

    def _put_passage(self, row: int, title: str, passage: CutPassage) -> int:
        identity, self._next_id = self._next_id, self._next_id + 1
        draft = passage.draft
        self.db.execute(
            "INSERT INTO passages (id, document, start, end, born, embedded, headings, marks, "
            "text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                identity,
                row,
                draft.span.start,
                draft.span.end,
                self.number,
                passage.digest,
                json.dumps(draft.headings),
                write_marks(draft.marks),
                encode(draft.text),
            ),
        )
        self._staged_terms().add((identity, title, tuple(draft.headings), draft.text))
        self.passages += 1
        return identity

    def _embed_again(self, embed: Callable[[list[str]], Vectors]) -> None:
        """Stage the vectors anew of the passages whose vectors were in the damaged segments."""
        living = SegmentedVectors([each for _, each in self._kept()], np.empty(0, dtype=np.int64))
        embedded = set(living.live_ids().tolist())
        entries = catalog.passages_with_titles(self.db, self.base.number)
        lost = (entry for entry in entries if entry[0] not in embedded)
        while some := list(islice(lost, _AT_ONCE)):
            words = [embedded_text(title, headings, text) for _, title, headings, text in some]
            ids = np.array([entry[0] for entry in some], dtype=np.int64)
            self._staged_vectors().writer.append(ids, embed(words))

    def _staged_terms(self) -> TermsStage:
        if self._terms is None:
            base = None if self._rebuild_terms else self.base.terms
            self._terms = TermsStage(self.layout, base, self.number, self._config.rebuilt)
        return self._terms

    def _staged_vectors(self) -> SegmentStage:
        if self._vectors is None:
            self._vectors = SegmentStage(self.layout, self.number, self._shape.dim)
        return self._vectors

    def _kept(self) -> Sequence[tuple[SegmentRow, Segment]]:
        """Return the undamaged segments of the generation before."""
        return [
            (row, Segment(self.layout.segment(row.name), self._shape.dim, row.rows))
            for row in catalog.segments(self.db, self.base.number)
            if row.name not in self._damaged
        ]

    def _publish_terms(self) -> None:
        def everything() -> Iterator[Entry]:
            return catalog.passages_with_titles(self.db, self.number)

        def last(count: int) -> list[Entry]:
            return catalog.last_passages(self.db, self.number, self.first_new, count)

        known = catalog.terms_files(self.db, self.base.terms)
        files = self._staged_terms().publish(known, everything, last)
        catalog.add_terms_files(self.db, str(self.number), files)

    def _publish_vectors(self) -> None:
        stage = self._staged_vectors()
        for name in self._damaged:
            stage.retire(self.db, name)
        stage.publish(self.db, self._kept(), self._config.lists_from, self._config.merged)
