"""Where things stand in an index folder."""

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

STAGE = ".stage"
"""Suffix of what is being written; no generation ever names it."""

_TRIES = 10


@dataclass(frozen=True, slots=True)
class Layout:
    """The files of one index.

    catalog.sqlite   the record: documents, passages, generations, and the names and checksums
                     of all other files. What it does not name does not exist.
    embedded.sqlite  the vectors of a write that is not committed yet
    checked.json     which files were found whole, and in which state they were on the disk
    write.lock       held by the one writer, its process id inside
    terms/N/         tantivy's files as of generation N, hard-linked where nothing changed
    vectors/NAME     immutable vector segments
    lists/NAME.*     inverted lists of large segments, which only make them faster
    tending/         what is made beside readers and writers, until a generation takes it over
    pins/N           readers of generation N hold a shared lock on it
    """

    root: Path

    @property
    def catalog(self) -> Path:
        """The SQLite database."""
        return self.root / "catalog.sqlite"

    @property
    def embedded(self) -> Path:
        """The vectors of a write that is not committed yet."""
        return self.root / "embedded.sqlite"

    @property
    def checked(self) -> Path:
        """Which files were found whole."""
        return self.root / "checked.json"

    @property
    def lock(self) -> Path:
        """The writer's lock."""
        return self.root / "write.lock"

    @property
    def terms_root(self) -> Path:
        """The folder of all terms."""
        return self.root / "terms"

    @property
    def vectors_root(self) -> Path:
        """The folder of all segments."""
        return self.root / "vectors"

    @property
    def lists_root(self) -> Path:
        """The folder of all inverted lists."""
        return self.root / "lists"

    @property
    def tending_root(self) -> Path:
        """The folder of what is made beside readers and writers."""
        return self.root / "tending"

    @property
    def tending_lock(self) -> Path:
        """Held by whoever merges segments, makes terms anew or makes inverted lists."""
        return self.tending_root / "making.lock"

    @property
    def pins_root(self) -> Path:
        """The folder of the readers' locks."""
        return self.root / "pins"

    def terms(self, name: str) -> Path:
        """The folder of one generation's terms."""
        return self.terms_root / name

    def segment(self, name: str) -> Path:
        """One segment."""
        return self.vectors_root / name

    def pin(self, generation: int) -> Path:
        """The lock that readers of a generation share."""
        return self.pins_root / str(generation)

    def make_folders(self) -> None:
        """Create the folders that are not there yet."""
        for folder in (
            self.terms_root, self.vectors_root, self.lists_root, self.pins_root, self.tending_root
        ):  # fmt: skip
            folder.mkdir(parents=True, exist_ok=True)

    def is_index(self) -> bool:
        """Return whether a catalog is there."""
        return self.catalog.is_file()

    def has_strangers(self) -> bool:
        """Return whether the folder holds anything that an index would not."""
        ours = {"terms", "vectors", "lists", "pins", "tending", self.lock.name}
        return any(
            entry.name not in ours
            and not entry.name.startswith(
                (self.catalog.name, self.embedded.name, self.checked.name)
            )
            for entry in self.root.iterdir()
        )

    def size(self) -> int:
        """Return the bytes on disk; see `sizes`."""
        return sum(self.sizes().values())

    def sizes(self) -> dict[str, int]:
        """Return the bytes on disk of each part, counting a hard-linked file once.

        What a writer takes away meanwhile is not counted. The parts are `catalog`, `terms`,
        `vectors`, `lists` and `other`.
        """
        sizes: dict[int, tuple[str, int]] = {}
        for folder, _, names in os.walk(self.root):
            for name in names:
                with suppress(FileNotFoundError):
                    path = Path(folder, name)
                    entry = path.stat()
                    sizes[entry.st_ino] = _part(path.relative_to(self.root)), entry.st_size
        found = dict.fromkeys((*_PARTS, "other"), 0)
        for part, size in sizes.values():
            found[part] += size
        return found


_PARTS = ("catalog", "terms", "vectors", "lists")


def _part(path: Path) -> str:
    """Return the part of an index that a file belongs to; SQLite's log is the catalog's."""
    part = path.parts[0].partition(".")[0]
    return part if part in _PARTS else "other"


def delete(path: Path) -> None:
    """Delete a file or a folder with everything in it."""
    if not path.is_dir():
        path.unlink(missing_ok=True)
        return
    # A thread of tantivy's may still make and remove its lock in a folder that it had open.
    for _ in range(_TRIES):
        shutil.rmtree(path, ignore_errors=True)
        if not path.exists():
            return
    shutil.rmtree(path)
