"""The folder of uploaded files, and where they wait until their job begins."""

import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from api.jobs.errors import StorageFullError
from api.jobs.types import Action, Job
from index.errors import InputError
from index.ingest.sidecar import read_sidecar, sidecar_path, subject_of
from index.types import MetadataValue

_CHUNK = 1 << 20
_HOURS = 6 * 3600.0
_SPARE = 256 << 20
"""Bytes that stay free on the disk."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A file that waits: its place under the staging folder, how long it is and its digest."""

    place: str
    bytes: int
    sha256: str


class Uploads:
    """`root` is walked by a sync; `.jobs` in it, being hidden, is not."""

    def __init__(self, root: Path) -> None:
        """Take the folder; `prepare` makes it."""
        self.root = root
        self.jobs = root / ".jobs"
        self.staging = self.jobs / "staging"

    @classmethod
    def of_index(cls, index: Path) -> "Uploads":
        """Return the uploads of an index: the folder beside it that carries its name."""
        return cls(index.with_name(f"{index.name}.uploads"))

    def prepare(self) -> None:
        """Make the folders, for this user alone."""
        for folder in (self.root, self.jobs, self.staging):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def file(self, path: str) -> Path:
        """Return where an upload lies.

        Raises:
            InputError: when that is not inside the folder.
        """
        found = self.root / path
        inside = Path(os.path.realpath(found.parent)).is_relative_to(os.path.realpath(self.root))
        if not inside or not path or any(part.startswith(".") for part in Path(path).parts):
            raise InputError(f"{path[:200]!r} is not the path of an upload")
        return found

    def path_of(self, file: Path) -> str | None:
        """Return the path of a file in the uploads, None where it lies elsewhere."""
        root = Path(os.path.realpath(self.root))
        return file.relative_to(root).as_posix() if file.is_relative_to(root) else None

    def files(self) -> Iterator[str]:
        """Yield the paths of the uploads, sorted, without the metadata beside them."""
        for folder, folders, names in os.walk(self.root):
            folders[:] = sorted(each for each in folders if not each.startswith("."))
            for name in sorted(names):
                if subject_of(Path(folder, name)) is None:
                    yield (Path(folder, name)).relative_to(self.root).as_posix()

    def metadata(self, path: str) -> dict[str, MetadataValue]:
        """Return the metadata beside an upload, its title among it."""
        sidecar = read_sidecar(self.file(path))
        title = {"title": sidecar.title} if sidecar.title else {}
        return {**title, **sidecar.metadata}

    def sidecar_path(self, path: str) -> str | None:
        """Return the path of the metadata beside an upload, None where there is none."""
        place = sidecar_path(self.file(path))
        return place.relative_to(self.root).as_posix() if place.is_file() else None

    def subject(self, path: str) -> str:
        """Return the path of the upload that a file is metadata of, else the file's own."""
        found = subject_of(self.root / path)
        return path if found is None else found.relative_to(self.root).as_posix()

    def size(self, path: str) -> int | None:
        """Return how many bytes an upload has, None where it is gone."""
        try:
            return self.file(path).stat().st_size
        except FileNotFoundError:
            return None

    def stage(self, job_id: str, number: int, source: BinaryIO) -> Staged:
        """Copy what was sent to where it waits.

        Raises:
            StorageFullError: when the disk has no room for it.
        """
        place = f"{job_id}/{number}"
        target = self.staging / place
        target.parent.mkdir(mode=0o700, exist_ok=True)
        digest, length = hashlib.sha256(), 0
        with target.open("wb") as file:
            while chunk := source.read(_CHUNK):
                if shutil.disk_usage(self.staging).free < _SPARE + len(chunk):
                    raise StorageFullError(
                        f"the disk of the uploads would have less than {_SPARE >> 20} MiB free; "
                        "make room there"
                    )
                digest.update(chunk)
                length += len(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        return Staged(place, length, digest.hexdigest())

    def discard(self, job_id: str) -> None:
        """Delete what waits for a job."""
        shutil.rmtree(self.staging / job_id, ignore_errors=True)

    def abandoned(self, known: frozenset[str]) -> Iterator[str]:
        """Yield the ids under which files have waited for hours that belong to no known job."""
        for folder in self.staging.iterdir():
            if folder.name not in known and time.time() - folder.stat().st_mtime > _HOURS:
                yield folder.name

    def place(self, job: Job, number: int, action: Action) -> str | None:
        """Do an action on the files; return why it cannot be, worded, or None.

        What was there before waits with the job, for `undo`. Done again, it changes nothing.
        """
        target = self.file(action.path)
        staged = self.staging / action.staged if action.staged else None
        before = self._before(job, number)
        if action.do == "put" and staged is not None and staged.exists():
            if target.is_dir() or any(each.is_file() for each in self._between(target)):
                return f"there is a {'folder' if target.is_dir() else 'file'} in its place"
            if target.exists() and not action.replace and not same(staged, target):
                return f"there is another file at {action.path} already; send it with replace=true"
            target.parent.mkdir(parents=True, exist_ok=True)
            _back_up(target, before)
            staged.replace(target)
        elif action.do == "put" and not target.is_file():
            return "what was sent was lost; send it again"
        elif action.do == "drop" and target.is_file():
            _back_up(target, before)
            self._prune(target.parent)
        return None

    def undo(self, job: Job) -> None:
        """Put back what the actions of a job moved, the last one first."""
        for number in reversed(range(len(job.actions))):
            self.undo_action(job, number)

    def undo_action(self, job: Job, number: int) -> None:
        """Put back what one action of a job moved."""
        action = job.actions[number]
        if action.do not in ("put", "drop"):
            return
        target, before = self.file(action.path), self._before(job, number)
        staged = self.staging / action.staged
        if action.do == "put" and not staged.exists() and target.is_file():
            target.replace(staged)
        if before.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            before.replace(target)
        elif action.do == "put":
            self._prune(target.parent)

    def _before(self, job: Job, number: int) -> Path:
        return self.staging / job.id / f"before-{number}"

    def _between(self, target: Path) -> Iterator[Path]:
        for folder in target.parents:
            if folder == self.root:
                return
            yield folder

    def _prune(self, folder: Path) -> None:
        """Remove folders that became empty."""
        while folder != self.root:
            if folder.is_dir():
                if any(folder.iterdir()):
                    return
                folder.rmdir()
            folder = folder.parent


def same(one: Path, other: Path) -> bool:
    """Return whether two files hold the same bytes."""
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as first, other.open("rb") as second:
        return (
            hashlib.file_digest(first, "sha256").digest()
            == hashlib.file_digest(second, "sha256").digest()
        )


def _back_up(target: Path, before: Path) -> None:
    """Move a file aside, unless what was there before it was moved there already."""
    if not target.is_file():
        return
    before.parent.mkdir(mode=0o700, exist_ok=True)
    if before.exists():
        target.unlink()
    else:
        target.replace(before)
