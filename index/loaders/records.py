"""Records of JSON and JSONL: fields -> a document and its metadata.

`text` is the document, `title` its title, `_id` or `id` its id. Every other key is metadata:

- a string, number or boolean as it is; a list of them becomes several values;
- an object's members by dotted names (`author.name`), those of an object called `metadata` (as in
  BEIR) by their own;
- a list that holds objects or lists as its JSON text;
- null (and NaN or an infinite number, which JSON doesn't have) as if the key weren't there.

A record whose text is blank is its title, if it has one: those are all its words. In one that has
no `text`, the fields that read like prose are (see `fields`).
"""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from index.errors import LoadError
from index.loaders.build import Source, build
from index.loaders.fields import guessed, is_prose, leaves, named, title_of, written
from index.text.ids import escape_id
from index.types import Document, LoadProblem, MetadataValue, Scalar

_SURROGATE = re.compile("[\ud800-\udfff]")
_OWN_KEYS = frozenset({"text", "title", "_id", "id"})
_INT64 = 1 << 63


def parse(line: str) -> Any:
    r"""Parse JSON text.

    A lone surrogate (`"\ud800"`), which no encoding can hold, is read as U+FFFD, as the WHATWG's
    conversion to a USVString does.

    Raises:
        LoadError: when it is malformed; the message says where.
    """
    try:
        value = json.loads(line, parse_constant=lambda _: None)
    except json.JSONDecodeError as error:
        raise LoadError(f"malformed JSON: {error.msg} at {_place(error)}") from error
    except (ValueError, RecursionError) as error:
        raise LoadError(f"malformed JSON: {error}") from error
    return _without_surrogates(value) if "\\u" in line else value


def _place(error: json.JSONDecodeError) -> str:
    column = f"column {error.colno}"
    return column if error.lineno == 1 else f"line {error.lineno}, {column}"


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_without_surrogates(k): _without_surrogates(v) for k, v in value.items()}
    return value


def own_id(record: Mapping[str, Any]) -> str | None:
    """Return the record's own id as text, or None when it names none.

    Raises:
        LoadError: when it is neither text nor a whole number.
    """
    for key in ("_id", "id"):
        value = record.get(key)
        if value is None or value == "":
            continue
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise LoadError(f"its {key!r} is neither text nor a whole number")
        return str(value)
    return None


def document(
    source: Source,
    record: Any,
    fallback_id: str,
    about: Mapping[str, MetadataValue],
    pointer: str = "",
    text_fields: Sequence[str] = (),
) -> Document | LoadProblem:
    """Return the document that a record holds, with `about` added to its metadata.

    Where it has any of `text_fields` those are its text, and what else it has is metadata.

    Raises:
        LoadError: when it is not an object, or a field is not what it must be.
    """
    if not isinstance(record, dict):
        raise LoadError("it is not an object with a 'text'")
    own = own_id(record)
    every = list(leaves(record, pointer)) if text_fields else []
    if chosen := named(every, text_fields, pointer):
        own_text = {key: value for key, value in record.items() if key == "text"}
        metadata = {**about, **dict(metadata_of(record)), **dict(_flatten(own_text))}
        identity = fallback_id if own is None else escape_id(own)
        return written(source, every, identity, title_of(record), metadata, chosen)
    title, text = _words(record, "title"), _words(record, "text")
    metadata = {**about, **dict(metadata_of(record))}
    document_id = fallback_id if own is None else escape_id(own)
    if record.get("text") is None and not (title.strip() and not _has_prose(record)):
        return guessed(source, record, document_id, metadata, pointer)
    return build(source, document_id, title, text if text.strip() else title, metadata)


def _words(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    if value is not None and not isinstance(value, str):
        raise LoadError(f"its {key!r} is not a string")
    return value or ""


def _has_prose(record: Mapping[str, Any]) -> bool:
    """Return whether fields beside the title read like a document's words."""
    return any(
        is_prose(key, value)
        for key, value in record.items()
        if key not in _OWN_KEYS and isinstance(value, str)
    )


def metadata_of(record: Mapping[str, Any]) -> Iterator[tuple[str, MetadataValue]]:
    """Yield the metadata of a record by (dotted) name; a later name replaces an earlier one."""
    inner = record.get("metadata")
    own = _OWN_KEYS
    if isinstance(inner, dict):
        yield from _flatten(inner)
        own |= {"metadata"}
    yield from _flatten({key: value for key, value in record.items() if key not in own})


def _flatten(fields: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, MetadataValue]]:
    for key, value in fields.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{key}.")
        elif (plain := _plain(value)) is not None:
            yield prefix + key, plain


def _plain(value: Any) -> MetadataValue | None:
    if not isinstance(value, list):
        return _scalar(value)
    if any(isinstance(item, list | dict) for item in value):
        return json.dumps(value, ensure_ascii=False)
    return tuple(scalar for item in value if (scalar := _scalar(item)) is not None) or None


def _scalar(value: Scalar | None) -> Scalar | None:
    """Return a value that every store can hold: whole numbers past 64 bits become floats."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int) and not -_INT64 <= value < _INT64:
        return float(value) if abs(value) < 10**308 else None
    return value
