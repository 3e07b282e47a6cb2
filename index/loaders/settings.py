"""YAML and TOML: records as JSON's are; what holds no prose is read as the lines it is."""

from collections.abc import Iterator
from typing import Any

from index.errors import LoadError
from index.loaders.build import Source, build, encoding_metadata, file_name
from index.loaders.fields import RecordLoader, is_prose, leaves, named, title_of
from index.loaders.json import listed_records, load_records
from index.text.encoding import decode
from index.types import Document, LoadProblem

_PARSED = 4 << 20
"""Bytes of YAML that are parsed, at a megabyte a few seconds; more is read as lines."""


_TEXTS = ("text", "body", "content")


class SettingsLoader(RecordLoader):
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
        found = self._records(decoded.text, toml) if len(data) <= _PARSED else None
        if found is None:
            yield build(source, key, file_name(uri), decoded.text, about)
            return
        pointer, records = found
        yield from load_records(source, records, key, about, pointer, self.text_fields)

    def _records(self, text: str, toml: bool) -> tuple[str, list[Any]] | None:
        """Return the pointer of a list of records and what is in it, None where there is none.

        Records have titles or prose, or fields that are said to be text; so may the file itself.
        """
        try:
            value = _toml(text) if toml else _yaml(text)
        except LoadError:
            return None
        if isinstance(value, dict) and not self.text_fields and _has_text(value):
            return "", [value]
        if isinstance(value, dict) and named(leaves(value, ""), self.text_fields):
            found = listed_records(value, self.text_fields) or ("", [value])
        elif isinstance(value, dict):
            found = listed_records(value) or ("", [])
        else:
            found = "", value if isinstance(value, list) else []
        records = found[1]
        if self.text_fields and any(self._is_named(each) for each in records):
            return found
        listed = len(records) > 1 and all(isinstance(each, dict) for each in records)
        return found if listed and all(map(_is_record, records)) else None

    def _is_named(self, record: Any) -> bool:
        return isinstance(record, dict) and bool(named(leaves(record, ""), self.text_fields))


def _has_text(value: dict[Any, Any]) -> bool:
    """Return whether an object is a record by itself: one of its own fields is called its text."""
    fields = {name: value.get(name) for name in _TEXTS}
    return any(isinstance(words, str) and is_prose(name, words) for name, words in fields.items())


def _is_record(value: Any) -> bool:
    """Return whether an object has a title, or words that read like prose."""
    return bool(title_of(value)) or any(is_prose(*leaf[1:]) for leaf in leaves(value, ""))


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
