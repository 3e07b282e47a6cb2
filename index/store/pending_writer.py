"""The part that writers share: documents are cut, counted and held back until they are written."""

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Self

from index.errors import NotFoundError
from index.ingest.cutting import CutPassage, EmbeddedPassage, check_embedded, cut, cut_passage
from index.ingest.file_sources import Owner, Sources, read_again
from index.ingest.passages import PassageConfig
from index.protocols import Embedder, Vectors
from index.store.record_rows import StoredDocument, document_digest
from index.types import Document, LoadProblem, SyncReport

_PASSAGE_BYTES = 3_000
"""What a passage takes beside its words: its vector, and the objects that it is made of."""


@dataclass(frozen=True, slots=True)
class Put:
    """A document that is to go in."""

    document: Document
    digest: bytes
    source: Path | None
    passages: tuple[CutPassage, ...]

    @property
    def memory(self) -> int:
        """About how many bytes it takes while it is held back, with all that is made of it.

        Its words are there three times: in the document, in its passages, and as they are embedded.
        """
        return 3 * sys.getsizeof(self.document.text) + _PASSAGE_BYTES * len(self.passages)


@dataclass(slots=True)
class Pending:
    """What is held back: documents that go in by id, and the rows of those that go out."""

    puts: dict[str, Put] = field(default_factory=dict)
    deletions: dict[str, int] = field(default_factory=dict)
    passages: int = 0
    memory: int = 0


class PendingWriter(ABC):
    """A `Writer` but for how it writes and commits; see `index.protocols.Writer`."""

    sources: Sources

    def __init__(self, embedder: Callable[[], Embedder], passages: PassageConfig) -> None:
        """Begin with nothing held back.

        Args:
            embedder: opens what makes vectors; called when something is to be cut.
            passages: how documents are cut.
        """
        self.passages_taken = 0
        self._embedder = embedder
        self._cutting = passages
        self._pending = Pending()
        self._applied = 0
        """Passages that are written and not committed."""
        self._counts = {"added": 0, "changed": 0, "removed": 0, "unchanged": 0}
        self._problems: list[LoadProblem] = []
        self._started = perf_counter()

    @property
    def passages_waiting(self) -> int:
        """Return how many passages came in and are not committed yet."""
        return self._applied + self._pending.passages

    def prepare(self) -> None:
        """Open the embedder."""
        self._embedder()

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
        again = self._withdraw(document.id)
        current = self._current(document.id)
        digest = document_digest(document)
        if current and current.digest == digest and source in (None, current.source):
            self._count(again, "unchanged")
            return
        if current:
            self._mark_deleted(document.id, current)
        self._take(Put(document, digest, source, self._cut(document, passages)))
        self._count(again, "changed" if current else "added")

    def delete(self, document_id: str) -> None:
        """Take a document out; its file is read again by the next sync.

        Raises:
            NotFoundError: when there is none of this id.
        """
        owner = self.owner(document_id)
        if owner is None:
            raise NotFoundError(
                f"there is no document {document_id!r} in the index; nothing was removed"
            )
        self._withdraw(document_id)
        if current := self._current(document_id):
            self._mark_deleted(document_id, current)
        if owner.source is not None:
            read_again(self.sources, owner.source)
        self._counts["removed"] += 1

    @abstractmethod
    def abort(self) -> None:
        """End the write; what was not committed is as if it had never been."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.abort()

    @abstractmethod
    def _stored(self, document_id: str) -> StoredDocument | None:
        """Return the document with an id that is in the index, whatever is held back."""

    @abstractmethod
    def _take_vectors(self, vectors: Mapping[bytes, Vectors]) -> None:
        """Keep vectors (d,) that were made elsewhere, by the digests of their words."""

    @abstractmethod
    def _is_full(self) -> bool:
        """Return whether as much is held back as may be."""

    @abstractmethod
    def _apply(self) -> None:
        """Write what is held back, for nobody to see before the commit."""

    def _current(self, document_id: str) -> StoredDocument | None:
        """Return the document with an id that is in the index and not to go out."""
        return None if document_id in self._pending.deletions else self._stored(document_id)

    def _mark_deleted(self, document_id: str, current: StoredDocument) -> None:
        self._pending.deletions[document_id] = current.row

    def _take(self, put: Put) -> None:
        """Hold a document back, or write all that is held back with it."""
        self._pending.puts[put.document.id] = put
        self._pending.passages += len(put.passages)
        self._pending.memory += put.memory
        self.passages_taken += len(put.passages)
        if self._is_full():
            self._apply()

    def _withdraw(self, document_id: str) -> Put | None:
        """Hold a document back no longer; return it if it was."""
        put = self._pending.puts.pop(document_id, None)
        if put is not None:
            self._pending.passages -= len(put.passages)
            self._pending.memory -= put.memory
        return put

    def _count(self, again: Put | None, kind: str) -> None:
        """Count a document, unless this write put it before."""
        self._counts[kind] += again is None

    def _cut(
        self, document: Document, embedded: Sequence[EmbeddedPassage] | None
    ) -> tuple[CutPassage, ...]:
        """Return a document's passages; the vectors of those that have theirs are kept."""
        if embedded is None:
            return cut(document, self._embedder(), self._cutting)
        passages = tuple(cut_passage(document.title, each.draft) for each in embedded)
        vectors = (each.vector for each in embedded)
        self._take_vectors(dict(zip((each.digest for each in passages), vectors, strict=True)))
        return passages

    def _report(self, generation: int, embedded: int, wordpieces: int) -> SyncReport:
        """Return what was done, of which so many passages and wordpieces were embedded."""
        return SyncReport(
            generation=generation,
            passages_embedded=embedded,
            wordpieces_embedded=wordpieces,
            problems=tuple(self._problems),
            seconds=perf_counter() - self._started,
            added=self._counts["added"],
            changed=self._counts["changed"],
            removed=self._counts["removed"],
            unchanged=self._counts["unchanged"],
        )
