"""The digest of what an index holds, whatever store holds it and however its files are laid out."""

import hashlib
import json
from collections.abc import Sequence

import numpy as np

from index.ingest.passages import Draft
from index.protocols import Vectors
from index.types import Document, Mark


class ContentDigest:
    """SHA-256 over documents in id order, each with its passages in reading order.

    A document and a passage count as a line of JSON each, a vector as its bytes (float32, little
    endian). A document's text counts by its own digest; ids of passages and generations do not.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._digest = hashlib.sha256()

    def add_document(self, document: Document) -> None:
        """Add a document."""
        boxes = None if document.boxes is None else hashlib.sha256(document.boxes.data).hexdigest()
        self._line(
            document.id,
            document.uri,
            document.title,
            document.sha256,
            document.source_sha256,
            document.media_type,
            dict(document.metadata),
            [[h.span.start, h.span.end, h.level, h.text] for h in document.outline],
            [[p.span.start, p.span.end, p.kind, p.value] for p in document.places],
            boxes,
            _marks(document.marks),
        )

    def add_passage(self, draft: Draft, vector: Vectors) -> None:
        """Add a passage of the document before, and its vector (d,)."""
        span = draft.span
        self._line(span.start, span.end, list(draft.headings), _marks(draft.marks))
        self._digest.update(np.asarray(vector, dtype="<f4").tobytes())

    def hexdigest(self) -> str:
        """Return the digest of what was added so far."""
        return self._digest.hexdigest()

    def _line(self, *values: object) -> None:
        line = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        self._digest.update(line.encode("utf-8", "surrogatepass") + b"\n")


def _marks(marks: Sequence[Mark]) -> list[list[object]]:
    return [[mark.span.start, mark.span.end, mark.kind] for mark in marks]
