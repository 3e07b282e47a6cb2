"""Which documents tell one story: copies of each other, whole and nearly word for word."""

from index.sketches import Documents, sketches
from index.text.sketch import resemblance

SAME_STORY = 0.6
"""The share of their runs of three words that copies have in common, at least: each may have a
title, a byline and notes of its own, and a line that was cut."""


class Stories:
    """Compares documents by their sketches, which are read when first needed."""

    def __init__(self, documents: Documents) -> None:
        """Take what holds them: an open snapshot, for one."""
        self._documents = documents
        self._sketches: dict[str, bytes] = {}

    def same(self, one: str, other: str) -> bool:
        """Return whether two documents, by their ids, are one or copies of each other."""
        return one == other or resemblance(self._of(one), self._of(other)) >= SAME_STORY

    def _of(self, document_id: str) -> bytes:
        if document_id not in self._sketches:
            self._sketches.update(sketches(self._documents, [document_id]))
        return self._sketches.get(document_id, b"")
