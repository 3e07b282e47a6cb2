"""The sketches of a snapshot's documents, by which copies are known.

A snapshot that keeps them offers `sketches`; of any other they are made from the documents.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol, runtime_checkable

from index.text.sketch import sketch
from index.types import Document


class Documents(Protocol):
    """What holds documents, a snapshot for one."""

    def document(self, document_id: str) -> Document:
        """Return a document by its id."""
        ...


@runtime_checkable
class Sketched(Protocol):
    """A snapshot that keeps the sketches of its documents."""

    def sketches(self, document_ids: Iterable[str]) -> Mapping[str, bytes]:
        """Return the sketches of some documents by id; those that are not live have none."""
        ...


def sketches(documents: Documents, document_ids: Iterable[str]) -> Mapping[str, bytes]:
    """Return the sketches of some documents by id.

    Raises:
        NotFoundError: when one is not there, of what keeps no sketches.
    """
    if isinstance(documents, Sketched):
        return documents.sketches(document_ids)
    return {each: sketch(documents.document(each)) for each in document_ids}
