"""What was ticked in the filters, as an expression of the filter language."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from index.errors import InputError

_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KEYWORDS = frozenset(("and", "or", "not", "in", "contains", "starts", "with", "has", "null"))


@dataclass(frozen=True, slots=True)
class Selection:
    """What the filters ask for; `values` are the ticked values of each other field."""

    folder: str = ""
    since: str = ""
    until: str = ""
    dated: str = "published"
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    expression: str = ""

    @property
    def is_empty(self) -> bool:
        """Return whether every document passes."""
        return not (self.folder or self.since or self.until or self.values or self.expression)

    def parameters(self) -> dict[str, list[str]]:
        """Return what an address carries of it."""
        ticked = [f"{name}:{value}" for name, values in self.values.items() for value in values]
        found = {
            "folder": [self.folder],
            "since": [self.since],
            "until": [self.until],
            "only": ticked,
            "filter": [self.expression],
        }
        return {name: [each for each in values if each] for name, values in found.items()}

    def filter(self) -> str | None:
        """Return the filter, None where every document passes.

        Raises:
            InputError: when a date is none.
        """
        parts = [*self._parts()]
        return " and ".join(f"({part})" for part in parts) if parts else None

    def _parts(self) -> Iterable[str]:
        if self.folder:
            yield under_folder(self.folder)
        for operator, date in ((">=", self.since), ("<=", self.until)):
            if date:
                yield f"{name_of(self.dated)} {operator} {_checked_date(date)}"
        for name, values in self.values.items():
            yield f"{name_of(name)} in ({', '.join(map(quoted, values))})"
        if self.expression:
            yield self.expression


def read_selection(parameters: Mapping[str, Sequence[str]], dated: str = "published") -> Selection:
    """Return what an address asks for."""
    values: dict[str, list[str]] = {}
    for each in parameters.get("only", ()):
        name, colon, value = each.partition(":")
        if colon and name:
            values.setdefault(name, []).append(value)
    return Selection(
        folder=_first(parameters, "folder"),
        since=_first(parameters, "since"),
        until=_first(parameters, "until"),
        dated=dated,
        values={name: tuple(ticked) for name, ticked in values.items()},
        expression=_first(parameters, "filter"),
    )


def under_folder(folder: str) -> str:
    """Return the filter that passes what lies under a folder, however deep.

    >>> under_folder("/a/b")
    "uri >= '/a/b/' and uri < '/a/b0'"
    """
    prefix = folder.rstrip("/")
    # The character after a slash is a nought, so that this range is all that begins with a slash.
    return f"uri >= {quoted(prefix + '/')} and uri < {quoted(prefix + '0')}"


def quoted(value: str) -> str:
    r"""Return a text as the filter language writes it.

    >>> print(quoted("O'Brien\\"))
    'O''Brien\\'
    """
    doubled = value.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"


def name_of(field: str) -> str:
    """Return a field's name as the filter language writes it."""
    plain = _FIELD.fullmatch(field) and field.lower() not in _KEYWORDS
    return field if plain else f"`{field}`"


def _first(parameters: Mapping[str, Sequence[str]], name: str) -> str:
    return next((each.strip() for each in parameters.get(name, ()) if each.strip()), "")


def _checked_date(date: str) -> str:
    if not _DATE.fullmatch(date):
        raise InputError(f"{date[:40]!r} is no date; write it as 2025, 2025-11 or 2025-11-30")
    return date
