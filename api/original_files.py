"""The files that documents came from."""

from pathlib import Path

from index.types import Document


def source_path(document: Document) -> Path:
    """Return the file that a document came from: of one inside an archive, the archive."""
    return path_of(document.uri)


def path_of(uri: str) -> Path:
    """Return the file that a document's URI names, the outermost one."""
    return Path(uri.partition("!/")[0])
