"""Files as they were read, cut and embedded elsewhere, on other machines perhaps."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from index.ingest.cutting import EmbeddedPassage
from index.ingest.file_sources import Source
from index.ingest.sidecar import Sidecar
from index.ingest.walk import FileEntry
from index.loaders.versions import reader_of
from index.types import Document, LoadProblem


@dataclass(frozen=True, slots=True, eq=False)
class EmbeddedDocument:
    """A document with its passages, in reading order."""

    document: Document
    passages: tuple[EmbeddedPassage, ...]


def state_of(entry: FileEntry, sha256: str, sidecar: Sidecar) -> str:
    """Return what a file is known by: its digest, and whatever else decides what is read of it.

    That is what lies beside it, which fields are text, and the metadata that it is given.
    """
    state = sidecar.state_of(sha256)
    if not entry.text_fields and not entry.metadata:
        return state
    given = ("", *entry.metadata) if entry.metadata else ()
    return hashlib.sha256("\0".join((state, *entry.text_fields, *given)).encode()).hexdigest()


def is_current(entry: FileEntry, known: Source) -> bool:
    """Return whether a file that is known would be read no better than it was.

    One with problems is tried again once its loader, or a library that it lacked, is another.
    """
    return not known.problems or known.problems[0].reader == reader_of(entry.format.name)


class ReadFile(Protocol):
    """A file that was read elsewhere."""

    @property
    def entry(self) -> FileEntry:
        """Which file."""
        ...

    @property
    def state(self) -> str | None:
        """What it is known by (see `state_of`); None when it could not be opened."""
        ...

    @property
    def failure(self) -> str:
        """Why it could not be opened, "" where it was."""
        ...

    @property
    def steady(self) -> bool:
        """Whether it did not change while it was being read; known once its items are."""
        ...

    def items(self) -> Iterator[EmbeddedDocument | LoadProblem]:
        """Yield what is in it, and beside it; nothing where its state was the one that is known.

        Raises:
            DiskError: when the disk failed.
            LoadError: when nothing of it is of use.
        """
        ...


class FileReader(Protocol):
    """Reads files, cuts and embeds their documents, elsewhere."""

    def read(self, files: Iterable[tuple[FileEntry, str | None]]) -> Iterator[ReadFile]:
        """Yield each file as it was read, in the order given.

        Its items are taken before the next file is asked for.

        Args:
            files: each with the state that is known of it; one that still has it is not read.
        """
        ...
