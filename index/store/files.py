"""Whether the files that a generation names are there and are what was written.

A snapshot looks at every file's size, and once a process at the checksums of the small ones
(2 GB a second), so that opening stays fast; `sync` and `verify` look at all of them.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.store import catalog, durable
from index.store.layout import Layout
from index.store.refusals import check_allowed

SMALL = 32 << 20
"""Bytes of a file that opening a snapshot may checksum."""


@dataclass(frozen=True, slots=True)
class Damage:
    """What of a generation must be made anew, and why, worded."""

    terms: bool = False
    segments: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.terms or bool(self.segments)


class FileChecks:
    """Remembers which files this process has checksummed already."""

    def __init__(self, layout: Layout) -> None:
        """Begin with none."""
        self._layout = layout
        self._sound: set[tuple[str, str, int]] = set()

    def damage(
        self, db: sqlite3.Connection, number: int, *, limit: int | None = SMALL, again: bool = False
    ) -> Damage:
        """Return what is damaged in a generation.

        Args:
            db: a connection to the record.
            number: the generation.
            limit: files larger than this are not checksummed; null means all are.
            again: checksum also what this process has checksummed before.

        Raises:
            IndexUnavailableError: when a file is there and may not be read.
        """
        if again:
            self._sound.clear()
        found = catalog.generation(db, number)
        terms = [] if found is None else list(self._terms_problems(db, found.terms, limit))
        segments: dict[str, str] = {}
        for row in catalog.segments(db, number):
            path = self._layout.segment(row.name)
            problem = self._problem(path, row.bytes, row.sha256, limit)
            if problem:
                segments[row.name] = problem
        return Damage(bool(terms), tuple(segments), (*terms, *segments.values()))

    def _terms_problems(
        self, db: sqlite3.Connection, folder: str, limit: int | None
    ) -> Iterator[str]:
        for file in catalog.terms_files(db, folder).values():
            path = self._layout.terms(folder) / file.name
            problem = self._problem(path, file.bytes, file.sha256, limit)
            if problem:
                yield problem

    def _problem(self, path: Path, size: int, sha256: str, limit: int | None) -> str | None:
        """Return what is wrong with one file, worded, or null."""
        try:
            stat = path.stat()
        except OSError as error:
            check_allowed(path, error)
            return f"{path} cannot be read: {error.strerror}"
        if stat.st_size != size:
            return f"{path} has {stat.st_size} bytes, not the {size} that were written"
        key = (path.name, sha256, stat.st_mtime_ns)
        if key in self._sound or (limit is not None and size > limit):
            return None
        try:
            digest = durable.sha256(path)
        except PermissionError as error:
            check_allowed(path, error)
            raise
        if digest != sha256:
            return f"{path} does not have the checksum that was recorded"
        self._sound.add(key)
        return None
