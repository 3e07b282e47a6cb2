"""What every loader shares: a document from its parts, with its digests."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from index.text.digest import text_digest
from index.text.encoding import Decoded
from index.types import Document, Heading, LoadProblem, MetadataValue

LEVELS = 6
"""How many levels of headings there are; terms and tables' headers lie below."""
EMPTY = "it is empty: there is no text to index"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a document comes from. `sha256` is the hex digest of the file's bytes."""

    uri: str
    sha256: str
    media_type: str

    @classmethod
    def of(cls, data: bytes, uri: str, media_type: str) -> "Source":
        """Describe a file by its content."""
        return cls(uri, hashlib.sha256(data).hexdigest(), media_type)


def build(
    source: Source,
    document_id: str,
    title: str,
    text: str,
    metadata: Mapping[str, MetadataValue] | None = None,
    outline: tuple[Heading, ...] = (),
) -> Document | LoadProblem:
    """Return the document, or the problem that there is nothing in it."""
    if not text or text.isspace():
        return LoadProblem(source.uri, EMPTY)
    return Document(
        id=document_id,
        uri=source.uri,
        title=title,
        text=text,
        sha256=text_digest(text),
        media_type=source.media_type,
        metadata=dict(metadata or {}),
        outline=outline,
        source_sha256=source.sha256,
    )


def first_heading(outline: Iterable[Heading]) -> str:
    """Return the first heading's words, "" where there is none."""
    return next((heading.text for heading in outline if heading.level <= LEVELS), "")


def encoding_metadata(decoded: Decoded) -> dict[str, MetadataValue]:
    """Return what to record of a file's encoding: nothing when it is plain, whole UTF-8."""
    about: dict[str, MetadataValue] = {}
    if decoded.encoding != "utf-8" or decoded.damaged:
        about["encoding"] = decoded.encoding
    if decoded.damaged:
        about["encoding_damaged"] = decoded.damaged
    return about


def whole_number(written: str, most: int) -> int | None:
    """Return a whole number written in ASCII digits, at most `most`; None where it is none.

    >>> whole_number("12", 9), whole_number("9" * 5000, 9), whole_number("²", 9)
    (9, 9, None)
    """
    if not (written.isascii() and written.isdigit()):
        return None
    return min(int(written[:18]), most)


def file_name(uri: str) -> str:
    """Return the last part of a path or URL: the title of last resort."""
    return PurePath(uri).name
