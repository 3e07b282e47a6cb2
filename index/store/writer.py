"""One write, from taking the lock to COMMIT: documents go in and out, then a generation is made.

Everything happens inside one SQLite transaction; terms and vectors are staged beside it and
published before the COMMIT, under names that no generation has yet. Whatever stops the write
before the COMMIT leaves the generation before as it was.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from types import TracebackType

import numpy as np

from index.ingest.embedded_text import embedded_text
from index.ingest.passages import split
from index.protocols import Embedder
from index.store import catalog, durable
from index.store.catalog import Entry, Generation, SegmentRow
from index.store.collect import sweep
from index.store.connect import check_ours, connect_writer
from index.store.embedded import EmbeddingCache
from index.store.feed import Feed, KnownVectors, Wanted, words_digest
from index.store.files import Damage
from index.store.layout import Layout
from index.store.lock import WriteLock
from index.store.records import DOCUMENT, document_digest, document_row, encode
from index.store.segments import SegmentStage
from index.store.settings import Shape, StoreConfig
from index.store.terms import TermsStage
from index.store.values import insert_values
from index.text.marks import write_marks
from index.types import Document
from index.vectors import Segment, SegmentedVectors


class GenerationWriter:
    """Writes at most one generation. Use as a context manager, and call `finish` at the end.

    Raises:
        IndexLockedError: on entering, when another writer is at work.
        IndexUnavailableError: on entering, when the folder cannot be written.
    """

    def __init__(
        self, layout: Layout, shape: Shape, embedder: Callable[[], Embedder], config: StoreConfig
    ) -> None:
        """Name what to write with; nothing happens before entering."""
        self.layout = layout
        self._shape = shape
        self._embedder = embedder  # called when something is to be embedded, and not before
        self._config = config
        self._stack = ExitStack()
        self._terms: TermsStage | None = None
        self._vectors: SegmentStage | None = None
        self._feed: Feed | None = None
        self._damaged: frozenset[str] = frozenset()
        self._rebuild_terms = False

    def __enter__(self) -> "GenerationWriter":
        """Take the lock, clear what an earlier writer left behind, and begin."""
        with ExitStack() as stack:
            stack.enter_context(WriteLock(self.layout.lock))
            self.db = connect_writer(self.layout.catalog)
            stack.callback(self.db.close)
            check_ours(self.db, self.layout.root)
            self.layout.make_folders()
            sweep(self.layout, self.db)
            self.db.execute("BEGIN IMMEDIATE")
            self._begin()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Roll back what was not finished, and let go of the lock."""
        with self._stack:
            if self._feed:
                self._feed.close()
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")
            for stage in (self._terms, self._vectors):
                if stage:
                    stage.discard()

    def _begin(self) -> None:
        base = catalog.generation(self.db, catalog.newest(self.db))
        assert base is not None, "the newest generation is never collected"
        self.base: Generation = base
        self.number = base.number + 1
        self.documents = base.documents
        self.passages = base.passages
        self.changed = False
        self._next_id = int(catalog.meta(self.db)["next_passage"])
        self._first_new = self._next_id

    @property
    def passages_taken(self) -> int:
        """Return how many passages came in so far."""
        return self._next_id - self._first_new

    @property
    def passages_embedded(self) -> int:
        """Return how many passages were embedded, not taken over."""
        return self._feed.passages_embedded if self._feed else 0

    @property
    def wordpieces_embedded(self) -> int:
        """Return how many of the embedder's tokens those were."""
        return self._feed.wordpieces_embedded if self._feed else 0

    def heal(self, damage: Damage) -> None:
        """Make the damaged files anew: terms from text, vectors by embedding. Before all else."""
        if not damage:
            return
        self.changed = True
        self._rebuild_terms = damage.terms
        self._damaged = frozenset(damage.segments)
        if self._damaged:
            self._embed_again()

    def put(self, document: Document, source: int | None) -> None:
        """Add a document that is not in the index now."""
        self.changed = True
        values = (source, self.number, document_digest(document), *document_row(document))
        row = self.db.execute(
            f"INSERT INTO documents (source, born, digest, {DOCUMENT}) "
            f"VALUES ({', '.join('?' * len(values))})",
            values,
        ).lastrowid
        assert row is not None, "INSERT gives a row"
        insert_values(self.db, row, document)
        self.documents += 1
        self._put_passages(row, document)

    def kill(self, document_row: int) -> None:
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
        self.db.executemany("INSERT INTO dead VALUES (?, ?)", [(i, self.number) for i in ids])
        self._staged_terms().delete(ids)
        self.documents -= 1
        self.passages -= len(ids)

    def finish(self) -> int:
        """Publish and commit; return the generation that is now the newest."""
        if not self.changed:
            durable.commit(self.db)
            return self.base.number
        if self._feed:
            self._feed.drain()
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

    def _put_passages(self, row: int, document: Document) -> None:
        for draft in split(document, self._embedder(), self._shape.passages):
            identity, self._next_id = self._next_id, self._next_id + 1
            words = embedded_text(document.title, draft.headings, draft.text)
            digest = words_digest(words)
            self.db.execute(
                "INSERT INTO passages (id, document, start, end, born, embedded, headings, marks, "
                "text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    identity,
                    row,
                    draft.span.start,
                    draft.span.end,
                    self.number,
                    digest,
                    json.dumps(draft.headings),
                    write_marks(draft.marks),
                    encode(draft.text),
                ),
            )
            self._staged_terms().add((identity, document.title, tuple(draft.headings), draft.text))
            self._fed().add(Wanted(identity, words, digest))
            self.passages += 1

    def _embed_again(self) -> None:
        """Feed the passages whose vectors were in the damaged segments."""
        healthy = SegmentedVectors([s for _, s in self._kept()], np.empty(0, dtype=np.int64))
        held = set(healthy.live_ids().tolist())
        for identity, title, headings, text in catalog.passages_with_titles(
            self.db, self.base.number
        ):
            if identity not in held:
                words = embedded_text(title, headings, text)
                self._fed().add(Wanted(identity, words, words_digest(words)))

    def _staged_terms(self) -> TermsStage:
        if self._terms is None:
            base = None if self._rebuild_terms else self.base.terms
            self._terms = TermsStage(self.layout, base, self.number)
        return self._terms

    def _staged_vectors(self) -> SegmentStage:
        if self._vectors is None:
            self._vectors = SegmentStage(self.layout, self.number, self._shape.dim)
        return self._vectors

    def _fed(self) -> Feed:
        if self._feed is None:
            vectors = SegmentedVectors([s for _, s in self._kept()], np.empty(0, dtype=np.int64))
            known = KnownVectors(self.db, vectors, self._first_new)
            segment = self._staged_vectors().writer
            embedder = self._embedder()
            cache = EmbeddingCache(self.layout.embedded, embedder.fingerprint, embedder.dim)
            self._feed = Feed(embedder, known, segment, self._config.batch, cache)
        return self._feed

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
            return catalog.last_passages(self.db, self.number, self._first_new, count)

        known = catalog.terms_files(self.db, self.base.terms)
        files = self._staged_terms().publish(known, everything, last)
        catalog.add_terms_files(self.db, str(self.number), files)

    def _publish_vectors(self) -> None:
        stage = self._staged_vectors()
        for name in self._damaged:
            stage.retire(self.db, name)
        stage.publish(self.db, self._kept())
