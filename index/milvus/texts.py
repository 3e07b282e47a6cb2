"""Documents of one generation as they are stored, those of found passages read together.

Whoever is shown passages asks for the document of each, one by one; the first that is asked for
brings those that are expected next.
"""

import threading
from collections import OrderedDict

from index.milvus.client import Client, Row
from index.milvus.collections import Collections
from index.milvus.commit_record import Record
from index.milvus.row_format import WITH_TEXT

Stored = tuple[Row, list[str]]
"""A document's row, and all of its pieces."""

_TOGETHER = 16
_EXPECTED = 1_000
_CACHED = 64
_CACHED_CHARACTERS = 32_000_000


class Texts:
    """Reads documents by the keys of their rows, and keeps the last; safe to use from threads."""

    def __init__(self, client: Client, names: Collections, seen: int) -> None:
        """Take where to look."""
        self._client = client
        self._name = names.record
        self._record = Record(client, names)
        self._seen = seen
        self._lock = threading.Lock()
        self._expected: OrderedDict[str, int] = OrderedDict()
        self._cached: OrderedDict[str, Stored] = OrderedDict()

    def expect(self, document_id: str, row: int) -> None:
        """Note that a document may be asked for, and the key of its row."""
        with self._lock:
            self._expected[document_id] = row
            self._expected.move_to_end(document_id)
            while len(self._expected) > _EXPECTED:
                self._expected.popitem(last=False)

    def get(self, document_id: str) -> Stored | None:
        """Return a document, None where it was not expected."""
        with self._lock:
            cached = self._cached.get(document_id)
            if cached is not None or document_id not in self._expected:
                return cached
            wanted = [each for each in reversed(self._expected) if each not in self._cached]
            chosen = {self._expected[each]: each for each in wanted[: _TOGETHER - 1]}
            chosen[self._expected[document_id]] = document_id
        texts = self._read(chosen)
        with self._lock:
            self._cached |= texts
            self._forget()
        return texts.get(document_id)

    def _read(self, chosen: dict[int, str]) -> dict[str, Stored]:
        keys = list(chosen)
        rows = list(self._client.query_ids(self._name, "row", keys, WITH_TEXT, at=self._seen))
        pieces = self._record.pieces(rows, self._seen)
        return {chosen[int(row["row"])]: (row, pieces[int(row["row"])]) for row in rows}

    def _forget(self) -> None:
        """Let go of the oldest of too many, the newest excepted."""
        size = sum(map(_characters, self._cached.values()))
        while len(self._cached) > 1 and (len(self._cached) > _CACHED or size > _CACHED_CHARACTERS):
            _, oldest = self._cached.popitem(last=False)
            size -= _characters(oldest)


def _characters(stored: Stored) -> int:
    return sum(map(len, stored[1]))
