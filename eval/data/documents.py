"""Contexts as documents, so that they can be indexed, read and cited like any other."""

from hashlib import sha256

from index.types import Document


def digest(text: str) -> str:
    """Return the hex sha256 of `text`, as `Document.sha256` has it."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def context_document(title: str, text: str) -> Document:
    """Return the document of a context; the same title and text give the same id."""
    key = digest(f"{title}\0{text}")[:16]
    return Document(
        id=f"context-{key}",
        uri=f"context:{key}",
        title=title,
        text=text,
        sha256=digest(text),
        media_type="text/plain",
    )
