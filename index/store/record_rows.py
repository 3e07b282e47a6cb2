"""Documents and passages as rows of the record, and back."""

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from index.errors import CitationError
from index.places import Place, WordBoxes
from index.text.marks import read_marks, write_marks
from index.types import Document, Heading, MetadataValue, Span

DOCUMENT = (
    "id, uri, title, sha256, source_sha256, media_type, metadata, outline, places, boxes, marks, "
    "text"
)
PASSAGE = "p.id, d.id, p.start, p.end, p.text, p.headings, p.born, p.died, d.title, p.marks"


def encode(text: str) -> bytes:
    """Return any Python string as bytes."""
    return text.encode("utf-8", "surrogatepass")


def decode(data: bytes) -> str:
    """Return the string that `encode` was given."""
    return data.decode("utf-8", "surrogatepass")


def id_value(document_id: str) -> str | bytes:
    """Return an id to compare with those stored; one that UTF-8 cannot hold equals none of them."""
    try:
        document_id.encode("utf-8")
    except UnicodeEncodeError:
        return encode(document_id)
    return document_id


def document_row(document: Document) -> tuple[object, ...]:
    """Return a document's columns, in the order of `DOCUMENT`."""
    outline = [[h.span.start, h.span.end, h.level, h.text] for h in document.outline]
    return (
        document.id,
        encode(document.uri),
        encode(document.title),
        document.sha256,
        document.source_sha256,
        document.media_type,
        json.dumps(dict(document.metadata), sort_keys=True),
        json.dumps(outline),
        _places_data(document),
        document.boxes.data if document.boxes else b"",
        write_marks(document.marks),
        encode(document.text),
    )


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document that is in the index: the key of its row, its digest, and where it came from."""

    row: int
    digest: bytes
    uri: str
    source: Path | None


def document_digest(document: Document) -> bytes:
    """Return a digest of all that makes a document what it is, its source's bytes left out."""
    row = document_row(document)
    digest = hashlib.sha256()
    for column in (*row[:4], *row[5:11]):
        piece = column if isinstance(column, bytes) else encode(str(column))
        digest.update(len(piece).to_bytes(8, "little"))
        digest.update(piece)
    return digest.digest()


def read_document(row: sqlite3.Row | tuple[object, ...]) -> Document:
    """Return the document of a row of `DOCUMENT` columns.

    Raises:
        CitationError: when the stored text does not have the stored digest.
    """
    (
        identity,
        uri,
        title,
        sha256,
        source_sha256,
        media_type,
        metadata,
        outline,
        places,
        boxes,
        marks,
        data,
    ) = row
    text = bytes(data)  # type: ignore[arg-type]  # the column's type is fixed by the schema
    if hashlib.sha256(text).hexdigest() != sha256:
        raise CitationError(
            f"the stored text of document {identity} is damaged; run `excerpt verify`"
        )
    return Document(
        id=str(identity),
        uri=decode(uri),  # type: ignore[arg-type]  # likewise
        title=decode(title),  # type: ignore[arg-type]  # likewise
        text=decode(text),
        sha256=str(sha256),
        media_type=str(media_type),
        metadata=read_metadata(str(metadata)),
        outline=tuple(
            Heading(Span(start, end), level, words)
            for start, end, level, words in json.loads(str(outline))
        ),
        source_sha256=str(source_sha256),
        places=_places(bytes(places)),  # type: ignore[arg-type]  # likewise
        boxes=WordBoxes(bytes(boxes)) if boxes else None,  # type: ignore[arg-type]  # likewise
        marks=read_marks(str(marks)),
    )


def _places_data(document: Document) -> bytes:
    """Return places as compressed JSON, none as no bytes."""
    places = [[p.span.start, p.span.end, p.kind, p.value] for p in document.places]
    return zlib.compress(json.dumps(places).encode()) if places else b""


def _places(data: bytes) -> tuple[Place, ...]:
    rows = json.loads(zlib.decompress(data)) if data else []
    return tuple(Place(Span(start, end), kind, value) for start, end, kind, value in rows)


def read_metadata(data: str) -> Mapping[str, MetadataValue]:
    """Return the metadata that a document's row holds as JSON."""
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in json.loads(data).items()
    }
