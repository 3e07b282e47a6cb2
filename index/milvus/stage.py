"""The rows of the next generation, which nobody sees before its commit."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.ingest.cutting import CutPassage
from index.ingest.file_sources import Source
from index.milvus.client import AT_ONCE, MOST_RESULTS, Client, Row
from index.milvus.collections import (
    DOCUMENT,
    FILE,
    LINES,
    LIVE,
    PIECE,
    RECORD,
    STATE,
    STATE_PIECE,
    VECTOR,
    Collections,
    Description,
    passage_columns,
)
from index.milvus.commit_record import Commit, State, followed, state_rows
from index.milvus.row_format import document_rows, file_row, lines_row, passage_row
from index.milvus.terms_text import terms_text
from index.protocols import Vectors
from index.store.pending_writer import Put
from index.store.record_rows import StoredDocument
from index.types import Document

_BUFFERED = 2_000
"""Rows that are sent together."""

_TEXTS_AT_ONCE = 100
"""Rows of documents that are read in one request, texts included."""


@dataclass(frozen=True, slots=True)
class Target:
    """The index that is written to."""

    client: Client
    names: Collections
    description: Description


class Stage:
    """What follows one commit: rows are born and die in a generation that is not there yet."""

    def __init__(self, target: Target, base: Commit) -> None:
        """Begin with nothing changed."""
        self.base = base
        self.changed = False
        """Whether there is anything to commit."""
        self._client = target.client
        self._names = target.names
        self._description = target.description
        self._generation = base.generation + 1
        self._edition = base.edition + 1
        self._seen = base.seen
        self._documents = base.documents
        self._passages = base.passages
        self._next_row = base.next_row
        self._next_passage = base.next_passage
        self._new_passages: list[Row] = []
        self._new_rows: list[Row] = []
        self._moved = False
        self._committing = False

    def put(self, put: Put, vectors: Mapping[bytes, Vectors]) -> StoredDocument:
        """Put a document and its passages, whose vectors (d,) go by the digests of words."""
        row, first = self._next_row, self._next_passage
        rows = document_rows(
            put.document,
            row,
            self._generation,
            put.digest,
            put.source,
            (first, len(put.passages)),
        )
        self._next_row += len(rows)
        if lines := lines_row(put.document, self._next_row, row, self._generation):
            rows.append(lines)
            self._next_row += 1
        self._next_passage += len(put.passages)
        made = [
            self._passage(first + number, (row, put.document), each, vectors[each.digest])
            for number, each in enumerate(put.passages)
        ]
        self._new_passages += made
        self._new_rows += rows
        if len(self._new_passages) + len(self._new_rows) >= _BUFFERED:
            self.flush()
        self._documents += 1
        self._passages += len(made)
        self._moved = True
        return StoredDocument(row, put.digest, put.document.uri, put.source)

    def flush(self) -> None:
        """Send what was put; nothing else sends it."""
        passages, self._new_passages = self._new_passages, []
        rows, self._new_rows = self._new_rows, []
        self._insert(self._names.passages, passages)
        self._insert(self._names.record, rows)

    def mark_deleted(self, rows: Sequence[int]) -> dict[bytes, Vectors]:
        """Have documents die, by the keys of their rows.

        Returns:
            The vectors (d,) of their passages, by the digests of their words.
        """
        vectors: dict[bytes, Vectors] = {}
        for at in range(0, len(rows), _TEXTS_AT_ONCE):
            some = self._with_death(rows[at : at + _TEXTS_AT_ONCE], self._generation)
            ids = [
                int(row["first"]) + number for row in some for number in range(int(row["count"]))
            ]
            for start in range(0, len(ids), AT_ONCE):
                vectors |= self._mark_passages_deleted(ids[start : start + AT_ONCE])
            self._documents -= len(some)
            self._passages -= len(ids)
            self._moved = True
        return vectors

    def record_files(self, old: Sequence[int], files: Mapping[Path, Source]) -> dict[Path, int]:
        """Record files in place of the rows `old`; return the keys of their rows."""
        for at in range(0, len(old), AT_ONCE):
            self._with_death(old[at : at + AT_ONCE], self._edition)
        numbered = {path: self._next_row + number for number, path in enumerate(files)}
        self._next_row += len(files)
        rows = [
            file_row(numbered[path], path, source, self._edition) for path, source in files.items()
        ]
        self._insert(self._names.record, rows)
        return numbered

    def record_state(self, old: int, state: State) -> None:
        """Record a state in place of the row `old`, if there is one."""
        if old:
            self._with_death([old], self._edition)
        rows = state_rows(state, self._next_row, self._edition)
        self._next_row += len(rows)
        self._insert(self._names.record, rows)

    def commit(self, unread: int, kept: int, retained: float) -> Commit:
        """Insert the commit's row: when it is there, the generation is.

        Args:
            unread: how many files could not be read.
            kept: how many generations stay open to readers.
            retained: for how many seconds older ones stay readable to those who have them open.
        """
        now = time.time()
        generation = self._generation if self._moved else self.base.generation
        commit = Commit(
            edition=self._edition,
            generation=generation,
            documents=self._documents,
            passages=self._passages,
            next_row=self._next_row,
            next_passage=self._next_passage,
            seen=self._seen,
            committed=now,
            unread=unread,
            **followed(self.base, now, kept, retained, generation=generation),
        )
        self._committing = True
        self._client.insert(self._names.record, [commit.row()])
        return commit

    def undo(self) -> bool:
        """Take out what was staged; return whether nothing of it is left.

        Of a commit without an answer nobody knows yet whether it is there: all is left to the next
        writer, who will see.
        """
        if self._committing:
            return False
        if self.changed:
            sweep(self._client, self._names, self._description, self.base)
        return True

    def _passage(
        self, identity: int, document: tuple[int, Document], passage: CutPassage, vector: Vectors
    ) -> Row:
        terms = None
        if self._description.terms_by_server:
            draft = passage.draft
            terms = terms_text(document[1].title, draft.headings, draft.text)
        return passage_row(identity, document, passage, vector, self._generation, terms)

    def _insert(self, collection: str, rows: Sequence[Row]) -> None:
        # What fails halfway may have written something.
        self.changed = self.changed or bool(rows)
        self._seen = max(self._seen, self._client.insert(collection, rows))

    def _with_death(self, rows: Sequence[int], died: int) -> list[Row]:
        """Have rows of the record die; return them as they were."""
        old = list(self._client.query_ids(self._names.record, "row", rows, RECORD, at=self._seen))
        self._replace(self._names.record, [{**row, "died": died} for row in old])
        return old

    def _mark_passages_deleted(self, ids: Sequence[int]) -> dict[bytes, Vectors]:
        columns = passage_columns(self._description)
        rows = list(self._client.query_ids(self._names.passages, "id", ids, columns, at=self._seen))
        self._replace(self._names.passages, [{**row, "died": self._generation} for row in rows])
        return {
            bytes.fromhex(row["words"]): np.asarray(row[VECTOR], dtype=np.float32) for row in rows
        }

    def _replace(self, collection: str, rows: Sequence[Row]) -> None:
        self.changed = self.changed or bool(rows)
        self._seen = max(self._seen, self._client.replace(collection, rows))


def sweep(client: Client, names: Collections, description: Description, newest: Commit) -> None:
    """Take out what a write that was cut off left behind: it belongs to no commit."""
    generation, edition = newest.generation, newest.edition
    documents = f"kind in [{DOCUMENT}, {PIECE}, {LINES}]"
    files = f"kind in [{FILE}, {STATE}, {STATE_PIECE}]"
    _delete_all(client, names.passages, "id", f"born > {generation}")
    _delete_all(client, names.record, "row", f"{documents} and born > {generation}")
    _delete_all(client, names.record, "row", f"{files} and born > {edition}")
    columns = passage_columns(description)
    _revive_all(client, names.passages, columns, f"died > {generation} and died < {LIVE}")
    for kinds, last in ((documents, generation), (files, edition)):
        _revive_all(client, names.record, RECORD, f"{kinds} and died > {last} and died < {LIVE}")


def collect(client: Client, names: Collections, newest: Commit, old: Sequence[Commit]) -> None:
    """Delete what nobody can be reading any more, and the rows of old commits."""
    client.delete(names.record, [int(commit.row()["row"]) for commit in old if commit.edition])
    if not newest.collected:
        return
    dead = f"kind == {DOCUMENT} and died <= {newest.collected}"
    while rows := client.query(names.record, dead, ["row"], limit=AT_ONCE):
        keys = [int(row["row"]) for row in rows]
        owned = ", ".join(map(str, keys))
        _delete_all(
            client, names.record, "row", f"kind in [{PIECE}, {LINES}] and owner in [{owned}]"
        )
        client.delete(names.record, keys)
    _delete_all(client, names.passages, "id", f"died <= {newest.collected}")
    files = f"kind in [{FILE}, {STATE}] and died <= {newest.collected_edition}"
    _delete_all(client, names.record, "row", files)


def _delete_all(client: Client, collection: str, key: str, where: str) -> None:
    while rows := client.query(collection, where, [key], limit=MOST_RESULTS):
        client.delete(collection, [int(row[key]) for row in rows])


def _revive_all(client: Client, collection: str, columns: Sequence[str], where: str) -> None:
    while rows := client.query(collection, where, columns, limit=_TEXTS_AT_ONCE):
        client.replace(collection, [{**row, "died": LIVE} for row in rows])
