"""Passages of documents that are gone through one by one, read for several of them at a time."""

import threading
from collections.abc import Callable, Mapping, Sequence

from index.protocols import Ids
from index.types import Passage

_TOGETHER = 2_000
"""Passages that are read ahead at most, beside those of the document that is asked for."""

Read = Callable[[Sequence[int]], list[Passage]]


class PassagesAhead:
    """The passages of the documents that come next; safe to use from many threads."""

    def __init__(self, read: Read) -> None:
        """Take what reads passages by their ids."""
        self._read = read
        self._lock = threading.Lock()
        self._coming: Mapping[str, Ids] = {}
        self._held: dict[str, list[Passage]] = {}

    def expect(self, documents: Mapping[str, Ids]) -> None:
        """Note which documents come next, in this order, with the ids of their passages."""
        with self._lock:
            self._coming = documents
            self._held = {}

    def get(self, document_id: str) -> list[Passage] | None:
        """Return the passages of a document in no order, `None` where it was not expected."""
        with self._lock:
            if document_id not in self._coming:
                return None
            if document_id not in self._held:
                self._held = self._fetch(document_id)
            return self._held[document_id]

    def _fetch(self, document_id: str) -> dict[str, list[Passage]]:
        """Return the passages of a document and of those behind it, by document."""
        coming = list(self._coming)
        passages: dict[str, list[Passage]] = {document_id: []}
        ids = self._coming[document_id].tolist()
        for each in coming[coming.index(document_id) + 1 :]:
            if len(ids) + len(self._coming[each]) > _TOGETHER:
                break
            passages[each] = []
            ids += self._coming[each].tolist()
        for passage in self._read(ids):
            passages[passage.document_id].append(passage)
        return passages
