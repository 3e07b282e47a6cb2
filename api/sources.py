"""The files that documents came from."""

from pathlib import Path

from index.types import Document


def source_path(document: Document) -> Path:
    """Return the file that a document came from: of one inside an archive, the archive."""
    return Path(document.uri.partition("!/")[0])
