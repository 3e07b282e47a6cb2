"""The index in memory: plain and exact, the oracle of the stores' contract suite.

Every row is scored; nothing outlives the process. `memory:NAME` is the same index for all that open
it in one process, `memory:` a new one each time that it is created.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from index.errors import IndexLockedError, IndexUnavailableError, NotFoundError
from index.filters.literals import document_fields, field_values
from index.ingest.cutting import EmbeddedPassage
from index.ingest.embedded_text import embedded_text
from index.ingest.file_sources import MemorySources, Rules
from index.ingest.passages import Draft, PassageConfig, split
from index.protocols import Embedder, Vectors
from index.store.memory_snapshot import MemorySnapshot, MemoryState
from index.store.memory_writer import MemoryWriter
from index.store.writing_store import WritingStore, embedder_for_new
from index.types import Document, LoadProblem, Passage

_PLACES: dict[str, "MemoryStore"] = {}


class MemoryStore(WritingStore):
    """The whole index in this process's memory; see `index.protocols.Store`."""

    def __init__(self, location: str, embedder: Embedder, config: PassageConfig) -> None:
        """Begin with an empty generation 0."""
        self.location = location
        self.embedder = embedder
        self.states = [MemoryState()]
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
        generations = ", ".join(map(str, self.generations()))
        raise NotFoundError(f"generation {number} is not kept; there are: {generations}")

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
        base: MemoryState,
        documents: Mapping[str, Document],
        given: Mapping[str, Sequence[EmbeddedPassage]],
    ) -> tuple[int, MemoryState | None]:
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
        return len(new), MemoryState(number, dict(documents), passages, vectors, frozenset(seen))

    def _cut(self, document: Document, drafts: Sequence[Draft], born: int) -> dict[int, Passage]:
        cut: dict[int, Passage] = {}
        for draft in drafts:
            passage = Passage(
                self._next_id, document.id, draft.span, draft.text, draft.headings, born
            )
            cut[passage.id] = replace(passage, title=document.title, marks=draft.marks)
            self._next_id += 1
        return cut
