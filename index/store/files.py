"""Whether the files that a generation names are there and are what was written.

A snapshot looks at every file's size, and once a process at the checksums of the small ones
(2 GB a second), so that opening stays fast, and of those that were written to since `sync` looked
at them. `sync` looks at every file whose state on the disk is not the one that was last found
intact, and at each again after some days, since disks rot; `verify` looks at all.
"""

import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from index.store import catalog, durable
from index.store.layout import STAGE, Layout
from index.store.refusals import check_allowed

SMALL = 32 << 20
"""Bytes of a file that opening a snapshot may checksum."""


_BELIEVED = 7 * 86_400.0
"""Seconds after which a file that was found intact is looked at again."""

_SETTLED = 2.0
"""Seconds for which a file must have been left alone before its time of change tells of the next:
clocks of file systems are coarse."""


@dataclass(frozen=True, slots=True)
class Damage:
    """What of a generation must be made anew, and why, worded."""

    terms: bool = False
    segments: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.terms or bool(self.segments)


class FileChecks:
    """Remembers which files were checksummed already: this process its own, and all what syncs did.

    One thread at a time may `remember`.
    """

    def __init__(self, layout: Layout, *, anew: bool = False) -> None:
        """Begin with what was remembered, or with nothing where all is to be looked at `anew`."""
        self._layout = layout
        self._sound: set[tuple[str, str, int]] = set()
        self._intact: dict[str, _CheckedFile] = {} if anew else _read(layout.checked)

    def damage(
        self, db: sqlite3.Connection, number: int, *, limit: int | None = SMALL, again: bool = False
    ) -> Damage:
        """Return what is damaged in a generation.

        Args:
            db: a connection to the record.
            number: the generation.
            limit: files larger than this are not checksummed; None means all are.
            again: checksum also what was checksummed before.

        Raises:
            IndexUnavailableError: when a file is there and may not be read.
        """
        if again:
            self.forget()
        record = catalog.generation(db, number)
        terms = [] if record is None else list(self._terms_problems(db, record.terms, limit))
        segments: dict[str, str] = {}
        for row in catalog.segments(db, number):
            path = self._layout.segment(row.name)
            problem = self._problem(path, row.bytes, row.sha256, limit)
            if problem:
                segments[row.name] = problem
        return Damage(bool(terms), tuple(segments), (*terms, *segments.values()))

    def forget(self) -> None:
        """Believe in nothing that was checksummed before, in any process."""
        self._sound.clear()
        self._intact.clear()
        with suppress(OSError):
            self._layout.checked.unlink(missing_ok=True)

    def remember(self, db: sqlite3.Connection, number: int) -> None:
        """Write down which files of a generation were found intact; the caller may write there.

        A disk that refuses makes later syncs slower, and nothing worse.
        """
        names = {row.name for row in catalog.segments(db, number)}
        record = catalog.generation(db, number)
        if record is not None:
            names |= set(catalog.terms_files(db, record.terms))
        checked_files = {
            name: list(checked) for name, checked in self._intact.items() if name in names
        }
        stage = self._layout.checked.with_name(self._layout.checked.name + STAGE)
        with suppress(OSError):
            stage.write_text(json.dumps(checked_files))
            stage.replace(self._layout.checked)

    def _terms_problems(
        self, db: sqlite3.Connection, folder: str, limit: int | None
    ) -> Iterator[str]:
        for file in catalog.terms_files(db, folder).values():
            path = self._layout.terms(folder) / file.name
            problem = self._problem(path, file.bytes, file.sha256, limit)
            if problem:
                yield problem

    def _problem(self, path: Path, size: int, sha256: str, limit: int | None) -> str | None:
        """Return what is wrong with one file, worded, or None."""
        try:
            stat = path.stat()
        except OSError as error:
            check_allowed(path, error)
            return f"{path} cannot be read: {error.strerror}"
        if stat.st_size != size:
            return f"{path} has {stat.st_size} bytes, not the {size} that were written"
        key = (path.name, sha256, stat.st_mtime_ns)
        checked = self._intact.get(path.name)
        if key in self._sound or self._is_believed(checked, sha256, stat, limit):
            return None
        was_touched = checked is not None and checked[0] == sha256
        if limit is not None and size > limit and not was_touched:
            return None
        try:
            digest = durable.sha256(path)
        except PermissionError as error:
            check_allowed(path, error)
            raise
        if digest != sha256:
            return f"{path} does not have the checksum that was recorded"
        self._sound.add(key)
        now = time.time()
        if stat.st_mtime < now - _SETTLED:
            self._intact[path.name] = (sha256, stat.st_ino, stat.st_mtime_ns, now)
        return None

    @staticmethod
    def _is_believed(
        checked: "_CheckedFile | None", sha256: str, stat: os.stat_result, limit: int | None
    ) -> bool:
        """Return whether a file is as it was when it was last found intact."""
        if checked is None or checked[:3] != (sha256, stat.st_ino, stat.st_mtime_ns):
            return False
        return limit is not None or 0 <= time.time() - checked[3] < _BELIEVED


_CheckedFile = tuple[str, int, int, float]
"""A file's digest, its number and time of change (ns) on the disk, and when it was found intact."""


def _read(path: Path) -> dict[str, _CheckedFile]:
    try:
        checked_files = json.loads(path.read_bytes())
        return {
            str(name): (str(sha256), int(inode), int(changed), float(when))
            for name, (sha256, inode, changed, when) in checked_files.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
