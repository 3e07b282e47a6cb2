"""One generation of an index in Milvus, readable from many threads."""

import threading
import time
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from index.errors import IndexUnavailableError, NotFoundError
from index.filters.match import matches
from index.filters.nodes import comparisons
from index.filters.place_fields import PLACES
from index.filters.sql import check_fields
from index.listing import DocumentHead
from index.milvus.changes import Changes
from index.milvus.client import MOST_RESULTS, Client, Row
from index.milvus.collections import DOCUMENT, Collections, Description, alive
from index.milvus.commit_record import Commit, Record
from index.milvus.document_listing import MilvusListing
from index.milvus.facts import COMPLETE, plan, undecided
from index.milvus.local_lines import LinesSource, LocalLines
from index.milvus.local_terms import TermsSource, open_terms
from index.milvus.neighbours import MilvusVectors, Searched
from index.milvus.packing import read_json
from index.milvus.passages_ahead import PassagesAhead
from index.milvus.row_format import (
    HEAD,
    PASSAGE,
    WITH_TEXT,
    document_key,
    head_fields,
    read_document,
    read_head,
    read_passage,
)
from index.milvus.server_terms import ServerTerms
from index.milvus.settings import MilvusConfig
from index.milvus.texts import Texts
from index.protocols import Ids, LexicalIndex
from index.text.repetition import with_repeated
from index.types import Document, Passage

if TYPE_CHECKING:
    from index.filters.nodes import Filter

_TEXTS_AT_ONCE = 64
"""Documents that are read with their texts in one request."""

_STEP = 5_000
"""Rows whose heads are read in one request."""

_PLACED = ("row", "first", "count", "uri", COMPLETE)
"""The columns that places are decided by."""

_LONG = ("data", "body")
"""Columns that may hold so much that few rows fit into one answer."""


class MilvusSnapshot:
    """A generation of a `MilvusStore`; close it when it is no longer asked."""

    def __init__(
        self,
        client: Client,
        names: Collections,
        description: Description,
        commit: Commit,
        config: MilvusConfig,
    ) -> None:
        """Take the commit of the generation; nothing more is read yet."""
        self.counts = commit.counts
        self._client = client
        self._names = names
        self._description = description
        self._commit = commit
        self._config = config
        self._record = Record(client, names)
        self._sure_until = time.monotonic() + _left(commit, commit, config)
        searched = Searched(client, names, commit.generation, commit.seen, commit.passages)
        self._searched = searched
        self.vectors = MilvusVectors(client, names, description, searched, commit.seen)
        self._texts = Texts(client, names, commit.seen)
        self._terms: LexicalIndex | None = None
        self._lines: LocalLines | None = None
        self._local_lock = threading.Lock()
        self._changes = Changes(client, names, commit)
        self._ahead = PassagesAhead(self._passages)

    @property
    def generation(self) -> int:
        """Return the generation's number."""
        return self._commit.generation

    @property
    def terms(self) -> LexicalIndex:
        """The lexical arm's side; made ready at the first use."""
        self._check_kept()
        with self._local_lock:
            if self._terms is None:
                self._terms = self._open_terms()
            return self._terms

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """Return the passages with these ids, in this order.

        Raises:
            NotFoundError: when one is not live in this generation.
        """
        by_id = {passage.id: passage for passage in self._passages(ids)}
        missing = [identity for identity in ids if int(identity) not in by_id]
        if missing:
            raise NotFoundError(f"passage {missing[0]} is not in generation {self.generation}")
        return [by_id[int(identity)] for identity in ids]

    def document(self, document_id: str) -> Document:
        """Return the stored document; its text is checked against its sha256.

        Raises:
            NotFoundError: when it is not live in this generation.
            CitationError: when the stored text does not match its digest.
        """
        self._check_kept()
        stored = self._texts.get(document_id)
        if stored is not None:
            return read_document(*stored)
        return next(self._read([self._row(document_id, WITH_TEXT)]))

    def documents(self) -> Iterator[Document]:
        """Yield every live document, in id order."""
        rows = sorted(self._rows(("row", "name")), key=lambda row: str(read_json(row["name"])))
        keys = [int(row["row"]) for row in rows]
        for at in range(0, len(keys), _TEXTS_AT_ONCE):
            some = keys[at : at + _TEXTS_AT_ONCE]
            found = self._client.query_ids(
                self._names.record, "row", some, WITH_TEXT, at=self._commit.seen
            )
            by_key = {int(row["row"]): row for row in found}
            self._ahead.expect(
                {read_json(by_key[k]["name"]): _passage_ids([by_key[k]]) for k in some}
            )
            yield from self._read([by_key[key] for key in some])

    def document_passages(self, document_id: str) -> list[Passage]:
        """Return a document's live passages in reading order.

        Raises:
            NotFoundError: when the document is not live in this generation.
        """
        found = self._ahead.get(document_id)
        if found is None:
            found = self._passages(_passage_ids([self._row(document_id, HEAD)]).tolist())
        return sorted(found, key=lambda passage: (passage.span, passage.id))

    def select(self, tree: "Filter") -> Ids:
        """Return the sorted ids of the live passages whose document passes the filter.

        Raises:
            InputError: when it names a field seen in no document.
        """
        return _passage_ids(self._selected(tree, ("row", "first", "count")))

    def listing(self, tree: "Filter | None") -> MilvusListing:
        """Return the documents that pass a filter, without their texts.

        Raises:
            InputError: when it names a field seen in no document.
        """
        rows = self._rows(HEAD) if tree is None else self._selected(tree, HEAD)
        return MilvusListing(self._heads(rows))

    def close(self) -> None:
        """Let go of the terms; nothing is held on the server."""
        self._terms = None

    def __enter__(self) -> "MilvusSnapshot":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _passages(self, ids: Sequence[int]) -> list[Passage]:
        self._check_kept()
        rows = self._client.query_ids(
            self._names.passages,
            "id",
            list(ids),
            (*PASSAGE, "document"),
            where=alive(self.generation),
            at=self._commit.seen,
        )
        found = []
        documents: dict[int, str] = {}
        for row in rows:
            passage = read_passage(row)
            documents[int(row["document"])] = passage.document_id
            self._texts.expect(passage.document_id, int(row["document"]))
            found.append(passage)
        return self._marked(found, documents)

    def _marked(self, passages: Sequence[Passage], documents: Mapping[int, str]) -> list[Passage]:
        """Return passages with what stands in document after document marked.

        Args:
            passages: which.
            documents: the ids of their documents, by the keys of their rows.
        """
        if not passages:
            return []
        with self._local_lock:
            if self._lines is None:
                folder = self._config.cache / self._description.identity
                self._lines = LocalLines(folder, self._lines_source())
        spans = self._lines.repeated(documents)
        return [with_repeated(each, spans.get(each.document_id, ())) for each in passages]

    def _row(self, document_id: str, columns: Sequence[str]) -> Row:
        self._check_kept()
        where = f'{self._living} and key == "{document_key(document_id)}"'
        rows = self._client.query(self._names.record, where, columns, self._commit.seen)
        if not rows:
            raise NotFoundError(
                f"there is no document {document_id!r} in generation {self.generation}; "
                "`excerpt search` shows the ids of documents"
            )
        return rows[0]

    @property
    def _living(self) -> str:
        return f"kind == {DOCUMENT} and {alive(self.generation)}"

    def _rows(self, columns: Sequence[str], where: str = "") -> list[Row]:
        """Return the rows of the live documents that an expression selects."""
        self._check_kept()
        where = f"{self._living} and {where}" if where else self._living
        seen = self._commit.seen
        step = _STEP
        if not set(columns) & set(_LONG):
            step = MOST_RESULTS
            rows = self._client.query(self._names.record, where, columns, seen, limit=step)
            if len(rows) < step:
                return rows
        below = self._commit.next_row
        return list(
            self._client.scan(
                self._names.record, "row", below, columns, where=where, at=seen, step=step
            )
        )

    def _read(self, rows: Sequence[Row]) -> Iterator[Document]:
        pieces = self._record.pieces(rows, self._commit.seen)
        for row in rows:
            yield read_document(row, pieces[int(row["row"])])

    def _heads(self, rows: Sequence[Row]) -> list[DocumentHead]:
        """Return documents without their texts, in the order of their ids."""
        long = [int(row["row"]) for row in rows if not row["data"]]
        found = self._client.query_ids(
            self._names.record, "row", long, WITH_TEXT, at=self._commit.seen
        )
        pieces = self._record.pieces(list(found), self._commit.seen)
        heads = [read_head(row, pieces.get(int(row["row"]), ())) for row in rows]
        return sorted(heads, key=lambda head: head.id)

    def _selected(self, tree: "Filter", columns: Sequence[str]) -> list[Row]:
        """Return rows of the documents that pass a filter, with some of the columns `HEAD`.

        The server decides what it can; of what it cannot, and of documents whose fields did not
        fit into its columns, the heads are read and looked at, or the addresses alone where those
        decide.
        """
        fields = self._record.state(self._commit).fields
        check_fields(tree, fields)
        planned = plan(tree)
        may = f"({COMPLETE} == false or {planned.expression})" if planned.expression else ""
        rest = undecided(tree)
        if not _asks_addresses(rest, fields):
            return self._passing(tree, self._rows(HEAD, may))
        rows = self._rows(
            (*dict.fromkeys((*_PLACED, *(c for c in columns if c not in _LONG))),), may
        )
        unsure = [int(row["row"]) for row in rows if not row[COMPLETE]]
        sure = [row for row in rows if row[COMPLETE] and _passes_by_address(rest, row)]
        if set(columns) & set(_LONG):
            sure = self._fetched([int(row["row"]) for row in sure])
        return [*sure, *self._passing(tree, self._fetched(unsure))]

    def _passing(self, tree: "Filter", rows: Sequence[Row]) -> list[Row]:
        """Return the rows of the documents that pass a filter, by their heads."""
        heads = {head.id: head for head in self._heads(rows)}
        return [row for row in rows if matches(tree, head_fields(heads[read_json(row["name"])]))]

    def _fetched(self, keys: Sequence[int]) -> list[Row]:
        seen = self._commit.seen
        return list(self._client.query_ids(self._names.record, "row", keys, HEAD, at=seen))

    def _open_terms(self) -> LexicalIndex:
        if self._description.terms_by_server:
            return ServerTerms(self._searched)
        folder = self._config.cache / self._description.identity
        return open_terms(folder, self._terms_source())

    def _terms_source(self) -> TermsSource:
        return TermsSource(
            self.generation,
            self._collected(),
            self._changes.passages_born_after,
            self._changes.passages_died_after,
        )

    def _lines_source(self) -> LinesSource:
        return LinesSource(
            self.generation,
            self._collected(),
            self._changes.lines_born_after,
            self._changes.documents_died_after,
        )

    def _collected(self) -> int:
        """Return the last generation of whose deaths nothing is known any more."""
        return max(self._commit.collected, self._record.newest(surely=False).collected)

    def _check_kept(self) -> None:
        """Check that nothing of this generation was deleted meanwhile.

        Raises:
            IndexUnavailableError: when it may have been.
        """
        if time.monotonic() < self._sure_until:
            return
        newest = self._record.newest()
        if newest.collected > self.generation:
            raise IndexUnavailableError(
                f"generation {self.generation} was replaced more than {self._config.retain:g} s "
                "ago and is not kept; open the index again"
            )
        self._sure_until = time.monotonic() + _left(self._commit, newest, config=self._config)


def _asks_addresses(rest: "Filter | None", fields: Container[str]) -> bool:
    """Return whether the addresses of documents decide a filter, or nothing is left to decide.

    Args:
        rest: what is left of it.
        fields: those that some document has; one of the name of a place is looked at, too.
    """
    named = () if rest is None else (each.field for each in comparisons(rest))
    return all(each in PLACES and each not in fields for each in named)


def _passes_by_address(rest: "Filter | None", row: Row) -> bool:
    return rest is None or matches(rest, {"uri": read_json(row["uri"])})


def _left(commit: Commit, newest: Commit, config: MilvusConfig) -> float:
    """Return for how many seconds nothing of a commit's generation is deleted."""
    ended = commit.generation + config.keep
    over = [when for number, _, when in newest.times if number >= ended]
    return max(0.0, min(over, default=time.time()) + config.retain - time.time())


def _passage_ids(rows: Sequence[Row]) -> Ids:
    """Return the sorted ids of the passages of some documents."""
    runs = [
        np.arange(int(row["first"]), int(row["first"]) + int(row["count"]), dtype=np.int64)
        for row in rows
    ]
    return np.sort(np.concatenate(runs)) if runs else np.empty(0, dtype=np.int64)
