"""Which fields of a record are its text, where none is called `text`.

A string that reads like prose is text: it has several sentences' length, or some words under a
name that collections use for text (`body`, `licenseText`, `description`). Each stands in the
document as it is, with its JSON pointer as its place. A record without prose is written as lines of
`name: value`, so that its values are found. Its title is that of a field called so. Which fields
are text may be said instead, by their names or pointers; the rest is metadata then.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Self

from index.errors import LoadError
from index.loaders.build import Source
from index.loaders.writing import Writing
from index.places import Place
from index.types import Document, LoadProblem, MetadataValue

TITLES = ("title", "name", "headline", "subject", "label", "heading")
_TEXT_NAME = re.compile(
    r"(?i)(?:^|[a-z_.-])(?:text|body|contents?|description|summary|abstract|article|passage|"
    r"comment|notes?|message|answer|question|definition|details|paragraphs?|story|review)$"
)
_LONG = 100
_WORDS = 12
_NAMED_WORDS = 3
_MARKUP = re.compile(r"^\s*[<{\[]")


Leaf = tuple[str, str, str]
"""A value of a record: its pointer in the file, its dotted name, its words."""


class RecordLoader:
    """What loaders of records share: which fields are text, where somebody said so."""

    def __init__(self, text_fields: Sequence[str] = ()) -> None:
        """Take names, dotted names or JSON pointers within a record; none means to guess."""
        self.text_fields = tuple(text_fields)

    def with_text_fields(self, text_fields: Sequence[str]) -> Self:
        """Return such a loader that takes these fields for text."""
        return type(self)(text_fields)


def guessed(
    source: Source,
    record: Any,
    fallback_id: str,
    about: Mapping[str, MetadataValue],
    pointer: str = "",
) -> Document | LoadProblem:
    """Return the document of a record that names no text.

    Args:
        source: the file.
        record: any JSON value.
        fallback_id: the document's id.
        about: its metadata.
        pointer: the record's own JSON pointer in the file.

    Raises:
        LoadError: when it holds nothing but its id.
    """
    return written(source, list(leaves(record, pointer)), fallback_id, title_of(record), about)


def written(
    source: Source,
    every: Sequence[Leaf],
    document_id: str,
    title: str,
    about: Mapping[str, MetadataValue],
    chosen: Sequence[Leaf] = (),
) -> Document | LoadProblem:
    """Return the document of a record's values.

    Args:
        source: the file.
        every: the record's values in order.
        document_id: the document's id.
        title: its title.
        about: its metadata.
        chosen: the values that are its text; none means those that read like prose.

    Raises:
        LoadError: when it holds nothing but its id.
    """
    values = [leaf for leaf in every if leaf[1] not in ("_id", "id")]
    if not values:
        raise LoadError("it has no 'text'")
    prose = chosen or [leaf for leaf in values if is_prose(*leaf[1:])]
    writing = Writing()
    for where, name, value in prose or values:
        if prose:
            span = writing.paragraph(value)
        else:
            span = writing.line(f"{name}: {value}" if name else value)
        if len(span):
            writing.places.append(Place(span, "pointer", where or "/"))
    if prose:
        # What is text is no metadata too.
        texts = {name for _, name, _ in prose}
        about = {key: value for key, value in about.items() if key not in texts}
    return writing.document(source, document_id, title, about)


def named(every: Iterable[Leaf], text_fields: Sequence[str], pointer: str = "") -> list[Leaf]:
    """Return the values of the fields that are text, in the order of the record.

    Args:
        every: the record's values.
        text_fields: a pointer within the record (`/body/0`), a dotted name (`body.text`) or a last
            name (`text`) each; what a field holds is its text, too.
        pointer: the record's own.
    """
    return [leaf for leaf in every if any(_is_named(leaf, each, pointer) for each in text_fields)]


def _is_named(leaf: Leaf, field: str, pointer: str) -> bool:
    where, name, _ = leaf
    if field.startswith("/"):
        return f"{where.removeprefix(pointer)}/".startswith(f"{field}/")
    return f".{name}.".casefold().find(f".{field}.".casefold()) >= 0


def title_of(record: Any) -> str:
    """Return the words of the field that is a record's title, "" where none is."""
    if isinstance(record, dict):
        names = {str(key).lower(): key for key in record}
        for name in TITLES:
            value = record.get(names.get(name))
            if isinstance(value, str) and value.strip():
                return " ".join(value.split())
    return ""


def is_prose(name: str, value: str) -> bool:
    """Return whether a field holds text and not a name, a code or an address.

    >>> is_prose("body", "Bees hum all day."), is_prose("id", "a-1"), is_prose("url", "x" * 200)
    (True, False, False)
    """
    words = len(value.split())
    if _TEXT_NAME.search(name) and not _MARKUP.match(value):
        return words >= _NAMED_WORDS or (not value.isascii() and len(value) >= _WORDS)
    return len(value) >= _LONG and (words >= _WORDS or not value.isascii())


def leaves(value: Any, pointer: str, name: str = "") -> Iterator[Leaf]:
    """Yield each scalar's JSON pointer, dotted name and words, without recursion."""
    pending = [(value, pointer, name)]
    while pending:
        value, pointer, name = pending.pop()
        if isinstance(value, dict):
            members = [
                (item, f"{pointer}/{escaped(str(key))}", f"{name}.{key}" if name else str(key))
                for key, item in value.items()
            ]
            pending += reversed(members)
        elif isinstance(value, list):
            items = [(item, f"{pointer}/{number}", name) for number, item in enumerate(value)]
            pending += reversed(items)
        elif value is not None and str(value).strip():
            words = str(value).lower() if isinstance(value, bool) else str(value)
            yield pointer, name, words


def escaped(key: str) -> str:
    """Return a key as a JSON pointer has it (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")
