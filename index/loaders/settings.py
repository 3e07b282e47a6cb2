"""YAML and TOML: records as JSON's are; what holds no prose is read as the lines it is."""

from collections.abc import Iterator
from typing import Any

from index.errors import LoadError
from index.loaders.build import Source, build, encoding_metadata, file_name
from index.loaders.fields import guessed, title_of
from index.loaders.records import metadata_of
from index.text.encoding import decode
from index.types import Document, LoadProblem

_PARSED = 4 << 20
"""Bytes of YAML that are parsed, at a megabyte a few seconds; more is read as lines."""


class SettingsLoader:
    """Loads YAML and TOML; a list of records is one document a record."""

    name = "settings"

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield the documents in `data`.

        Raises:
            LoadError: when it is not text.
        """
        decoded = decode(data)
        toml = uri.lower().endswith(".toml")
        source = Source.of(data, uri, "application/toml" if toml else "application/yaml")
        about = encoding_metadata(decoded)
        records = _records(decoded.text, toml) if len(data) <= _PARSED else []
        if not records:
            yield build(source, key, file_name(uri), decoded.text, about)
        for number, record in enumerate(records, 1):
            fields = {**about, **dict(metadata_of(record))}
            identity = f"{key}.{number}"
            yield guessed(source, record, identity, fields, f"/{number - 1}")


def _records(text: str, toml: bool) -> list[dict[str, Any]]:
    """Return the records of a list that has titles or prose; [] where there is no such list."""
    try:
        value = _toml(text) if toml else _yaml(text)
    except LoadError:
        return []
    if not isinstance(value, list) or len(value) < 2:
        return []
    records = [each for each in value if isinstance(each, dict) and title_of(each)]
    return records if len(records) == len(value) else []


def _toml(text: str) -> Any:
    import tomllib

    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise LoadError(str(error)) from error


def _yaml(text: str) -> Any:
    import yaml

    from index.loaders.front_matter import _loaded, _plain

    try:
        return _plain(_loaded(text))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise LoadError(str(error)) from error
