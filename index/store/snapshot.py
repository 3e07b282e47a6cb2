"""One whole generation, read from many threads.

A snapshot pins its generation with a shared lock, so that nothing of it is collected, and asks
the record only for rows that live in it. No transaction is held open between reads: a server may
keep a snapshot for days without keeping SQLite from tidying up.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from index.errors import NotFoundError
from index.protocols import Ids
from index.store import catalog, shared_lines
from index.store.connect import Pool
from index.store.lock import Pin
from index.store.record_listing import FileListing
from index.text.repetition import with_repeated
from index.types import Counts, Document, Passage
from index.vectors import SegmentedVectors

if TYPE_CHECKING:
    import sqlite3

    from index.filters import Filter
    from index.lexical import TantivyLexicalIndex


class FileSnapshot:
    """A generation of a `FileStore`; close it when it is no longer asked."""

    def __init__(
        self,
        counts: Counts,
        vectors: SegmentedVectors,
        terms: "TantivyLexicalIndex",
        pool: Pool,
        pin: Pin,
    ) -> None:
        """Take what the store opened; the pin is released on `close`."""
        self._counts = counts
        self.vectors = vectors
        self.terms = terms
        self._pool = pool
        self._pin = pin
        self._repeats: bool | None = None

    @property
    def counts(self) -> Counts:
        """How much it holds, and how much of that turned out to be damaged."""
        damaged = self.vectors.damaged()
        if not damaged:
            return self._counts
        return replace(self._counts, without_vectors=self._counts.without_vectors + damaged)

    @property
    def generation(self) -> int:
        """Return the generation's number."""
        return self._counts.generation

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """Return the passages with these ids, in this order.

        Raises:
            NotFoundError: when one is not live in this generation.
        """
        with self._pool.lend() as db:
            by_id = catalog.passages(db, self.generation, ids)
            self._mark(db, by_id)
        missing = [identity for identity in ids if identity not in by_id]
        if missing:
            raise NotFoundError(f"passage {missing[0]} is not in generation {self.generation}")
        return [by_id[int(identity)] for identity in ids]

    def _mark(self, db: "sqlite3.Connection", by_id: dict[int, Passage]) -> None:
        """Mark in passages what stands in document after document of this generation."""
        if self._repeats is None:
            self._repeats = shared_lines.has_repeated(db, self.generation)
        if self._repeats and by_id:
            spans = shared_lines.repeated(db, self.generation, by_id)
            for identity, each in by_id.items():
                by_id[identity] = with_repeated(each, spans.get(each.document_id, ()))

    def document(self, document_id: str) -> Document:
        """Return the stored document; its text is checked against its sha256.

        Raises:
            NotFoundError: when it is not live in this generation.
            CitationError: when the stored text does not match its digest.
        """
        with self._pool.lend() as db:
            found = catalog.document(db, self.generation, document_id)
        if found is None:
            raise self._no_document(document_id)
        return found

    def documents(self) -> Iterator[Document]:
        """Yield every live document, in id order."""
        after = ""
        while True:
            with self._pool.lend() as db:
                page = catalog.documents_after(db, self.generation, after)
            if not page:
                return
            yield from page
            after = page[-1].id

    def document_passages(self, document_id: str) -> list[Passage]:
        """Return a document's live passages in reading order.

        Raises:
            NotFoundError: when the document is not live in this generation.
        """
        with self._pool.lend() as db:
            found = catalog.document_passages(db, self.generation, document_id)
            if not found and catalog.document(db, self.generation, document_id) is None:
                raise self._no_document(document_id)
            marked = {each.id: each for each in found}
            self._mark(db, marked)
        return list(marked.values())

    def sketches(self, document_ids: Iterable[str]) -> Mapping[str, bytes]:
        """Return the sketches of some documents by id; those that are not live have none."""
        with self._pool.lend() as db:
            return shared_lines.sketches(db, self.generation, document_ids)

    def select(self, tree: "Filter") -> Ids:
        """Return the sorted ids of the live passages whose document passes the filter.

        Raises:
            InputError: when it names a field seen in no document.
        """
        from index.filters import to_sql

        with self._pool.lend() as db:
            condition, parameters = to_sql(tree, catalog.fields(db), row="d.row")
            rows = db.execute(
                "SELECT p.id FROM documents d JOIN passages p ON p.document = d.row "
                f"WHERE d.born <= ? AND (d.died IS NULL OR d.died > ?) AND {condition} "
                "ORDER BY p.id",
                (self.generation, self.generation, *parameters),
            )
            return np.fromiter((row[0] for row in rows), dtype=np.int64)

    def listing(self, tree: "Filter | None") -> FileListing:
        """Return the documents that pass a filter, without their texts.

        Raises:
            InputError: when it names a field seen in no document.
        """
        return FileListing(self._pool, self.generation, tree)

    def close(self) -> None:
        """Release the generation; it may be collected afterwards."""
        self._pin.release()

    def __enter__(self) -> "FileSnapshot":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _no_document(self, document_id: str) -> NotFoundError:
        return NotFoundError(
            f"there is no document {document_id!r} in generation {self.generation}; "
            "`excerpt search` shows the ids of documents"
        )
