"""One generation of an index in memory, scored row by row."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from index.errors import NotFoundError
from index.filters.literals import document_fields
from index.filters.match import matches
from index.filters.nodes import Filter
from index.filters.sql import check_fields
from index.protocols import Ids, Vectors
from index.store.exact import ExactTerms, ExactVectors
from index.text.repetition import edge_lines, level, repeated_spans, with_repeated
from index.types import Counts, Document, Passage, Span


@dataclass(frozen=True, slots=True)
class MemoryState:
    """One generation; never changed once it is committed."""

    number: int = 0
    documents: Mapping[str, Document] = field(default_factory=dict)
    passages: Mapping[int, Passage] = field(default_factory=dict)
    vectors: Mapping[int, Vectors] = field(default_factory=dict)
    fields: frozenset[str] = frozenset()


class MemorySnapshot:
    """One generation of a `MemoryStore`."""

    def __init__(self, state: MemoryState) -> None:
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
        ids = [p.id for p in self._state.passages.values() if p.document_id in passing]
        return np.array(sorted(ids), dtype=np.int64)

    def close(self) -> None:
        """Do nothing: what nobody holds is collected."""

    def __enter__(self) -> "MemorySnapshot":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
