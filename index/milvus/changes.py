"""What came and went between two generations of an index in Milvus."""

from collections.abc import Iterator

from index.milvus.client import MOST_RESULTS, Client
from index.milvus.collections import DOCUMENT, LINES, Collections, alive
from index.milvus.commit_record import Commit
from index.milvus.row_format import LINES_COLUMNS, PASSAGE, read_lines, read_passage
from index.store.catalog import Entry
from index.text.repetition import Lines

_STEP = 5_000
"""Rows whose words are read in one request."""


class Changes:
    """What of a commit's generation is not as it was in an earlier one."""

    def __init__(self, client: Client, names: Collections, commit: Commit) -> None:
        """Take where to look; nothing is read yet."""
        self._client = client
        self._names = names
        self._commit = commit

    def passages_born_after(self, generation: int) -> Iterator[Entry]:
        """Yield the passages that came after a generation and live, by id."""
        rows = self._client.scan(
            self._names.passages,
            "id",
            self._commit.next_passage,
            PASSAGE,
            where=f"born > {generation} and {alive(self._commit.generation)}",
            at=self._commit.seen,
            step=_STEP,
        )
        for passage in map(read_passage, rows):
            yield passage.id, passage.title, passage.headings, passage.text

    def passages_died_after(self, generation: int) -> list[int]:
        """Return the ids of the passages that lived in a generation and do not any more."""
        below = self._commit.next_passage
        return self._keys(self._names.passages, "id", below, self._died_after(generation))

    def lines_born_after(self, generation: int) -> Iterator[tuple[int, Lines]]:
        """Yield the lines of the documents that came after a generation and live, by their rows."""
        born = f"born > {generation}"
        documents = f"kind == {DOCUMENT} and {born} and {alive(self._commit.generation)}"
        living = set(self._rows(documents))
        keys = self._rows(f"kind == {LINES} and {born}")
        rows = self._client.query_ids(
            self._names.record, "row", keys, LINES_COLUMNS, at=self._commit.seen
        )
        for row in rows:
            if int(row["owner"]) in living:
                yield int(row["owner"]), read_lines(row)

    def documents_died_after(self, generation: int) -> list[int]:
        """Return the rows of the documents that lived in a generation and do not any more."""
        return self._rows(f"kind == {DOCUMENT} and {self._died_after(generation)}")

    def _died_after(self, generation: int) -> str:
        last = self._commit.generation
        return f"born <= {generation} and died > {generation} and died <= {last}"

    def _rows(self, where: str) -> list[int]:
        return self._keys(self._names.record, "row", self._commit.next_row, where)

    def _keys(self, collection: str, key: str, below: int, where: str) -> list[int]:
        """Return the keys of rows: of few in one request, of many in as many as it takes."""
        seen = self._commit.seen
        rows = self._client.query(collection, where, [key], seen, limit=MOST_RESULTS)
        if len(rows) == MOST_RESULTS:
            rows = list(self._client.scan(collection, key, below, [key], where=where, at=seen))
        return sorted(int(row[key]) for row in rows)
