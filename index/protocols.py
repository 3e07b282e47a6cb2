"""The protocols of the index. Each has one contract suite in tests/contracts/.

Array shapes: `n` rows, `d` the embedder's dimension. Row ids are passage ids (int64).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from index.ingest.file_sources import Owner, Rules, Sources
from index.progress import ProgressCallback
from index.types import Counts, Document, LoadProblem, Passage, SyncReport

if TYPE_CHECKING:
    from index.filters.nodes import Filter
    from index.ingest.cutting import EmbeddedPassage
    from index.ingest.reading import FileReader

Vectors = NDArray[np.float32]
"""Shape (n, d) or (d,), float32, each row of unit length."""

Ids = NDArray[np.int64]
"""Shape (n,), passage ids."""

Scores = NDArray[np.float32]
"""Shape (n,), higher is better."""

Ranking = tuple[Ids, Scores]
"""Ids and their scores, best first, both of shape (n,) with n <= k."""


@runtime_checkable
class Loader(Protocol):
    """Turns the bytes of one file into documents (one, or one a record)."""

    name: str

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield the documents in `data`.

        Args:
            data: the file's content, whole.
            uri: where it came from (a file's absolute path, or a URL).
            key: URL-safe document id for a file that holds one document, and the prefix of the
                ids of the records that name none themselves.

        A broken record is yielded as a `LoadProblem` with its line; the rest follow.

        Raises:
            LoadError: when nothing of it can be read.
        """
        ...


@runtime_checkable
class StreamLoader(Loader, Protocol):
    """A loader that reads its file a piece at a time, so that memory doesn't grow with the file."""

    def load_stream(
        self, file: BinaryIO, *, uri: str, key: str, sha256: str
    ) -> Iterator[Document | LoadProblem]:
        """Yield what `load` would of the content of `file`, whose digest in hex is `sha256`.

        Raises:
            LoadError: as `load` does.
        """
        ...


@runtime_checkable
class RecordLoader(Loader, Protocol):
    """A loader of records, which may be told which of their fields are text."""

    def with_text_fields(self, text_fields: Sequence[str]) -> Loader:
        """Return such a loader; a field is a name, a dotted name or a pointer in a record."""
        ...


@runtime_checkable
class Embedder(Protocol):
    """Turns text into unit vectors. A text's vector depends on that text alone."""

    dim: int
    max_tokens: int
    fingerprint: str
    """Hex digest of all that shapes the vectors: weights, prompts, pooling, quantisation."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens the model sees for each text, special tokens included."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return passage vectors, shape (len(texts), dim), float32, unit length."""
        ...

    def embed_query(self, text: str) -> Vectors:
        """Return a query's vector, shape (dim,), float32, unit length."""
        ...


class VectorIndex(Protocol):
    """Nearest neighbours by inner product over the live rows of one generation."""

    def search(self, query: Vectors, k: int, allowed: Ids | None = None) -> Ranking:
        """Return the best k rows for `query` (d,), out of `allowed` (sorted ids) when given."""
        ...

    def scores(self, query: Vectors, ids: Ids) -> Scores:
        """Return the inner product with each of `ids`, which must be live."""
        ...

    def vectors(self, ids: Ids) -> Vectors:
        """Return the vector of each of `ids`, shape (n, d); they must be live."""
        ...


class LexicalIndex(Protocol):
    """BM25 over the live rows of one generation."""

    def search(self, query: str, k: int, allowed: Ids | None = None) -> Ranking:
        """Return the best k rows, out of `allowed` (sorted ids) when given.

        `query` is plain text: no character of it is an operator.
        """
        ...

    def scores(self, query: str, ids: Ids) -> Scores:
        """Return the BM25 score of each of `ids`, 0 where no term matches."""
        ...


@runtime_checkable
class CoveringIndex(LexicalIndex, Protocol):
    """A lexical index that also knows how much of a question each row has; it is not asked for."""

    def coverage(self, query: str, ids: Ids) -> Scores:
        """Return the share of the query's terms, weighted by idf, that each of `ids` has, 0 to 1.

        Without it the fusion of the arms goes by their scores alone.
        """
        ...


class Snapshot(Protocol):
    """One whole generation, readable from many threads until closed."""

    @property
    def counts(self) -> Counts:
        """The generation and how much it holds."""
        ...

    @property
    def vectors(self) -> VectorIndex:
        """The dense arm's side."""
        ...

    @property
    def terms(self) -> LexicalIndex:
        """The lexical arm's side."""
        ...

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """Return the passages with these ids, in this order.

        Raises:
            NotFoundError: when one is not live in this generation.
        """
        ...

    def document(self, document_id: str) -> Document:
        """Return the stored document; its text is checked against its sha256.

        Raises:
            NotFoundError: when it is not live in this generation.
            CitationError: when the stored text does not match its digest.
        """
        ...

    def documents(self) -> Iterator[Document]:
        """Yield every live document, in id order."""
        ...

    def document_passages(self, document_id: str) -> list[Passage]:
        """Return a document's live passages in reading order."""
        ...

    def select(self, tree: "Filter") -> Ids:
        """Return the sorted ids of the live passages whose document passes the filter.

        Raises:
            InputError: when it names a field seen in no document.
        """
        ...

    def close(self) -> None:
        """Release the generation; it may be collected afterwards."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


class Writer(Protocol):
    """One write, seen by nobody before it commits; used in a `with`, leaving it aborts the rest."""

    @property
    def sources(self) -> Sources:
        """The record of the files that documents came from."""
        ...

    @property
    def passages_taken(self) -> int:
        """How many passages came in since it began."""
        ...

    @property
    def passages_waiting(self) -> int:
        """How many of them are not committed yet."""
        ...

    def prepare(self) -> None:
        """Make ready for documents, which may take a moment: open the embedder, for one."""
        ...

    def owner(self, document_id: str) -> Owner | None:
        """Return where the document with an id came from, None where there is none."""
        ...

    def put(
        self,
        document: Document,
        source: Path | None = None,
        passages: "Sequence[EmbeddedPassage] | None" = None,
    ) -> None:
        """Add a document, or replace the one with its id.

        Args:
            document: what goes in.
            source: the file it came from.
            passages: the document, cut in reading order and embedded elsewhere by the store's
                embedder; None has the store do it.

        Raises:
            InputError: when passages that are given do not fit the document or the embedder.
        """
        ...

    def delete(self, document_id: str) -> None:
        """Take a document out.

        Raises:
            NotFoundError: when there is none of this id.
        """
        ...

    def checkpoint(self) -> None:
        """Make one generation of what was done so far, unless nothing was, and go on."""
        ...

    def commit(self) -> SyncReport:
        """Make one generation, unless nothing changed, and return what was done since it began."""
        ...

    def abort(self) -> None:
        """End the write; what was not committed is as if it had never been."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


class Store(Protocol):
    """The whole index at a location: one writer at a time, any number of readers."""

    @property
    def location(self) -> str:
        """Where it is: a folder, or a URL whose scheme names the store."""
        ...

    @property
    def embedder(self) -> Embedder:
        """What makes its vectors; opened on first use."""
        ...

    def begin(self) -> Writer:
        """Begin a write.

        Raises:
            IndexLockedError: when another one is at work.
        """
        ...

    def sync(
        self,
        paths: Sequence[Path] | None = None,
        *,
        progress: ProgressCallback = ...,
        allow_empty: bool = False,
        rules: Rules | None = None,
        reader: "FileReader | None" = None,
    ) -> SyncReport:
        """Mirror the paths (or the recorded roots), a generation a batch; see `index.ingest.sync`.

        A root that is away or empty removes nothing, unless `allow_empty`. `rules` say which files
        are indexed and are recorded with the roots; None leaves those that are. `reader` reads,
        cuts and embeds the files; None has this process do it.
        """
        ...

    def forget(self, paths: Sequence[Path]) -> SyncReport:
        """Forget roots, with every document that came from under them, in one generation.

        Raises:
            InputError: when one is not a recorded root; nothing is forgotten then.
        """
        ...

    def roots(self) -> list[Path]:
        """Return what is synced when no path is given."""
        ...

    def rules(self) -> Mapping[Path, Rules]:
        """Return which files under each root are indexed."""
        ...

    def skipped(self) -> list[LoadProblem]:
        """Return what the last sync could not read, and why."""
        ...

    def add(self, documents: Iterable[Document]) -> SyncReport:
        """Add or replace documents by id, outside any root, in one generation."""
        ...

    def remove(self, document_ids: Sequence[str]) -> SyncReport:
        """Remove documents by id in one generation."""
        ...

    def snapshot(self, generation: int | None = None) -> Snapshot:
        """Open the newest generation, or an older one that is still kept."""
        ...

    def newest(self) -> int:
        """Return the number of the newest committed generation, cheaply."""
        ...

    def generations(self) -> list[int]:
        """Return the numbers of the generations that can be opened, ascending."""
        ...

    def verify(self) -> list[str]:
        """Check everything against everything; return what does not hold, worded."""
        ...

    def status(self) -> Mapping[str, object]:
        """Return what `excerpt status --json` prints."""
        ...

    def close(self) -> None:
        """Let go of it; snapshots that are open are closed first."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...
