"""A file that is open to be read: what it is known by, and what is in it."""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader

from index.ingest import worker
from index.ingest.given_metadata import with_given
from index.ingest.reading import state_of
from index.ingest.sidecar import Sidecar, read_sidecar
from index.ingest.walk import FileEntry, open_file
from index.types import Document, LoadProblem


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """An open file: its digest, its status when it was opened, and what lies beside it.

    `state` is what it is known by; see `index.ingest.reading.state_of`.
    """

    entry: FileEntry
    file: BufferedReader
    sha256: str
    sidecar: Sidecar
    state: str
    _signature: tuple[int, int]

    @property
    def steady(self) -> bool:
        """Whether the file has not changed since it was opened."""
        return _signature(self.file) == self._signature

    def items(self, start_worker: Callable[[], worker.Worker]) -> Iterator[Document | LoadProblem]:
        """Yield what is in the file, and beside it; a risky file is read by a worker.

        Raises:
            DiskError: when the disk failed.
            LoadError: when nothing of it is of use.
        """
        yield from self.sidecar.problems
        for item in self._loaded(start_worker):
            if isinstance(item, Document):
                given = with_given(item, self.entry.metadata)
                yield self.sidecar.added_to(given, self.entry.uri)
            else:
                yield item

    def _loaded(
        self, start_worker: Callable[[], worker.Worker]
    ) -> Iterator[Document | LoadProblem]:
        size, _ = self._signature
        if worker.is_risky(self.entry.format.name, size):
            return start_worker().load(self.entry, self.sha256)
        return worker.load(self.entry, self.file, self.sha256)


@contextmanager
def opened(entry: FileEntry) -> Iterator[OpenedFile]:
    """Open a file, and digest it.

    Raises:
        LoadError: it cannot be opened or read.
    """
    with open_file(entry.path) as file:
        signature = _signature(file)
        sha256 = _digest(file)
        sidecar = read_sidecar(entry.path)
        state = state_of(entry, sha256, sidecar)
        yield OpenedFile(entry, file, sha256, sidecar, state, signature)


def _signature(file: BufferedReader) -> tuple[int, int]:
    """Return what of an open file's status changes with its content: its size and time."""
    status = os.fstat(file.fileno())
    return status.st_size, status.st_mtime_ns


def _digest(file: BufferedReader) -> str:
    try:
        return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise worker.DiskError(f"it cannot be read: {error.strerror}") from error
