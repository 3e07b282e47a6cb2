"""The index in memory: plain and exact, the oracle of the stores' contract suite.

Every row is scored; nothing outlives the process. `memory:NAME` is the same index for all that open
it in one process, `memory:` a new one each time that it is created.
"""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter

import numpy as np

from index.errors import IndexLockedError, IndexUnavailableError, NotFoundError
from index.filters.literals import document_fields, field_values
from index.filters.match import matches
from index.filters.nodes import Filter
from index.filters.sql import check_fields
from index.ingest.cutting import EmbeddedPassage, check_embedded
from index.ingest.embedded_text import embedded_text
from index.ingest.file_sources import MemorySources, Owner, Rules, Source
from index.ingest.passages import Draft, PassageConfig, split
from index.protocols import Embedder, Ids, Vectors
from index.store.exact import ExactTerms, ExactVectors
from index.store.writing_store import WritingStore, embedder_for_new
from index.text.repetition import edge_lines, level, repeated_spans, with_repeated
from index.types import Counts, Document, LoadProblem, Passage, Span, SyncReport

_GENERATIONS_KEPT = 2

_PLACES: dict[str, "MemoryStore"] = {}


@dataclass(frozen=True, slots=True)
class _State:
    """One generation; never changed once it is committed."""

    number: int = 0
    documents: Mapping[str, Document] = field(default_factory=dict)
    passages: Mapping[int, Passage] = field(default_factory=dict)
    vectors: Mapping[int, Vectors] = field(default_factory=dict)
    fields: frozenset[str] = frozenset()


class MemorySnapshot:
    """One generation of a `MemoryStore`."""

    def __init__(self, state: _State) -> None:
        """Take the generation."""
        self._state = state
        self.counts = Counts(state.number, len(state.documents), len(state.passages))
        self.vectors = ExactVectors(state.vectors)
        self.terms = ExactTerms(state.passages)
        self._repeated: dict[str, list[Span]] | None = None

    @property
    def generation(self) -> int:
        """Return the generation's number."""
        return self._state.number

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """Return the passages with these ids, in this order.

        Raises:
            NotFoundError: when one is not live in this generation.
        """
        for each in ids:
            if int(each) not in self._state.passages:
                raise NotFoundError(f"passage {each} is not in generation {self.generation}")
        return self._marked([self._state.passages[int(each)] for each in ids])

    def _marked(self, passages: Sequence[Passage]) -> list[Passage]:
        """Return passages with what stands in document after document marked."""
        if self._repeated is None:
            lines = {name: edge_lines(each) for name, each in self._state.documents.items()}
            counts = Counter(key for each in lines.values() for key in set(each["key"].tolist()))
            levels = {key: level(documents) for key, documents in counts.items()}
            self._repeated = {name: repeated_spans(each, levels) for name, each in lines.items()}
        return [with_repeated(each, self._repeated[each.document_id]) for each in passages]

    def document(self, document_id: str) -> Document:
        """Return the document.

        Raises:
            NotFoundError: when it is not live in this generation.
        """
        if document_id not in self._state.documents:
            raise NotFoundError(
                f"there is no document {document_id!r} in generation {self.generation}"
            )
        return self._state.documents[document_id]

    def documents(self) -> Iterator[Document]:
        """Yield every live document, in id order."""
        for name in sorted(self._state.documents):
            yield self._state.documents[name]

    def document_passages(self, document_id: str) -> list[Passage]:
        """Return a document's live passages in reading order; raises as `document`."""
        self.document(document_id)
        mine = [p for p in self._state.passages.values() if p.document_id == document_id]
        return self._marked(sorted(mine, key=lambda passage: (passage.span, passage.id)))

    def select(self, tree: Filter) -> Ids:
        """Return the sorted ids of the live passages whose document passes the filter.

        Raises:
            InputError: when it names a field seen in no document.
        """
        check_fields(tree, self._state.fields)
        passing = {
            each.id
            for each in self._state.documents.values()
            if matches(tree, document_fields(each))
        }
        found = [p.id for p in self._state.passages.values() if p.document_id in passing]
        return np.array(sorted(found), dtype=np.int64)

    def close(self) -> None:
        """Do nothing: what nobody holds is collected."""

    def __enter__(self) -> "MemorySnapshot":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


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


class MemoryStore(WritingStore):
    """The whole index in this process's memory; see `index.protocols.Store`."""

    def __init__(self, location: str, embedder: Embedder, config: PassageConfig) -> None:
        """Begin with an empty generation 0."""
        self.location = location
        self.embedder = embedder
        self.states = [_State()]
        self.writing = threading.Lock()
        self._config = config
        self._next_id = 1
        self.sources = MemorySources()

    @classmethod
    def open(cls, location: str) -> "MemoryStore":
        """Open an index that this process made.

        Raises:
            IndexUnavailableError: when it made none there.
        """
        if location not in _PLACES:
            raise IndexUnavailableError(f"this process made no index at {location}")
        return _PLACES[location]

    @classmethod
    def create(
        cls,
        location: str,
        *,
        embedder: Embedder | None = None,
        model: str | None = None,
        passages: PassageConfig | None = None,
    ) -> "MemoryStore":
        """Open the index of that name, made empty first where there is none."""
        if cls.exists(location):
            return cls.open(location)
        if embedder is None:
            _, embedder = embedder_for_new(None, model)
        store = cls(location, embedder, passages or PassageConfig())
        if location.partition(":")[2]:
            _PLACES[location] = store
        return store

    @classmethod
    def exists(cls, location: str) -> bool:
        """Return whether this process made an index there."""
        return location in _PLACES

    def begin(self) -> MemoryWriter:
        """Begin a write.

        Raises:
            IndexLockedError: when another one is at work.
        """
        if not self.writing.acquire(blocking=False):
            raise IndexLockedError(f"{self.location} is being written to; try again")
        return MemoryWriter(self)

    def roots(self) -> list[Path]:
        """Return what is synced when no path is given."""
        return [root.path for root in self.sources.roots()]

    def rules(self) -> Mapping[Path, Rules]:
        """Return which files under each root are indexed."""
        return {root.path: root.rules for root in self.sources.roots()}

    def skipped(self) -> list[LoadProblem]:
        """Return what the last sync could not read, and why."""
        return [problem for each in self.sources.skipped.values() for problem in each]

    def count_passages(self, document: Document) -> int:
        """Return how many passages a document has."""
        return len(split(document, self.embedder, self._config))

    def snapshot(self, generation: int | None = None) -> MemorySnapshot:
        """Open the newest generation, or an older one that is still kept.

        Raises:
            NotFoundError: when the generation named is not kept.
        """
        number = self.newest() if generation is None else generation
        for state in self.states:
            if state.number == number:
                return MemorySnapshot(state)
        kept = ", ".join(map(str, self.generations()))
        raise NotFoundError(f"generation {number} is not kept; there are: {kept}")

    def newest(self) -> int:
        """Return the number of the newest generation."""
        return self.states[-1].number

    def generations(self) -> list[int]:
        """Return the numbers of the generations that can be opened, ascending."""
        return [state.number for state in self.states]

    def verify(self) -> list[str]:
        """Return the passages that are not their document's text, worded."""
        state = self.states[-1]
        return [
            f"passage {each.id} of document {each.document_id} is not its text"
            for each in state.passages.values()
            if each.span.of(state.documents[each.document_id].text) != each.text
        ]

    def status(self) -> Mapping[str, object]:
        """Return what `excerpt status --json` prints."""
        counts = self.snapshot().counts
        return {
            "location": self.location,
            "generation": counts.generation,
            "documents": counts.documents,
            "passages": counts.passages,
            "generations": self.generations(),
            "roots": [str(root) for root in self.roots()],
        }

    def close(self) -> None:
        """Do nothing: others may have it open."""

    def next_state(
        self,
        base: _State,
        documents: Mapping[str, Document],
        given: Mapping[str, Sequence[EmbeddedPassage]],
    ) -> tuple[int, _State | None]:
        """Return how many passages were embedded, and the generation, None if nothing changed.

        `given` are the passages of new documents that were cut and embedded elsewhere, by id.
        """
        if base.documents == documents:
            return 0, None
        number = base.number + 1
        same = {name for name, each in documents.items() if base.documents.get(name) == each}
        passages = {i: p for i, p in base.passages.items() if p.document_id in same}
        vectors = {i: base.vectors[i] for i in passages}
        for name, each in documents.items():
            if name in same:
                continue
            if name in given:
                cut = self._cut(each, [one.draft for one in given[name]], number)
                vectors |= dict(zip(cut, (one.vector for one in given[name]), strict=True))
            else:
                cut = self._cut(each, split(each, self.embedder, self._config), number)
            passages |= cut
        new = [passage for i, passage in passages.items() if i not in vectors]
        words = [embedded_text(p.title, p.headings, p.text) for p in new]
        made: Iterable[Vectors] = self.embedder.embed(words) if words else ()
        vectors |= {p.id: vector for p, vector in zip(new, made, strict=True)}
        seen = {v.field for d in documents.values() for v in field_values(document_fields(d))}
        return len(new), _State(number, dict(documents), passages, vectors, frozenset(seen))

    def _cut(self, document: Document, drafts: Sequence[Draft], born: int) -> dict[int, Passage]:
        cut: dict[int, Passage] = {}
        for draft in drafts:
            passage = Passage(
                self._next_id, document.id, draft.span, draft.text, draft.headings, born
            )
            cut[passage.id] = replace(passage, title=document.title, marks=draft.marks)
            self._next_id += 1
        return cut
