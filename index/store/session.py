"""`Writer` over the file store: documents in and out, then a generation, or one after another.

What is put or deleted is held back, cut and embedded while the record is untouched; a commit then
makes all of it in one short transaction. A write that holds back more than its share makes what it
has in a transaction that stays open until it commits.
"""

import sqlite3
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Self

import numpy as np

from index.errors import NotFoundError
from index.ingest.cutting import CutPassage, EmbeddedPassage, check_embedded, cut, cut_passage
from index.ingest.file_sources import Owner
from index.protocols import Embedder
from index.store import catalog
from index.store.catalog import Current
from index.store.collect import sweep
from index.store.connect import check_ours, connect_writer, usable
from index.store.embedded import EmbeddingCache
from index.store.feed import KnownVectors, VectorFeed
from index.store.files import Damage
from index.store.layout import Layout
from index.store.lock import WriteLock
from index.store.record_rows import document_digest
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


@dataclass(frozen=True, slots=True)
class _Put:
    """A document that is to go in."""

    document: Document
    digest: bytes
    source: Path | None
    passages: tuple[CutPassage, ...]


_PASSAGE_BYTES = 3_000
"""What a passage takes beside its words: its vector, and the objects that it is made of."""


def _memory(put: _Put) -> int:
    """Return about how many bytes a document takes that is held back, with all that is made of it.

    Its words are there three times: in the document, in its passages, and as they are embedded.
    """
    return 3 * sys.getsizeof(put.document.text) + _PASSAGE_BYTES * len(put.passages)


@dataclass(slots=True)
class _Pending:
    """What is held back: documents that go in by id, and the rows of those that go out."""

    puts: dict[str, _Put] = field(default_factory=dict)
    kills: dict[str, int] = field(default_factory=dict)
    passages: int = 0
    bytes: int = 0


class FileWriter:
    """One write, begun when it is made; see `index.protocols.Writer`.

    Raises:
        IndexLockedError: on making it, when another writer is at work.
        IndexUnavailableError: on making it, when the folder cannot be written.
    """

    def __init__(
        self,
        layout: Layout,
        shape: BuildSettings,
        embedder: Callable[[], Embedder],
        config: StoreConfig,
        tidy: Tidy,
    ) -> None:
        """Take the lock, clear what an earlier writer left behind, and begin."""
        self.passages_taken = 0
        self._layout = layout
        self._shape = shape
        self._embedder = embedder  # called when something is to be cut, and not before
        self._config = config
        self._tidy = tidy
        self._pending = _Pending()
        self._applied = 0
        self._damaged: frozenset[str] = frozenset()
        self._generation: GenerationWriter | None = None
        self._feed: VectorFeed | None = None
        self._counts = {"added": 0, "changed": 0, "removed": 0, "unchanged": 0}
        self._problems: list[LoadProblem] = []
        self._started = perf_counter()
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

    @property
    def passages_waiting(self) -> int:
        """Return how many passages came in and are not committed yet."""
        return self._applied + self._pending.passages

    def prepare(self) -> None:
        """Open the embedder."""
        self._embedder()

    def repair(self, damage: Damage) -> None:
        """Make damaged files anew in a generation of their own, before all else."""
        if not damage:
            return
        with self._working():
            self._damaged = frozenset(damage.segments)
            self._begun().repair(damage, lambda words: self._fed().embed(words))
            self._finish()

    def owner(self, document_id: str) -> Owner | None:
        """Return where the document with an id came from, None where there is none."""
        if (put := self._pending.puts.get(document_id)) is not None:
            return Owner(put.document.uri, put.source)
        current = self._current(document_id)
        return None if current is None else Owner(current.uri, current.source)

    def put(
        self,
        document: Document,
        source: Path | None = None,
        passages: Sequence[EmbeddedPassage] | None = None,
    ) -> None:
        """Add a document, or replace the one with its id; see `index.protocols.Writer`."""
        if passages is not None:
            check_embedded(document, passages, self._embedder())
        with self._working():
            again = self._withdraw(document.id)
            current = self._current(document.id)
            digest = document_digest(document)
            if current and current.digest == digest and source in (None, current.source):
                self._count(again, "unchanged")
                return
            if current:
                self._pending.kills[document.id] = current.row
            self._take(_Put(document, digest, source, self._cut(document, passages)))
            self._count(again, "changed" if current else "added")

    def delete(self, document_id: str) -> None:
        """Take a document out; its file is read again by the next sync.

        Raises:
            NotFoundError: when there is none of this id.
        """
        with self._working():
            owner = self.owner(document_id)
            if owner is None:
                raise NotFoundError(
                    f"there is no document {document_id!r} in the index; nothing was removed"
                )
            self._withdraw(document_id)
            if current := self._current(document_id):
                self._pending.kills[document_id] = current.row
            if owner.source is not None:
                self.sources.read_again(owner.source)
            self._counts["removed"] += 1

    def checkpoint(self) -> None:
        """Make one generation of what was done so far, unless nothing was, and go on."""
        with self._working():
            self._apply()
            self._finish()

    def commit(self) -> SyncReport:
        """Make one generation, unless nothing changed, and return what was done."""
        with self._stack:
            self.checkpoint()
            return self._report()

    def abort(self) -> None:
        """End the write; what was not committed is as if it had never been."""
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.abort()

    @contextmanager
    def _working(self) -> "Iterator[None]":
        with writable(self._layout.root), usable(self._layout.catalog):
            yield

    def _current(self, document_id: str) -> Current | None:
        """Return the document with an id that is in the record and not to go out."""
        if document_id in self._pending.kills:
            return None
        return catalog.current(self.db, document_id)

    def _withdraw(self, document_id: str) -> bool:
        """Hold a document back no longer; return whether it was."""
        put = self._pending.puts.pop(document_id, None)
        if put is None:
            return False
        self._pending.passages -= len(put.passages)
        self._pending.bytes -= _memory(put)
        return True

    def _count(self, again: bool, kind: str) -> None:
        """Count a document, unless this write put it before."""
        self._counts[kind] += not again

    def _cut(
        self, document: Document, embedded: Sequence[EmbeddedPassage] | None
    ) -> tuple[CutPassage, ...]:
        """Return a document's passages; the vectors of those that have theirs are kept."""
        if embedded is None:
            return cut(document, self._embedder(), self._shape.passages)
        passages = tuple(cut_passage(document.title, each.draft) for each in embedded)
        vectors = (each.vector for each in embedded)
        self._fed().take(dict(zip((each.digest for each in passages), vectors, strict=True)))
        return passages

    def _take(self, put: _Put) -> None:
        self._pending.puts[put.document.id] = put
        self._pending.passages += len(put.passages)
        self._pending.bytes += _memory(put)
        self.passages_taken += len(put.passages)
        for passage in put.passages:
            self._fed().add(passage)
        held = self._pending
        if held.passages >= self._config.held or held.bytes >= self._config.held_bytes:
            self._apply()

    def _apply(self) -> None:
        """Make what is held back in the open transaction, which is begun if need be."""
        pending, self._pending = self._pending, _Pending()
        if not (pending.puts or pending.kills or self.sources.changed):
            return
        vectors = self._feed.drain() if self._feed else {}
        generation = self._begun()
        for row in pending.kills.values():
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

    def _report(self) -> SyncReport:
        return SyncReport(
            generation=self.base,
            passages_embedded=self._feed.passages_embedded if self._feed else 0,
            wordpieces_embedded=self._feed.wordpieces_embedded if self._feed else 0,
            problems=tuple(self._problems),
            seconds=perf_counter() - self._started,
            added=self._counts["added"],
            changed=self._counts["changed"],
            removed=self._counts["removed"],
            unchanged=self._counts["unchanged"],
        )

    def _end(self) -> None:
        if self._feed:
            self._feed.close()
        if self._generation is not None:
            self._generation.abort()
            self._generation = None
