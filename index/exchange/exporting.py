"""A snapshot of a store written into a folder, which is there whole or not at all."""

import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from itertools import chain
from pathlib import Path

import numpy as np

from index.errors import IndexUnavailableError, InputError
from index.exchange.arrow import documents_schema, passages_schema, pyarrow, sources_schema
from index.exchange.index_digest import ContentDigest
from index.exchange.manifest import FileEntry, Manifest, roots_of, write_manifest
from index.exchange.parquet_tables import TableWriter
from index.exchange.table_values import document_row, passage_row, source_row
from index.ingest.file_sources import Sources
from index.ingest.passages import Draft
from index.progress import Progress, ProgressCallback, quiet
from index.protocols import Snapshot, Store, Vectors
from index.store import durable
from index.types import Document, Passage

_FILE_PASSAGES = 200_000
"""A file of documents and the one of their passages end once there are so many."""
_AT_ONCE = 1024
_SAMPLED = 256


def export_index(store: Store, folder: Path, *, progress: ProgressCallback = quiet) -> Manifest:
    """Write the newest generation of a store into a folder that is not there yet.

    Writers wait while the record of the files is copied, and no longer.

    Args:
        store: any.
        folder: where to; what is written appears there once all of it is.
        progress: called with how far it has come.

    Raises:
        InputError: when there is something at that place, or nowhere to write.
        IndexLockedError: when another writer is at work.
        IndexUnavailableError: when the index lacks vectors, or cannot be written.
        ModelError: when pyarrow is not installed.
    """
    pyarrow()
    target = folder.absolute()
    if target.exists() or target.is_symlink():
        raise InputError(f"{folder} is there already; name a folder that is not")
    making = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        making.mkdir()
    except OSError as error:
        raise InputError(f"{making} cannot be made: {error.strerror}") from error
    try:
        manifest = _Export(store, making, progress).run()
        durable.fsync(making)
        durable.rename(making, target)
    except OSError as error:
        raise InputError(f"{folder} cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return manifest


class _Export:
    """One export."""

    def __init__(self, store: Store, folder: Path, progress: ProgressCallback) -> None:
        self._store = store
        self._folder = folder
        self._draw = progress
        self._digest = ContentDigest()
        self._files: list[FileEntry] = []
        self._documents = self._passages = 0

    def run(self) -> Manifest:
        with closing(_Owners()) as owners, ExitStack() as stack:
            with self._store.begin() as writer:
                snapshot = stack.enter_context(self._store.snapshot())
                self._write_sources(writer.sources, owners)
                roots = roots_of(self._store.roots(), self._store.rules())
                skipped = tuple(self._store.skipped())
            _check_complete(snapshot)
            documents = snapshot.documents()
            part = 0
            while (first := next(documents, None)) is not None:
                self._write_part(part, snapshot, owners, chain((first,), documents))
                part += 1
            generation = snapshot.counts.generation
        status = self._store.status()
        manifest = Manifest(
            generation=generation,
            model=_text(status.get("model")),
            fingerprint=self._store.embedder.fingerprint,
            dim=self._store.embedder.dim,
            passage_tokens=_number(status.get("passage_tokens")),
            passage_overlap=_number(status.get("passage_overlap")),
            documents=self._documents,
            passages=self._passages,
            content_sha256=self._digest.hexdigest(),
            roots=roots,
            skipped=skipped,
            files=tuple(self._files),
        )
        write_manifest(self._folder, manifest)
        return manifest

    def _write_sources(self, sources: Sources, owners: "_Owners") -> None:
        """Write the files that are known, and remember which documents came from each."""
        with TableWriter(self._folder / "sources-00000.parquet", sources_schema()) as table:
            for path in _known_files(sources):
                known = sources.get(path)
                if known is not None:
                    table.add(source_row(path, known))
                    owners.add(path, sources.documents(path))
            self._files.append(table.finish())

    def _write_part(
        self, number: int, snapshot: Snapshot, owners: "_Owners", documents: Iterator[Document]
    ) -> None:
        """Write documents and their passages into a file each, until there are enough."""
        names = (f"{table}-{number:05}.parquet" for table in ("documents", "passages"))
        first, second = (self._folder / name for name in names)
        dim = self._store.embedder.dim
        with (
            TableWriter(first, documents_schema()) as rows,
            TableWriter(second, passages_schema(dim)) as passages,
        ):
            for document in documents:
                rows.add(document_row(document, owners.source(document.id)), len(document.text))
                self._digest.add_document(document)
                self._documents += 1
                for passage, vector in _with_vectors(snapshot, document.id):
                    passages.add(passage_row(passage, vector), len(passage.text))
                    self._digest.add_passage(_draft(passage), vector)
                    self._passages += 1
                    if self._passages % _SAMPLED == 0:
                        self._draw(Progress(0, 1, self._documents, self._passages))
                if passages.rows >= _FILE_PASSAGES:
                    break
            self._files += [rows.finish(), passages.finish()]


class _Owners:
    """The file that each document came from, in a database that is kept on disk once large."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("CREATE TABLE owners (id BLOB PRIMARY KEY, path BLOB) WITHOUT ROWID")
        self._db.execute("BEGIN")

    def add(self, path: Path, ids: Iterable[str]) -> None:
        rows = ((_key(each), os.fsencode(path)) for each in ids)
        self._db.executemany("INSERT OR REPLACE INTO owners VALUES (?, ?)", rows)

    def source(self, document_id: str) -> Path | None:
        query = "SELECT path FROM owners WHERE id = ?"
        row = self._db.execute(query, (_key(document_id),)).fetchone()
        return None if row is None else Path(os.fsdecode(row[0]))

    def close(self) -> None:
        self._db.close()


def _key(document_id: str) -> bytes:
    return document_id.encode("utf-8", "surrogatepass")


def _known_files(sources: Sources) -> Iterator[Path]:
    """Yield each known file once, though roots may lie inside one another."""
    roots = sorted(root.path for root in sources.roots())
    for root in roots:
        inner = [each for each in roots if each != root and each.is_relative_to(root)]
        for path in sources.under(root):
            if not any(map(path.is_relative_to, inner)):
                yield path


def _check_complete(snapshot: Snapshot) -> None:
    lacking = snapshot.counts.without_vectors
    if lacking:
        raise IndexUnavailableError(
            f"{lacking:,} passages of the index lack their vectors, since a file is damaged; "
            "make it anew first: excerpt index --index DIR"
        )


def _with_vectors(snapshot: Snapshot, document_id: str) -> Iterator[tuple[Passage, Vectors]]:
    passages = snapshot.document_passages(document_id)
    for at in range(0, len(passages), _AT_ONCE):
        some = passages[at : at + _AT_ONCE]
        ids = np.array([each.id for each in some], dtype=np.int64)
        yield from zip(some, snapshot.vectors.vectors(ids), strict=True)


def _draft(passage: Passage) -> Draft:
    return Draft(passage.span, passage.text, passage.headings, passage.marks)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None
