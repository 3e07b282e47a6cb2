"""Which files of a tree are left out, and by what: hidden names, patterns, ignore files."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import InputError
from index.ingest.file_sources import Rules

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

IGNORE_FILES = (".gitignore", ".excerptignore")
"""Later ones win over earlier ones of the same folder."""

HIDDEN, EXCLUDED, NOT_INCLUDED = "hidden", "excluded", "not included"


class Chooser:
    """Decides about the files under one root, and counts what is left out by what left it out."""

    def __init__(self, base: Path, rules: Rules) -> None:
        """Take the folder that the rules' patterns are relative to.

        Raises:
            InputError: when a pattern is none.
        """
        self.left_out: Counter[str] = Counter()
        self._base = base
        self._include = _spec(rules.include)
        self._exclude = _spec(rules.exclude)
        self._ignore_files = rules.ignore_files
        self._specs: dict[Path, list[tuple[str, GitIgnoreSpec]]] = {}

    def takes(self, path: Path, *, folder: bool) -> bool:
        """Return whether a file is indexed, or a folder looked into; count it if not."""
        reason = self._reason(path, folder)
        if reason is not None:
            self.left_out[reason] += 1
        return reason is None

    def visible(self, names: Sequence[str]) -> list[str]:
        """Return the names in a folder that are not hidden, sorted; count the others."""
        shown = sorted(name for name in names if not _is_hidden(name))
        hidden = len(names) - len(shown) - sum(name in IGNORE_FILES for name in names)
        if hidden:
            self.left_out[HIDDEN] += hidden
        return shown

    def _reason(self, path: Path, folder: bool) -> str | None:
        if path == self._base:
            return None
        name = _relative(path, self._base, folder)
        if self._exclude is not None and self._exclude.match_file(name):
            return EXCLUDED
        if self._include is not None and not folder and not self._include.match_file(name):
            return NOT_INCLUDED
        return self._ignored_by(path, folder) if self._ignore_files else None

    def _ignored_by(self, path: Path, folder: bool) -> str | None:
        """Return the ignore file that has the last word on a path, if that is to leave it out."""
        for place in path.parents:
            for name, spec in reversed(self._ignore_specs(place)):
                verdict = spec.check_file(_relative(path, place, folder)).include
                if verdict is not None:
                    return name if verdict else None
            if place == self._base:
                break
        return None

    def _ignore_specs(self, folder: Path) -> "list[tuple[str, GitIgnoreSpec]]":
        if folder not in self._specs:
            self._specs[folder] = list(_read_specs(folder))
        return self._specs[folder]


def _is_hidden(name: str) -> bool:
    """Return whether a name is hidden, or that of a lock of Office or a backup of an editor."""
    return name.startswith((".", "~$")) or name.endswith("~")


def _read_specs(folder: Path) -> "Iterator[tuple[str, GitIgnoreSpec]]":
    for name in IGNORE_FILES:
        try:
            lines = (folder / name).read_text("utf-8", "replace").splitlines()
        except OSError:
            continue
        # git passes over a line that is no pattern.
        spec = _spec([line for line in lines if _is_pattern(line)])
        if spec is not None:
            yield name, spec


def _spec(patterns: Sequence[str]) -> "GitIgnoreSpec | None":
    if not patterns:
        return None
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(patterns)
    except ValueError as error:
        raise InputError(f"{' '.join(patterns)} is no pattern as in .gitignore: {error}") from error


def _is_pattern(line: str) -> bool:
    try:
        _spec([line])
    except InputError:
        return False
    return True


def _relative(path: Path, base: Path, folder: bool) -> str:
    """Return a path as patterns see it: relative, a folder's with a slash at its end."""
    return f"{path.relative_to(base).as_posix()}/" if folder else path.relative_to(base).as_posix()
