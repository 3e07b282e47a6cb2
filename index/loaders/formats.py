"""Which loader reads which file: suffixes and media types as data, read without any import.

Ours are the rows of the table in `index.loaders`. A third party's loader is an entry point in the
group `excerpt.loaders`; in the group `excerpt.suffixes` its suffixes (with the dot) and media types
are names of the same reference:

    [project.entry-points."excerpt.loaders"]
    shout = "shout:ShoutLoader"
    [project.entry-points."excerpt.suffixes"]
    ".shout" = "shout:ShoutLoader"
    "text/x-shout" = "shout:ShoutLoader"

A loader that declares none there is imported to read its `suffixes`; one that cannot be is left
out, and `FormatTable.broken` names it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from index.errors import ModelError
from index.protocols import Loader
from index.registry import Registry, scanned_points

SUFFIXES_GROUP = "excerpt.suffixes"


@dataclass(frozen=True, slots=True)
class Format:
    """One loader and what it reads.

    Attributes:
        name: what the loader is called.
        reference: where it is, `module:attribute [extra]`; the extra is what to install for it.
        suffixes: lower case, with the dot.
        media_types: lower case, without parameters.
    """

    name: str
    reference: str
    suffixes: tuple[str, ...]
    media_types: tuple[str, ...] = ()


class FormatTable:
    """The formats that are read: ours, and third parties' once a suffix is not one of ours."""

    def __init__(self, rows: Sequence[Format]) -> None:
        """Take our own rows; earlier ones own the suffixes that later ones name too."""
        self.loaders: Registry[type[Loader] | Loader] = Registry(
            "excerpt.loaders", "loader", {row.name: row.reference for row in rows}
        )
        self.broken: dict[str, str] = {}
        """Third parties' loaders that were left out, by name, and why."""
        self._by_name = {row.name: row for row in rows}
        self._by_key: dict[str, Format] = {}
        self._scanned = False
        for row in rows:
            self._add(row)

    def of_name(self, name: str) -> Format:
        """Return the format whose loader is called `name`.

        Raises:
            InputError: when there is none; the message lists those there are.
        """
        if name not in self._by_name:
            self._scan()
        if name not in self._by_name:
            raise self.loaders.unknown(name)
        return self._by_name[name]

    def of_suffix(self, suffix: str) -> Format | None:
        """Return the format of a suffix (with its dot, in any case), or None."""
        return self._of(suffix.lower())

    def of_media_type(self, media_type: str) -> Format | None:
        """Return the format of a media type, whatever its parameters, or None."""
        return self._of(media_type.partition(";")[0].strip().lower())

    def suffixes(self) -> list[str]:
        """Return every suffix that is read, sorted."""
        self._scan()
        return sorted(key for key in self._by_key if key.startswith("."))

    def _of(self, key: str) -> Format | None:
        if key not in self._by_key:
            self._scan()
        return self._by_key.get(key)

    def _add(self, row: Format) -> None:
        self._by_name.setdefault(row.name, row)
        for key in (*row.suffixes, *row.media_types):
            self._by_key.setdefault(key, row)

    def _scan(self) -> None:
        """Add third parties' formats, once."""
        if self._scanned:
            return
        self._scanned = True
        declared: dict[str, list[str]] = {}
        for key, reference in scanned_points(SUFFIXES_GROUP):
            declared.setdefault(reference, []).append(key.lower())
        for name in self.loaders.names():
            if name not in self._by_name:
                self._add_third_partys(name, declared)

    def _add_third_partys(self, name: str, declared: dict[str, list[str]]) -> None:
        reference = self.loaders.reference(name)
        keys = declared.get(reference)
        if keys is None:
            try:
                keys = [
                    suffix.lower() for suffix in getattr(self.loaders.get(name), "suffixes", ())
                ]
            except ModelError as error:
                self.broken[name] = str(error)
                return
        suffixes = tuple(key for key in keys if key.startswith("."))
        self._add(Format(name, reference, suffixes, tuple(k for k in keys if "/" in k)))
