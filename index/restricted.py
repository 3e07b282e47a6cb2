"""An index seen through a filter: the documents that do not pass it are as if they were not there.

Nothing of them shows in what is found, counted or listed, nor in the fields that a filter may name.
A hidden document's id is refused in the same words, and found by the same look-up, as one that was
never given. BM25 scores are relative to the best one visible, since their scale comes from all
documents; the relative weight of a query's words still does.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Self

import numpy as np

from index.errors import InputError, NotFoundError
from index.filters import match
from index.filters.literals import Text, document_fields
from index.filters.nodes import And, Comparison, Filter, Not, Or, comparisons
from index.ingest.file_sources import Rules
from index.ingest.reading import FileReader
from index.listing import Listing, listing
from index.progress import ProgressCallback, quiet
from index.protocols import (
    CoveringIndex,
    Embedder,
    Ids,
    LexicalIndex,
    Ranking,
    Scores,
    Snapshot,
    Store,
    VectorIndex,
    Vectors,
    Writer,
)
from index.sketches import sketches
from index.types import Counts, Document, LoadProblem, Passage, SyncReport

_NOTHING = Text("")
"""No document's id."""


@dataclass(frozen=True, slots=True)
class Visible:
    """What passes a filter in one generation: sorted passage ids, and how much it is."""

    tree: Filter
    ids: Ids
    counts: Counts


def visible(snapshot: Snapshot, tree: Filter) -> Visible:
    """Return what of a snapshot passes a filter; a field that no document has passes nothing."""
    known = _without_unknown(snapshot, tree)
    ids = snapshot.select(known)
    documents = listing(snapshot, known).count()
    return Visible(known, ids, Counts(snapshot.counts.generation, documents, len(ids)))


def _without_unknown(snapshot: Snapshot, tree: Filter) -> Filter:
    """Replace comparisons of fields that no document has by one that no document passes."""
    if isinstance(tree, Comparison):
        return tree if _is_known(snapshot, tree) else Comparison("id", "in", (_NOTHING,))
    if isinstance(tree, Not):
        return Not(_without_unknown(snapshot, tree.part))
    return type(tree)(tuple(_without_unknown(snapshot, part) for part in tree.parts))


def _is_known(snapshot: Snapshot, comparison: Comparison) -> bool:
    try:
        listing(snapshot, comparison)
    except InputError:
        return False
    return True


class RestrictedSnapshot:
    """One generation seen through a filter; it owns nothing, and closing it closes nothing."""

    def __init__(self, snapshot: Snapshot, seen: Visible) -> None:
        """Take an open snapshot and what of it is visible."""
        self._snapshot = snapshot
        self._seen = seen
        self.vectors: VectorIndex = _RestrictedVectors(snapshot.vectors, seen.ids)
        self.terms: LexicalIndex = _restricted_terms(snapshot.terms, seen.ids)

    @property
    def counts(self) -> Counts:
        """The generation and how much of it is visible."""
        return self._seen.counts

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """Return the passages with these ids, in this order.

        Raises:
            NotFoundError: when one is not live in this generation, or hidden.
        """
        asked = np.asarray(ids, dtype=np.int64)
        hidden = asked[~np.isin(asked, self._seen.ids)]
        if len(hidden):
            number = self.counts.generation
            raise NotFoundError(f"passage {hidden[0]} is not in generation {number}")
        return self._snapshot.passages(ids)

    def document(self, document_id: str) -> Document:
        """Return the stored document; its text is checked against its sha256.

        Raises:
            NotFoundError: when it is not live in this generation, or hidden.
            CitationError: when the stored text does not match its digest.
        """
        self._check_visible(document_id)
        return self._snapshot.document(document_id)

    def documents(self) -> Iterator[Document]:
        """Yield every visible document, in id order."""
        for each in self._snapshot.documents():
            if match.matches(self._seen.tree, document_fields(each)):
                yield each

    def document_passages(self, document_id: str) -> list[Passage]:
        """Return a document's live passages in reading order; raises as `document`."""
        self._check_visible(document_id)
        return self._snapshot.document_passages(document_id)

    def select(self, tree: Filter) -> Ids:
        """Return the sorted ids of the visible passages whose document passes the filter.

        Raises:
            InputError: when it names a field seen in no visible document.
        """
        return self._snapshot.select(self._narrowed(tree))

    def listing(self, tree: Filter | None) -> Listing:
        """Return the visible documents that pass a filter, without their texts.

        Raises:
            InputError: when it names a field seen in no visible document.
        """
        narrowed = self._seen.tree if tree is None else self._narrowed(tree)
        return listing(self._snapshot, narrowed)

    def close(self) -> None:
        """Close nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def sketches(self, document_ids: Iterable[str]) -> Mapping[str, bytes]:
        """Return the sketches of some documents by id, whose passages were found here."""
        return sketches(self._snapshot, document_ids)

    def _narrowed(self, tree: Filter) -> Filter:
        for comparison in comparisons(tree):
            if not self._is_seen(comparison.field):
                where = f"line {comparison.line}, column {comparison.column}"
                raise InputError(
                    f"the filter names the field {comparison.field[:80]!r} ({where}), "
                    "which no document has"
                )
        return And((self._seen.tree, tree))

    def _is_seen(self, field: str) -> bool:
        """Return whether a visible document has a field."""
        having = Or(
            (Comparison(field, "in", (_NOTHING,)), Comparison(field, "not in", (_NOTHING,)))
        )
        try:
            return bool(listing(self._snapshot, And((self._seen.tree, having))).heads("", 1))
        except InputError:
            return False

    def _check_visible(self, document_id: str) -> None:
        named = Comparison("id", "in", (Text(document_id),))
        if not len(self._snapshot.select(And((self._seen.tree, named)))):
            raise NotFoundError(
                f"there is no document {document_id!r} in generation {self.counts.generation}; "
                "`excerpt search` shows the ids of documents"
            )


class RestrictedStore:
    """A store for reading through a filter; it is its caller's to close."""

    def __init__(self, store: Store, tree: Filter) -> None:
        """Take an open store and the filter."""
        self._store = store
        self._tree = tree

    @property
    def location(self) -> str:
        """Where it is."""
        return self._store.location

    @property
    def embedder(self) -> Embedder:
        """What makes its vectors."""
        return self._store.embedder

    def snapshot(self, generation: int | None = None) -> Snapshot:
        """Open the newest generation, or an older one that is still kept."""
        return _Owning(self._store.snapshot(generation), self._tree)

    def newest(self) -> int:
        """Return the number of the newest committed generation."""
        return self._store.newest()

    def generations(self) -> list[int]:
        """Return the numbers of the generations that can be opened."""
        return self._store.generations()

    def status(self) -> Mapping[str, object]:
        """Return how much is visible, and nothing of where it came from."""
        with self.snapshot() as snapshot:
            counts = snapshot.counts
        return {
            "path": self.location,
            "generation": counts.generation,
            "documents": counts.documents,
            "passages": counts.passages,
        }

    def roots(self) -> list[Path]:
        """Return none: they tell of all documents."""
        return []

    def rules(self) -> Mapping[Path, Rules]:
        """Return none: they tell of all documents."""
        return {}

    def skipped(self) -> list[LoadProblem]:
        """Return none: what could not be read passes no filter."""
        return []

    def begin(self) -> Writer:
        """Refuse."""
        self._refuse()

    def sync(
        self,
        paths: Sequence[Path] | None = None,  # noqa: ARG002
        *,
        progress: ProgressCallback = quiet,  # noqa: ARG002
        allow_empty: bool = False,  # noqa: ARG002
        rules: Rules | None = None,  # noqa: ARG002
        reader: FileReader | None = None,  # noqa: ARG002
    ) -> SyncReport:
        """Refuse."""
        self._refuse()

    def forget(self, paths: Sequence[Path]) -> SyncReport:  # noqa: ARG002
        """Refuse."""
        self._refuse()

    def add(self, documents: Iterable[Document]) -> SyncReport:  # noqa: ARG002
        """Refuse."""
        self._refuse()

    def remove(self, document_ids: Sequence[str]) -> SyncReport:  # noqa: ARG002
        """Refuse."""
        self._refuse()

    def verify(self) -> list[str]:
        """Refuse."""
        self._refuse()

    def close(self) -> None:
        """Close nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _refuse(self) -> NoReturn:
        raise InputError("an index that is seen through a filter is only read")


class _Owning(RestrictedSnapshot):
    """A restricted snapshot that closes the one behind it."""

    def __init__(self, snapshot: Snapshot, tree: Filter) -> None:
        try:
            super().__init__(snapshot, visible(snapshot, tree))
        except BaseException:
            snapshot.close()
            raise

    def close(self) -> None:
        self._snapshot.close()


class _RestrictedVectors:
    """Vector search over visible rows."""

    def __init__(self, vectors: VectorIndex, ids: Ids) -> None:
        self._vectors = vectors
        self._ids = ids

    def search(self, query: Vectors, k: int, allowed: Ids | None = None) -> Ranking:
        return self._vectors.search(query, k, _both(self._ids, allowed))

    def scores(self, query: Vectors, ids: Ids) -> Scores:
        return self._vectors.scores(query, ids)

    def vectors(self, ids: Ids) -> Vectors:
        return self._vectors.vectors(ids)


class _RestrictedTerms:
    """BM25 over visible rows, relative to the best score of them all."""

    def __init__(self, terms: LexicalIndex, ids: Ids) -> None:
        self._terms = terms
        self._ids = ids

    def search(self, query: str, k: int, allowed: Ids | None = None) -> Ranking:
        ids, scores = self._terms.search(query, k, _both(self._ids, allowed))
        return ids, scores / self._best(query)

    def scores(self, query: str, ids: Ids) -> Scores:
        return self._terms.scores(query, ids) / self._best(query)

    def _best(self, query: str) -> np.float32:
        _, scores = self._terms.search(query, 1, self._ids)
        return scores[0] if len(scores) and scores[0] > 0 else np.float32(1)


class _RestrictedCoverage(_RestrictedTerms):
    """The same over an index that knows how much of a question each row has."""

    def __init__(self, terms: CoveringIndex, ids: Ids) -> None:
        super().__init__(terms, ids)
        self._covering = terms

    def coverage(self, query: str, ids: Ids) -> Scores:
        return self._covering.coverage(query, ids)


def _restricted_terms(terms: LexicalIndex, ids: Ids) -> LexicalIndex:
    if isinstance(terms, CoveringIndex):
        return _RestrictedCoverage(terms, ids)
    return _RestrictedTerms(terms, ids)


def _both(ids: Ids, allowed: Ids | None) -> Ids:
    if allowed is None:
        return ids
    return np.intersect1d(ids, allowed, assume_unique=True)
