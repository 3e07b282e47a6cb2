"""Documents without their words: listed by id, counted, and counted by the values of a field.

A snapshot that can list from its own record offers `listing`; any other one is read through.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from index.protocols import Snapshot
from index.text.ids import file_uri
from index.types import Document, MetadataValue

if TYPE_CHECKING:
    from index.filters.nodes import Filter


@dataclass(frozen=True, slots=True)
class DocumentHead:
    """A document without its text; `bytes` is the length of that in UTF-8."""

    id: str
    uri: str
    title: str
    media_type: str
    sha256: str
    bytes: int
    metadata: Mapping[str, MetadataValue]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a field, as text, and how many documents have it."""

    value: str
    documents: int


class Listing(Protocol):
    """The documents of one generation that pass a filter."""

    def count(self) -> int:
        """Return how many there are."""
        ...

    def heads(self, after: str, limit: int) -> list[DocumentHead]:
        """Return the first `limit` documents whose ids come after one, in id order."""
        ...

    def facet(self, field: str, limit: int) -> list[FacetValue]:
        """Return the `limit` most frequent values of a field, those of equal counts by value."""
        ...

    def of_file(self, path: Path, limit: int) -> list[DocumentHead]:
        """Return the first `limit` documents that one file holds, in id order."""
        ...

    def count_file(self, path: Path) -> int:
        """Return how many documents one file holds."""
        ...


@runtime_checkable
class Listed(Protocol):
    """A snapshot that lists from its own record."""

    def listing(self, tree: "Filter | None") -> Listing:
        """Return the documents that pass a filter.

        Raises:
            InputError: when it names a field seen in no document.
        """
        ...


def listing(snapshot: Snapshot, tree: "Filter | None" = None) -> Listing:
    """Return the documents of a snapshot that pass a filter, all of them without one.

    Raises:
        InputError: when it names a field seen in no document.
    """
    if isinstance(snapshot, Listed):
        return snapshot.listing(tree)
    return ReadListing(snapshot, tree)


_PAGE = 500


def all_heads(snapshot: Snapshot, tree: "Filter | None" = None) -> Iterator[DocumentHead]:
    """Yield the documents of a snapshot that pass a filter, all of them without one, in id order.

    Raises:
        InputError: when it names a field seen in no document.
    """
    listed = listing(snapshot, tree)
    after = ""
    while page := listed.heads(after, _PAGE):
        yield from page
        after = page[-1].id


class ReadListing:
    """Reads every document of a snapshot, for stores that offer nothing faster."""

    def __init__(self, snapshot: Snapshot, tree: "Filter | None") -> None:
        """Take the snapshot and the filter.

        Raises:
            InputError: when it names a field seen in no document.
        """
        self._snapshot = snapshot
        self._tree = tree
        if tree is not None:
            snapshot.select(tree)

    def count(self) -> int:
        """Return how many there are."""
        return sum(1 for _ in self._passing())

    def heads(self, after: str, limit: int) -> list[DocumentHead]:
        """Return the first `limit` documents whose ids come after one, in id order."""
        return list(islice((head(each) for each in self._passing() if each.id > after), limit))

    def facet(self, field: str, limit: int) -> list[FacetValue]:
        """Return the `limit` most frequent values of a field, those of equal counts by value."""
        from index.filters.literals import document_fields, field_values

        counted: Counter[str] = Counter()
        for each in self._passing():
            values = field_values(document_fields(each))
            counted.update({value.text for value in values if value.field == field})
        ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
        return [FacetValue(value, count) for value, count in ranked[:limit]]

    def of_file(self, path: Path, limit: int) -> list[DocumentHead]:
        """Return the first `limit` documents that one file holds, in id order."""
        return [head(each) for each in islice(self._of_file(path), limit)]

    def count_file(self, path: Path) -> int:
        """Return how many documents one file holds."""
        return sum(1 for _ in self._of_file(path))

    def _of_file(self, path: Path) -> Iterator[Document]:
        uri = file_uri(path)
        return (each for each in self._passing() if each.uri.partition("!/")[0] == uri)

    def _passing(self) -> Iterator[Document]:
        from index.filters.literals import document_fields
        from index.filters.match import matches

        for each in self._snapshot.documents():
            if self._tree is None or matches(self._tree, document_fields(each)):
                yield each


def head(document: Document) -> DocumentHead:
    """Return a document without its text."""
    return DocumentHead(
        id=document.id,
        uri=document.uri,
        title=document.title,
        media_type=document.media_type,
        sha256=document.sha256,
        bytes=len(document.text.encode("utf-8", "surrogatepass")),
        metadata=document.metadata,
    )


__all__: Sequence[str] = ["DocumentHead", "FacetValue", "Listing", "ReadListing", "head", "listing"]
