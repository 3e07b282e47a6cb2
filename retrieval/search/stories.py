"""Which documents tell one story: copies of each other, whole and nearly word for word."""

import numpy as np

from index.sketches import Documents, sketches
from index.text.sketch import resemblance, resemblances

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
        return one == other or resemblance(self.sketch(one), self.sketch(other)) >= SAME_STORY

    def sketch(self, document_id: str) -> bytes:
        """Return a document's sketch, b"" of one that has none."""
        if document_id not in self._sketches:
            self._sketches.update(sketches(self._documents, [document_id]))
        return self._sketches.get(document_id, b"")


class Shown:
    """The documents that results are of so far, compared with the next one's all at once."""

    def __init__(self, stories: Stories) -> None:
        """Begin with none."""
        self._stories = stories
        self._ids: list[str] = []
        self._sketches = bytearray()

    def add(self, document_id: str) -> None:
        """Add a document; one without a sketch has no copies."""
        sketch = self._stories.sketch(document_id)
        if sketch and document_id not in self._ids:
            self._ids.append(document_id)
            self._sketches += sketch

    def copies_of(self, document_id: str) -> list[str]:
        """Return the documents of which another one is a copy; itself is none of them."""
        sketch = self._stories.sketch(document_id)
        if not sketch or not self._ids:
            return []
        alike = np.flatnonzero(resemblances(sketch, bytes(self._sketches)) >= SAME_STORY)
        return [self._ids[at] for at in alike.tolist() if self._ids[at] != document_id]
