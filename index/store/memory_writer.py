"""One write to an index in memory."""

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from index.errors import NotFoundError
from index.ingest.cutting import EmbeddedPassage, check_embedded
from index.ingest.file_sources import Owner, Source
from index.types import Document, SyncReport

if TYPE_CHECKING:
    from index.store.memory_store import MemoryStore

_GENERATIONS_KEPT = 2


class MemoryWriter:
    """One write to a `MemoryStore`; see `index.protocols.Writer`."""

    def __init__(self, store: "MemoryStore") -> None:
        """Begin from the newest generation."""
        self.sources = store.sources.copy()
        self.passages_taken = 0
        self._store = store
        self._base = store.states[-1]
        self._documents = dict(self._base.documents)
        self._waiting: set[str] = set()
        self._given: dict[str, Sequence[EmbeddedPassage]] = {}
        self._embedded = 0
        self._started = perf_counter()
        self._counted = {"added": 0, "changed": 0, "removed": 0, "unchanged": 0}
        self._open = True

    @property
    def passages_waiting(self) -> int:
        """Return how many documents came in and are not committed: they are not cut before."""
        return len(self._waiting)

    def prepare(self) -> None:
        """Do nothing: the embedder is open."""

    def owner(self, document_id: str) -> Owner | None:
        """Return where the document with an id came from, None where there is none."""
        document = self._documents.get(document_id)
        if document is None:
            return None
        return Owner(document.uri, self.sources.owners.get(document_id))

    def put(
        self,
        document: Document,
        source: Path | None = None,
        passages: Sequence[EmbeddedPassage] | None = None,
    ) -> None:
        """Add a document, or replace the one with its id; see `index.protocols.Writer`."""
        if passages is not None:
            check_embedded(document, passages, self._store.embedder)
        known = self._documents.get(document.id)
        same = known == document
        if document.id not in self._waiting:
            self._counted["added" if known is None else "unchanged" if same else "changed"] += 1
        self._documents[document.id] = document
        if source is not None:
            self.sources.owners[document.id] = source
        elif not same:
            self.sources.owners.pop(document.id, None)
        if not same:
            self._waiting.add(document.id)
            self._give(document, passages)

    def _give(self, document: Document, passages: Sequence[EmbeddedPassage] | None) -> None:
        self._given.pop(document.id, None)
        if passages is None:
            self.passages_taken += self._store.count_passages(document)
        else:
            self._given[document.id] = passages
            self.passages_taken += len(passages)

    def delete(self, document_id: str) -> None:
        """Take a document out.

        Raises:
            NotFoundError: when there is none of this id.
        """
        if document_id not in self._documents:
            raise NotFoundError(f"there is no document {document_id!r} in the index")
        del self._documents[document_id]
        self._waiting.discard(document_id)
        owner = self.sources.owners.pop(document_id, None)
        if owner is not None and (known := self.sources.get(owner)) is not None:
            self.sources.put(owner, Source(None, known.problems))
        self._counted["removed"] += 1

    def checkpoint(self) -> None:
        """Make one generation of what was done so far, unless nothing was, and go on."""
        embedded, state = self._store.next_state(self._base, self._documents, self._given)
        self._embedded += embedded
        self._waiting.clear()
        self._given.clear()
        self._store.sources = self.sources.copy()
        if state is not None:
            self._store.states = [*self._store.states, state][-_GENERATIONS_KEPT:]
            self._base = state

    def commit(self) -> SyncReport:
        """Make one generation, unless nothing changed, and return what was done."""
        self.checkpoint()
        self.abort()
        return SyncReport(
            generation=self._store.newest(),
            passages_embedded=self._embedded,
            wordpieces_embedded=self._embedded,
            seconds=perf_counter() - self._started,
            added=self._counted["added"],
            changed=self._counted["changed"],
            removed=self._counted["removed"],
            unchanged=self._counted["unchanged"],
        )

    def abort(self) -> None:
        """End the write; what was not committed is as if it had never been."""
        if self._open:
            self._open = False
            self._store.writing.release()

    def __enter__(self) -> "MemoryWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self.abort()
