"""What a write needs to know of the documents and files that are in the index.

A few documents are looked up one by one; when it comes to more, or to files, all of them are read
once: their ids and where they came from, not their texts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from index.ingest.file_sources import Root, Source
from index.milvus.client import Client
from index.milvus.collections import DOCUMENT, FILE, Collections, alive
from index.milvus.commit_record import Commit, Record, State
from index.milvus.packing import read_json
from index.milvus.row_format import FILE_COLUMNS, STORED, document_key, read_file, stored_document
from index.store.record_rows import StoredDocument
from index.types import LoadProblem

_ONE_BY_ONE = 100
"""Documents that are looked up singly before all are read."""

_STEP = 5_000
"""Rows that are read in one request."""


class Documents:
    """The documents of a commit by id, and what one write has changed of them so far."""

    def __init__(self, client: Client, names: Collections, base: Commit) -> None:
        """Take where to look; nothing is read yet."""
        self._client = client
        self._name = names.record
        self._base = base
        self._looked = 0
        self._every: dict[str, StoredDocument] | None = None
        self._changed: dict[str, StoredDocument | None] = {}

    def get(self, document_id: str) -> StoredDocument | None:
        """Return the document with an id, None where there is none."""
        if document_id in self._changed:
            return self._changed[document_id]
        if self._every is None and self._looked >= _ONE_BY_ONE:
            self.read()
        if self._every is not None:
            return self._every.get(document_id)
        self._looked += 1
        return self._look_up(document_id)

    def put(self, document_id: str, stored: StoredDocument) -> None:
        """Note that a document is there."""
        self._changed[document_id] = stored

    def remove(self, document_id: str) -> None:
        """Note that a document is not there."""
        self._changed[document_id] = None

    def read(self) -> Mapping[str, StoredDocument]:
        """Read all documents; return those of the commit, by id."""
        if self._every is None:
            where = f"kind == {DOCUMENT} and {alive(self._base.generation)}"
            rows = self._client.scan(
                self._name,
                "row",
                self._base.next_row,
                STORED,
                where=where,
                at=self._base.seen,
                step=_STEP,
            )
            self._every = {read_json(row["name"]): stored_document(row) for row in rows}
        return self._every

    def _look_up(self, document_id: str) -> StoredDocument | None:
        where = (
            f'kind == {DOCUMENT} and key == "{document_key(document_id)}" '
            f"and {alive(self._base.generation)}"
        )
        rows = self._client.query(self._name, where, STORED, self._base.seen)
        return stored_document(rows[0]) if rows else None


class MilvusSources:
    """The record of files as one write sees it; see `index.ingest.file_sources.Sources`."""

    def __init__(
        self, client: Client, names: Collections, base: Commit, documents: Documents
    ) -> None:
        """Take where to look; the files are read when one is asked for."""
        self._client = client
        self._names = names
        self._base = base
        self._documents = documents
        self._files: dict[Path, Source] | None = None
        self._rows: dict[Path, int] = {}
        self._held: dict[Path, dict[str, None]] = {}
        self._changed: set[Path] = set()
        self._state: State | None = None
        self._roots: list[Root] | None = None
        self._skipped: dict[Path, tuple[LoadProblem, ...]] | None = None

    def roots(self) -> list[Root]:
        """Return what is synced when no path is given."""
        return list(self._recorded().roots if self._roots is None else self._roots)

    def set_roots(self, roots: Sequence[Root]) -> None:
        """Record the roots, in place of those before."""
        self._roots = list(roots)

    def get(self, path: Path) -> Source | None:
        """Return what is known of a file."""
        return self._read().get(path)

    def put(self, path: Path, source: Source) -> None:
        """Record a file, in place of what was known of it."""
        self._read()[path] = source
        self._changed.add(path)

    def forget(self, path: Path) -> None:
        """Record nothing of a file any more; its documents stay, and come from nowhere."""
        if self._read().pop(path, None) is not None:
            self._changed.add(path)
        self._held.pop(path, None)

    def under(self, root: Path) -> Iterable[Path]:
        """Return every recorded file that is `root` or lies under it, sorted."""
        return sorted(path for path in self._read() if path.is_relative_to(root))

    def documents(self, path: Path) -> Iterator[str]:
        """Yield the ids of the documents that a file holds."""
        self._read()
        return iter(list(self._held.get(path, ())))

    def set_skipped(self, problems: Mapping[Path, Sequence[LoadProblem]]) -> None:
        """Record what could not be read under each root; those no longer recorded are dropped."""
        here = {root.path for root in self.roots()}
        remaining = {
            path: each
            for path, each in self._recorded().skipped.items()
            # What was said of a single file is superseded when its folder is synced.
            if set(problems).isdisjoint((path, *path.parents))
        }
        every = remaining | {path: tuple(each) for path, each in problems.items()}
        self._skipped = {
            path: each
            for path, each in every.items()
            if each and not here.isdisjoint((path, *path.parents))
        }

    def hold(self, path: Path | None, document_id: str) -> None:
        """Note that a document comes from a file."""
        if path is not None and self._files is not None:
            self._held.setdefault(path, {})[document_id] = None

    def let_go(self, path: Path | None, document_id: str) -> None:
        """Note that a document comes from a file no more."""
        if path is not None:
            self._held.get(path, {}).pop(document_id, None)

    def changes(self) -> tuple[list[int], dict[Path, Source]]:
        """Return the keys of the rows that are out of date, and the files to write; once."""
        changed, self._changed = self._changed, set()
        old = [self._rows.pop(path) for path in sorted(changed) if path in self._rows]
        files = self._files or {}
        return old, {path: files[path] for path in sorted(changed) if path in files}

    def written(self, path: Path, row: int) -> None:
        """Note the row that a file was written to."""
        self._rows[path] = row

    def state(self, fields: Iterable[str]) -> State | None:
        """Return the state to write with some more fields, None where nothing of it changed."""
        old = self._recorded()
        new = State(
            tuple(self.roots()),
            old.skipped if self._skipped is None else self._skipped,
            old.fields | frozenset(fields),
        )
        if new == old:
            return None
        self._state, self._roots, self._skipped = new, None, None
        return new

    def unread(self) -> int:
        """Return how many files could not be read."""
        skipped = self._recorded().skipped if self._skipped is None else self._skipped
        files = {
            (p.uri, p.reason): p.files for each in skipped.values() for p in each if not p.line
        }
        return sum(files.values())

    def _recorded(self) -> State:
        if self._state is None:
            self._state = Record(self._client, self._names).state(self._base)
        return self._state

    def _read(self) -> dict[Path, Source]:
        if self._files is None:
            where = f"kind == {FILE} and {alive(self._base.edition)}"
            self._files = {}
            for row in self._client.scan(
                self._names.record,
                "row",
                self._base.next_row,
                FILE_COLUMNS,
                where=where,
                at=self._base.seen,
                step=_STEP,
            ):
                path, source = read_file(row)
                self._files[path], self._rows[path] = source, int(row["row"])
            self._read_owners(self._files)
        return self._files

    def _read_owners(self, files: Mapping[Path, Source]) -> None:
        for identity in self._documents.read():
            now = self._documents.get(identity)
            if now is not None and now.source is not None and now.source in files:
                self._held.setdefault(now.source, {})[identity] = None
