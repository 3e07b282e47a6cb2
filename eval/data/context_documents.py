"""Contexts as documents, so that they can be indexed, read and cited like any other."""

from index.text.digest import text_digest
from index.types import Document


def context_document(title: str, text: str) -> Document:
    """Return the document of a context; the same title and text give the same id."""
    key = text_digest(f"{title}\0{text}")[:16]
    return Document(
        id=f"context-{key}",
        uri=f"context:{key}",
        title=title,
        text=text,
        sha256=text_digest(text),
        media_type="text/plain",
    )
