"""JSON: an object that is a document, or an array of such objects."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from index.errors import LoadError
from index.loaders.build import Source, encoding_metadata
from index.loaders.fields import RecordLoader, escaped, is_prose
from index.loaders.records import document, parse
from index.text.encoding import decode
from index.types import Document, LoadProblem, MetadataValue


class JsonLoader(RecordLoader):
    """Loads records from one JSON value."""

    name = "json"

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield the documents in `data`.

        In an array, a record without an id of its own has `key` and its number, from 1.

        Raises:
            LoadError: when it is malformed, or neither an object with a text nor an array.
        """
        source = Source.of(data, uri, "application/json")
        decoded = decode(data)
        about = encoding_metadata(decoded)
        value = _value(decoded.text)
        if isinstance(value, list) and any(isinstance(record, dict) for record in value):
            yield from load_records(source, value, key, about, text_fields=self.text_fields)
            return
        if listed := listed_records(value, self.text_fields):
            pointer, records = listed
            yield from load_records(source, records, key, about, pointer, self.text_fields)
            return
        try:
            yield document(source, value, key, about, text_fields=self.text_fields)
        except LoadError as error:
            raise LoadError(
                f"it holds no documents: {error}; it must be an object with a 'text', "
                "or an array of such objects; JSON with one object a line is named .jsonl"
            ) from error


def _value(text: str) -> Any:
    value = parse(text) if text.strip() else []
    return {"text": ""} if value == [] else value


def listed_records(value: Any, text_fields: Sequence[str] = ()) -> tuple[str, list[Any]] | None:
    """Return the one list of records that an object without words of its own holds, by pointer."""
    if not isinstance(value, dict) or "text" in value:
        return None
    if any(each in value for each in text_fields):
        return None
    lists = [
        (key, items)
        for key, items in value.items()
        if isinstance(items, list) and len(items) > 1 and all(isinstance(i, dict) for i in items)
    ]
    own = any(isinstance(item, str) and is_prose(key, item) for key, item in value.items())
    if len(lists) != 1 or own:
        return None
    name, records = lists[0]
    return f"/{escaped(name)}", records


def load_records(
    source: Source,
    values: list[Any],
    key: str,
    about: Mapping[str, MetadataValue],
    pointer: str = "",
    text_fields: Sequence[str] = (),
) -> Iterator[Document | LoadProblem]:
    """Yield the documents of records, those without an id of their own numbered from 1."""
    seen: set[str] = set()
    for number, value in enumerate(values, 1):
        where = f"{pointer}/{number - 1}"
        try:
            item = document(source, value, f"{key}.{number}", about, where, text_fields)
        except LoadError as error:
            yield LoadProblem(source.uri, f"record {number}: {error}")
            continue
        if isinstance(item, Document) and item.id in seen:
            item = LoadProblem(source.uri, f"an earlier record has the same id, {item.id!r}")
        elif isinstance(item, LoadProblem):
            item = LoadProblem(source.uri, f"record {number}: {item.reason}")
        else:
            seen.add(item.id)
        yield item
