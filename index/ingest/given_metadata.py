"""Metadata that is given for all documents under a path: `key=value`, as `excerpt index --meta`.

A value is read as in front matter (YAML 1.2): `2024` is a number, `true` a truth value, `02134` and
`NO` are text. A key that is given twice has both values. What a file says itself gives way to it,
and it to what lies beside the file.
"""

from collections.abc import Sequence
from dataclasses import replace

from index.errors import InputError
from index.loaders.front_matter import scalar_value
from index.types import Document, MetadataValue, Scalar


def checked_pairs(pairs: Sequence[str]) -> tuple[str, ...]:
    """Return the pairs, trimmed.

    Raises:
        InputError: when one has no key, no `=` or no value.
    """
    parts = [pair.partition("=") for pair in pairs]
    trimmed = [(key.strip(), value.strip()) for key, _, value in parts]
    for pair, (key, value) in zip(pairs, trimmed, strict=True):
        if not key or not value:
            raise InputError(f"{pair!r} is no metadata; write it as key=value")
    return tuple(f"{key}={value}" for key, value in trimmed)


def metadata_of_pairs(pairs: Sequence[str]) -> dict[str, MetadataValue]:
    """Return the metadata that pairs give.

    >>> metadata_of_pairs(["year=2024", "code=02134", "tag=a", "tag=b"])
    {'year': 2024, 'code': '02134', 'tag': ('a', 'b')}
    """
    found: dict[str, tuple[Scalar, ...]] = {}
    for pair in pairs:
        key, _, value = pair.partition("=")
        found[key] = (*found.get(key, ()), scalar_value(value))
    return {key: values[0] if len(values) == 1 else values for key, values in found.items()}


def with_given(document: Document, pairs: Sequence[str]) -> Document:
    """Return a document with the metadata that is given for it; `title` is its title."""
    if not pairs:
        return document
    given = metadata_of_pairs(pairs)
    title = str(given.pop("title", document.title))
    return replace(document, title=title, metadata={**document.metadata, **given})
