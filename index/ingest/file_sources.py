"""What a store remembers of the files that its documents came from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from index.types import LoadProblem


@dataclass(frozen=True, slots=True)
class Rules:
    """Which files under a root are indexed, and what of their records.

    Attributes:
        include: patterns as in .gitignore, of which a file must match one; none means all files.
        exclude: patterns of files and folders that are left out.
        ignore_files: whether .gitignore and .excerptignore are obeyed.
        text_fields: which fields of records (JSON, JSONL, YAML, TOML, XML) are text, by name,
            dotted name or JSON pointer in the record; none means to guess.
        metadata: what all documents are given, each as `key=value`.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    ignore_files: bool = True
    text_fields: tuple[str, ...] = ()
    metadata: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Root:
    """A file or folder that is mirrored, and by which rules."""

    path: Path
    rules: Rules = field(default_factory=Rules)


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read; `sha256` is None when it must be read again at the next sync."""

    sha256: str | None
    problems: tuple[LoadProblem, ...] = ()


class Sources(Protocol):
    """The record of files, as one write sees it and changes it.

    Nothing of it is seen by others before the write commits.
    """

    def roots(self) -> list[Root]:
        """Return what is synced when no path is given."""
        ...

    def set_roots(self, roots: Sequence[Root]) -> None:
        """Record the roots, in place of those before."""
        ...

    def get(self, path: Path) -> Source | None:
        """Return what is known of a file."""
        ...

    def put(self, path: Path, source: Source) -> None:
        """Record a file, in place of what was known of it."""
        ...

    def forget(self, path: Path) -> None:
        """Record nothing of a file any more; its documents stay, and come from nowhere."""
        ...

    def under(self, root: Path) -> Iterable[Path]:
        """Return every recorded file that is `root` or lies under it, sorted."""
        ...

    def documents(self, path: Path) -> Iterator[str]:
        """Yield the ids of the documents that a file holds in the newest generation."""
        ...

    def set_skipped(self, problems: Mapping[Path, Sequence[LoadProblem]]) -> None:
        """Record what could not be read under each root; those no longer recorded are dropped."""
        ...


def read_again(sources: Sources, path: Path) -> None:
    """Have a recorded file read at the next sync, whatever its content."""
    known = sources.get(path)
    if known is not None and known.sha256 is not None:
        sources.put(path, Source(None, known.problems))


@dataclass(frozen=True, slots=True)
class Owner:
    """Where a document that is in the index came from; `source` is None if it was handed in."""

    uri: str
    source: Path | None


class MemorySources:
    """A record of files that is not kept on disk; see `Sources`.

    A store that has no better place for it hands out a copy for each write, and keeps that copy
    when the write commits.
    """

    def __init__(self) -> None:
        """Begin with nothing recorded."""
        self.skipped: dict[Path, tuple[LoadProblem, ...]] = {}
        self.owners: dict[str, Path] = {}
        """The file that each document came from, by id."""
        self._roots: list[Root] = []
        self._files: dict[Path, Source] = {}

    def copy(self) -> "MemorySources":
        """Return a copy that changes by itself."""
        copied = MemorySources()
        copied.skipped = dict(self.skipped)
        copied.owners = dict(self.owners)
        copied._roots = list(self._roots)
        copied._files = dict(self._files)
        return copied

    def roots(self) -> list[Root]:
        """Return what is synced when no path is given."""
        return list(self._roots)

    def set_roots(self, roots: Sequence[Root]) -> None:
        """Record the roots, in place of those before."""
        self._roots = list(roots)

    def get(self, path: Path) -> Source | None:
        """Return what is known of a file."""
        return self._files.get(path)

    def put(self, path: Path, source: Source) -> None:
        """Record a file, in place of what was known of it."""
        self._files[path] = source

    def forget(self, path: Path) -> None:
        """Record nothing of a file any more."""
        self._files.pop(path, None)
        self.owners = {each: owner for each, owner in self.owners.items() if owner != path}

    def under(self, root: Path) -> Iterable[Path]:
        """Return every recorded file that is `root` or lies under it, sorted."""
        return sorted(path for path in self._files if path.is_relative_to(root))

    def documents(self, path: Path) -> Iterator[str]:
        """Yield the ids of the documents that came from a file."""
        return iter([each for each, owner in self.owners.items() if owner == path])

    def set_skipped(self, problems: Mapping[Path, Sequence[LoadProblem]]) -> None:
        """Record what could not be read under each root; those no longer recorded are dropped."""
        every = self.skipped | {path: tuple(each) for path, each in problems.items()}
        roots = {root.path for root in self._roots}
        self.skipped = {
            path: each
            for path, each in every.items()
            if not roots.isdisjoint((path, *path.parents))
        }
