"""`Writer` over the file store: documents in and out, then a generation, or one after another.

What is put or deleted is held back, cut and embedded while the record is untouched; a commit then
makes all of it in one short transaction. A write that holds back more than its share makes what it
has in a transaction that stays open until it commits.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.ingest.cutting import EmbeddedPassage
from index.protocols import Embedder, Vectors
from index.store import catalog
from index.store.collect import sweep
from index.store.connect import check_ours, connect_writer, usable
from index.store.embedded import EmbeddingCache
from index.store.feed import KnownVectors, VectorFeed
from index.store.files import Damage
from index.store.layout import Layout
from index.store.lock import WriteLock
from index.store.pending_writer import Pending, PendingWriter, Put
from index.store.record_rows import StoredDocument
from index.store.refusals import writable
from index.store.settings import BuildSettings, StoreConfig
from index.store.source_record import FileSources
from index.store.writer import GenerationWriter
from index.types import Document, LoadProblem, SyncReport
from index.vectors import Segment, SegmentedVectors

if TYPE_CHECKING:
    from collections.abc import Iterator

Tidy = Callable[[sqlite3.Connection], str | None]
"""Collects after a commit; returns why it could not, worded."""


class FileWriter(PendingWriter):
    """One write, begun when it is made; see `index.protocols.Writer`.

    Raises:
        IndexLockedError: on making it, when another writer is at work.
        IndexUnavailableError: on making it, when the folder cannot be written.
    """

    sources: FileSources

    def __init__(
        self,
        layout: Layout,
        shape: BuildSettings,
        embedder: Callable[[], Embedder],
        config: StoreConfig,
        tidy: Tidy,
    ) -> None:
        """Take the lock, clear what an earlier writer left behind, and begin."""
        super().__init__(embedder, shape.passages)
        self._layout = layout
        self._shape = shape
        self._config = config
        self._tidy = tidy
        self._damaged: frozenset[str] = frozenset()
        self._generation: GenerationWriter | None = None
        self._feed: VectorFeed | None = None
        with ExitStack() as stack:
            with self._working():
                stack.enter_context(WriteLock(layout.lock))
                self.db = connect_writer(layout.catalog)
                stack.callback(self.db.close)
                check_ours(self.db, layout.root)
                layout.make_folders()
                sweep(layout, self.db)
                self.base = catalog.newest(self.db)
            self.sources = FileSources(self.db)
            stack.callback(self._end)
            self._stack = stack.pop_all()

    def repair(self, damage: Damage) -> None:
        """Make damaged files anew in a generation of their own, before all else."""
        if not damage:
            return
        with self._working():
            self._damaged = frozenset(damage.segments)
            self._begun().repair(damage, lambda words: self._fed().embed(words))
            self._finish()

    def put(
        self,
        document: Document,
        source: Path | None = None,
        passages: Sequence[EmbeddedPassage] | None = None,
    ) -> None:
        """Add a document, or replace the one with its id; see `index.protocols.Writer`."""
        with self._working():
            super().put(document, source, passages)

    def delete(self, document_id: str) -> None:
        """Take a document out; its file is read again by the next sync.

        Raises:
            NotFoundError: when there is none of this id.
        """
        with self._working():
            super().delete(document_id)

    def checkpoint(self) -> None:
        """Make one generation of what was done so far, unless nothing was, and go on."""
        with self._working():
            self._apply()
            self._finish()

    def commit(self) -> SyncReport:
        """Make one generation, unless nothing changed, and return what was done."""
        with self._stack:
            self.checkpoint()
            feed = self._feed
            counts = (feed.passages_embedded, feed.wordpieces_embedded) if feed else (0, 0)
            return self._report(self.base, *counts)

    def abort(self) -> None:
        """End the write; what was not committed is as if it had never been."""
        self._stack.close()

    @contextmanager
    def _working(self) -> "Iterator[None]":
        with writable(self._layout.root), usable(self._layout.catalog):
            yield

    def _stored(self, document_id: str) -> StoredDocument | None:
        return catalog.current(self.db, document_id)

    def _take(self, put: Put) -> None:
        for passage in put.passages:
            self._fed().add(passage)
        super()._take(put)

    def _take_vectors(self, vectors: Mapping[bytes, Vectors]) -> None:
        self._fed().take(vectors)

    def _is_full(self) -> bool:
        held, most = self._pending, self._config
        return held.passages >= most.held or held.memory >= most.held_bytes

    def _apply(self) -> None:
        """Make what is held back in the open transaction, which is begun if need be."""
        pending, self._pending = self._pending, Pending()
        if not (pending.puts or pending.deletions or self.sources.changed):
            return
        vectors = self._feed.drain() if self._feed else {}
        generation = self._begun()
        for row in pending.deletions.values():
            generation.mark_deleted(row)
        for put in pending.puts.values():
            source = None if put.source is None else self.sources.row(put.source)
            generation.put(put.document, put.digest, source, put.passages, vectors)
        self.sources.apply()
        self._applied += pending.passages
        if self._feed:
            self._feed.forget()

    def _finish(self) -> None:
        """Commit the open transaction, if there is one, and collect."""
        generation = self._generation
        if generation is None:
            return
        number = generation.finish()
        self._generation = None
        self._applied = 0
        if number != self.base:
            self._damaged = frozenset()
            left = self._tidy(self.db)
            self.base = catalog.newest(self.db)
            if self._feed:
                self._feed.known = self._known()
            self._problems += [LoadProblem(str(self._layout.root), left)] if left else []

    def _begun(self) -> GenerationWriter:
        if self._generation is None:
            self._generation = GenerationWriter(self.db, self._layout, self._shape, self._config)
        return self._generation

    def _fed(self) -> VectorFeed:
        if self._feed is None:
            embedder = self._embedder()
            cache = EmbeddingCache(self._layout.embedded, embedder.fingerprint, embedder.dim)
            self._feed = VectorFeed(embedder, self._config.batch, cache)
            self._feed.known = self._known()
        return self._feed

    def _known(self) -> KnownVectors:
        """Return the vectors of the newest generation, of which a damaged file has none."""
        segments = [
            Segment(self._layout.segment(row.name), self._shape.dim, row.rows)
            for row in catalog.segments(self.db, self.base)
            if row.name not in self._damaged
        ]
        vectors = SegmentedVectors(segments, np.empty(0, dtype=np.int64))
        return KnownVectors(self.db, vectors, int(catalog.meta(self.db)["next_passage"]))

    def _end(self) -> None:
        if self._feed:
            self._feed.close()
        if self._generation is not None:
            self._generation.abort()
            self._generation = None
