"""Front matter that opens a file: YAML between lines of three dashes, TOML between plus signs.

YAML is read as of version 1.2: NO and off are words, 12:30 is a time of day, 02134 a code. A number
that would be written otherwise (1.20) stays as it was written.
"""

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from index.loaders.records import metadata_of
from index.types import MetadataValue, Scalar

if TYPE_CHECKING:
    import yaml

_BLOCK = re.compile(
    r"---[ \t]*(?:\r\n|\n|\r)(.*?)(?<=[\r\n])(?:---|\.\.\.)[ \t]*(?=[\r\n]|\Z)", re.DOTALL
)

_TOML_BLOCK = re.compile(
    r"\+\+\+[ \t]*(?:\r\n|\n|\r)(.*?)(?<=[\r\n])\+\+\+[ \t]*(?=[\r\n]|\Z)", re.DOTALL
)
_BOOL = re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$")
_INT = re.compile(r"^(?:0|-?[1-9]\d{0,14})$")
_FLOAT = re.compile(r"^-?(?:0|[1-9]\d{0,14})\.(?:\d{0,14}[1-9]|0)$")

_ENTRY = re.compile(r"^(?=\w[\w.-]*:(?:\s|$))", re.MULTILINE)
_BLANK = re.compile(r"(?:\s|#[^\r\n]*)*")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the front matter says; it ends at offset `end` of the text, 0 when there is none."""

    end: int = 0
    title: str = ""
    metadata: dict[str, MetadataValue] = field(default_factory=dict)


def front_matter(text: str) -> FrontMatter:
    """Read the front matter of a text; of malformed YAML, what can be read."""
    match = _BLOCK.match(text) or _TOML_BLOCK.match(text)
    if match is None:
        return FrontMatter()
    fields = _parsed(match[1]) if match.re is _BLOCK else _toml(match[1])
    if not isinstance(fields, dict):
        return FrontMatter(match.end() if fields is None else 0)
    plain = {str(key): _plain(value) for key, value in fields.items()}
    title = plain.get("title")
    return FrontMatter(match.end(), str(title or ""), dict(metadata_of(plain)))


def _parsed(block: str) -> Any:
    """Return what YAML says, or None; malformed YAML is read one entry at a time."""
    import yaml

    try:
        return _loaded(block)
    except (yaml.YAMLError, ValueError, RecursionError):
        return _entries(block) or None


def _toml(block: str) -> dict[str, Any] | None:
    """Return what TOML says, or None where it is malformed."""
    try:
        return tomllib.loads(block)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None


def _entries(block: str) -> dict[Any, Any]:
    """Return the entries that can be read, the others' first lines as strings.

    A block that begins with anything else is no list of entries, and has none.
    """
    before, *entries = _ENTRY.split(block)
    if _BLANK.fullmatch(before) is None:
        return {}
    found: dict[Any, Any] = {}
    for entry in entries:
        found |= _entry(entry)
    return found


def _entry(entry: str) -> dict[Any, Any]:
    import yaml

    try:
        fields = _loaded(entry)
    except (yaml.YAMLError, ValueError, RecursionError):
        fields = None
    if isinstance(fields, dict):
        return fields
    key, _, value = entry.splitlines()[0].partition(":")
    return {key: value.strip()}


def _loaded(block: str) -> Any:
    """Return what YAML says.

    Raises:
        YAMLError, ValueError, RecursionError: when it is malformed, or has aliases, which can
            stand for a billion items.
    """
    import yaml

    if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(block)):
        raise ValueError("aliases are not followed")
    loader = _lenient()(block)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


@cache
def _lenient() -> "type[yaml.SafeLoader]":
    """Return a loader that takes a value which is not what it seems (30 February) as a string."""
    import yaml

    class Lenient(yaml.SafeLoader):  # type: ignore[misc]  # yaml has no types
        def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
            try:
                return super().construct_object(node, deep)
            except (yaml.YAMLError, ValueError, ArithmeticError, LookupError, AttributeError):
                if not isinstance(node, yaml.ScalarNode):
                    raise
                return node.value

    replaced = {f"tag:yaml.org,2002:{name}" for name in ("bool", "int", "float")}
    Lenient.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag not in replaced]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    for name, pattern, first in (
        ("bool", _BOOL, "tTfF"),
        ("int", _INT, "-0123456789"),
        ("float", _FLOAT, "-0123456789"),
    ):
        Lenient.add_implicit_resolver(f"tag:yaml.org,2002:{name}", pattern, list(first))
    return Lenient


def scalar_value(written: str) -> Scalar:
    """Return a value as it would be read in front matter: a truth value, a number, else text.

    >>> scalar_value("2024"), scalar_value("02134"), scalar_value("1.20"), scalar_value("true")
    (2024, '02134', '1.20', True)
    """
    if _BOOL.match(written):
        return written.lower() == "true"
    if _INT.match(written):
        return int(written)
    return float(written) if _FLOAT.match(written) else written


def _plain(value: Any) -> Any:
    """Return a YAML value in JSON's types: dates in ISO 8601 form."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool) else None
