"""YAML front matter: the block between two lines of three dashes that opens a file."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from index.loaders.records import metadata_of
from index.types import MetadataValue

_BLOCK = re.compile(r"---[ \t]*(?:\r\n|\n|\r)(.*?)^(?:---|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the front matter says; it ends at offset `end` of the text, 0 when there is none."""

    end: int = 0
    title: str = ""
    metadata: dict[str, MetadataValue] = field(default_factory=dict)


def front_matter(text: str) -> FrontMatter:
    """Read the front matter of a text; malformed YAML is front matter that says nothing."""
    match = _BLOCK.match(text)
    if match is None:
        return FrontMatter()
    fields = _parsed(match[1])
    if not isinstance(fields, dict):
        return FrontMatter(match.end() if fields is None else 0)
    plain = {str(key): _plain(value) for key, value in fields.items()}
    title = plain.get("title")
    return FrontMatter(match.end(), str(title or ""), dict(metadata_of(plain)))


def _parsed(block: str) -> Any:
    """Return what YAML says, or None; aliases, which can stand for a billion items, are refused."""
    import yaml

    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(block)):
            return None
        return yaml.safe_load(block)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None


def _plain(value: Any) -> Any:
    """Return a YAML value in JSON's types: dates in ISO 8601 form."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool) else None
