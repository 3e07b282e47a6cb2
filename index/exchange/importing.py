"""An export made one generation of an empty store: all of it, or nothing."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from index.errors import IndexUnavailableError, InputError
from index.exchange.arrow import documents_schema, passages_schema, pyarrow, sources_schema
from index.exchange.index_digest import ContentDigest
from index.exchange.manifest import Manifest, check_files, damaged, read_manifest
from index.exchange.parquet_tables import read_rows
from index.exchange.table_values import (
    Row,
    read_document,
    read_draft,
    read_source,
    read_source_path,
)
from index.ingest.cutting import EmbeddedPassage
from index.ingest.file_sources import Sources
from index.ingest.passages import PassageConfig
from index.progress import Progress, ProgressCallback, quiet
from index.protocols import Embedder, Store, Writer
from index.text.digest import text_digest
from index.types import Document, LoadProblem, SyncReport

_NEAR_ONE = 1e-3
"""How far the length of a vector may be from 1: an embedder rounds."""


def check_export(folder: Path) -> Manifest:
    """Return the manifest of an export whose files are all there, as they were written.

    Raises:
        InputError: when the folder holds no export.
        IndexUnavailableError: when it is damaged, or of another version.
        ModelError: when pyarrow is not installed.
    """
    pyarrow()
    manifest = read_manifest(folder)
    check_files(folder, manifest)
    return manifest


def check_embedder(folder: Path, manifest: Manifest, embedder: Embedder) -> None:
    """Check that an embedder is the one whose vectors an export holds.

    Raises:
        IndexUnavailableError: when it is not.
    """
    if (embedder.fingerprint, embedder.dim) != (manifest.fingerprint, manifest.dim):
        raise IndexUnavailableError(
            f"the vectors of {folder} were made by the embedder {manifest.model or 'unnamed'!r} "
            f"({manifest.fingerprint[:12]}, {manifest.dim} dimensions), and the index has another "
            f"({embedder.fingerprint[:12]}, {embedder.dim} dimensions); import into a new index, "
            "or name that embedder with --model"
        )


def cutting_of(manifest: Manifest) -> PassageConfig | None:
    """Return how the documents of an export were cut; None where it does not say, or as usual."""
    usual = PassageConfig()
    tokens, overlap = manifest.passage_tokens, manifest.passage_overlap
    made = PassageConfig(
        usual.tokens if tokens is None else tokens, usual.overlap if overlap is None else overlap
    )
    return None if made == usual else made


def import_index(folder: Path, store: Store, *, progress: ProgressCallback = quiet) -> SyncReport:
    """Make an export one generation of an empty store.

    Args:
        folder: what `export_index` wrote.
        store: any, without documents.
        progress: called with how far it has come.

    Raises:
        InputError: when the folder holds no export, or the store holds documents.
        IndexLockedError: when another writer is at work.
        IndexUnavailableError: when the export is damaged, or does not fit the store.
        ModelError: when pyarrow is not installed.
    """
    manifest = check_export(folder)
    check_embedder(folder, manifest, store.embedder)
    _check_cutting(folder, manifest, store)
    with store.begin() as writer:
        _check_empty(store)
        _Import(folder, manifest, writer, progress).run()
        return writer.commit()


class _Import:
    """One import, into a write that is not committed."""

    def __init__(
        self, folder: Path, manifest: Manifest, writer: Writer, progress: ProgressCallback
    ) -> None:
        self._folder = folder
        self._manifest = manifest
        self._writer = writer
        self._draw = progress
        self._digest = ContentDigest()
        self._documents = self._passages = 0

    def run(self) -> None:
        sources = self._rows("sources", sources_schema())
        known = sum(each.rows for each in self._manifest.of_table("sources"))
        # A few files a document, so that the writer holds neither of them all.
        share = 1 + known // max(1, self._manifest.documents)
        passages = _grouped(self._rows("passages", passages_schema(self._manifest.dim)))
        waiting = next(passages, None)
        for row in self._rows("documents", documents_schema()):
            own: list[Row] = []
            if waiting is not None and waiting[0] == row["id"]:
                own, waiting = waiting[1], next(passages, None)
            self._put(row, own)
            _put_sources(self._writer.sources, islice(sources, share))
        if waiting is not None:
            raise self._unfit(f"there are passages of {waiting[0]!r} and no such document")
        _put_sources(self._writer.sources, sources)
        self._writer.sources.set_roots(self._manifest.roots)
        self._writer.sources.set_skipped(_by_root(self._manifest))
        self._check_totals()

    def _put(self, row: Row, passages: list[Row]) -> None:
        document = read_document(row)
        if text_digest(document.text) != document.sha256:
            raise self._unfit(f"the text of document {document.id!r} does not have its digest")
        self._digest.add_document(document)
        embedded = [self._passage(document, each) for each in passages]
        self._writer.put(document, read_source_path(row), embedded)
        self._documents += 1
        self._passages += len(embedded)
        self._draw(Progress(0, 1, self._documents, self._passages))

    def _passage(self, document: Document, row: Row) -> EmbeddedPassage:
        passage = EmbeddedPassage(read_draft(row), row["vector"])
        draft = passage.draft
        if draft.span.of(document.text) != draft.text:
            raise self._unfit(
                f"passage {draft.span.start}:{draft.span.end} of {document.id!r} is not its text"
            )
        if not abs(float(np.linalg.norm(passage.vector)) - 1) < _NEAR_ONE:
            raise self._unfit(f"a vector of document {document.id!r} is not of unit length")
        self._digest.add_passage(draft, passage.vector)
        return passage

    def _check_totals(self) -> None:
        counted = (self._documents, self._passages)
        expected = (self._manifest.documents, self._manifest.passages)
        if counted != expected:
            raise self._unfit(
                f"there are {counted[0]:,} documents and {counted[1]:,} passages, and there should "
                f"be {expected[0]:,} and {expected[1]:,}"
            )
        if self._digest.hexdigest() != self._manifest.content_sha256:
            raise self._unfit("what is in it does not have the digest of its manifest")

    def _rows(self, table: str, schema: object) -> Iterator[Row]:
        return read_rows(self._folder, self._manifest.of_table(table), schema)

    def _unfit(self, what: str) -> IndexUnavailableError:
        return damaged(self._folder, what)


def _grouped(rows: Iterator[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Yield each document's id with the rows of its passages."""
    group: list[Row] = []
    for row in rows:
        if group and row["document_id"] != group[0]["document_id"]:
            yield group[0]["document_id"], group
            group = []
        group.append(row)
    if group:
        yield group[0]["document_id"], group


def _put_sources(sources: Sources, rows: Iterator[Row]) -> None:
    for row in rows:
        sources.put(*read_source(row))


def _by_root(manifest: Manifest) -> dict[Path, list[LoadProblem]]:
    """Return what could not be read by the root that it lies under, the first where by none."""
    by_root: dict[Path, list[LoadProblem]] = {root.path: [] for root in manifest.roots}
    for problem in manifest.skipped:
        around = (each for each in (Path(problem.uri), *Path(problem.uri).parents))
        root = next((each for each in around if each in by_root), next(iter(by_root), None))
        if root is not None:
            by_root[root].append(problem)
    return by_root


def _check_empty(store: Store) -> None:
    with store.snapshot() as snapshot:
        if snapshot.counts.documents:
            raise InputError(
                f"{store.location} holds {snapshot.counts.documents:,} documents already; "
                "import into an index that is new or empty"
            )


def _check_cutting(folder: Path, manifest: Manifest, store: Store) -> None:
    """Check that what is synced later is cut as what is imported was."""
    status = store.status()
    for what, name, unit in (
        ("passage_tokens", "tokens", "tokens"),
        ("passage_overlap", "overlap", "sentences that overlap"),
    ):
        own, theirs = status.get(what), getattr(manifest, what)
        if None not in (own, theirs) and own != theirs:
            raise IndexUnavailableError(
                f"{folder} is cut into passages of {theirs} {unit}, and {store.location} into "
                f"those of {own}; import into an index that is not there yet, or make it with "
                f"PassageConfig({name}={theirs})"
            )
