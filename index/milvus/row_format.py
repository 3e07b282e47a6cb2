"""Documents, passages and the record of files as rows, and back."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.errors import CitationError, InputError
from index.filters.literals import document_fields
from index.ingest.cutting import CutPassage
from index.ingest.file_sources import Source
from index.listing import DocumentHead
from index.milvus.client import Row
from index.milvus.collections import (
    DOCUMENT,
    FILE,
    LINES,
    LIVE,
    PIECE,
    TERMS,
    VECTOR,
    record_row,
)
from index.milvus.facts import BOUNDS, COMPLETE, FACTS, document_facts
from index.milvus.packing import ROOM, cut, pack, read_json, unpack, write_json
from index.places import Place, WordBoxes
from index.protocols import Vectors
from index.store.record_rows import StoredDocument
from index.text.marks import read_marks, write_marks
from index.text.repetition import LINE, Lines, edge_lines
from index.types import Document, Heading, LoadProblem, MetadataValue, Passage, Span

HEAD = ("row", "name", "uri", "data", "first", "count")
"""The columns that a document's head is read from."""

WITH_TEXT = (*HEAD, "body", "parts")
"""The columns that a document is read from, beside its pieces."""


STORED = ("row", "name", "digest", "source", "uri")


def stored_document(row: Row) -> StoredDocument:
    """Return a document that is in the index, of the columns `STORED`."""
    source = read_path(row["source"]) if row["source"] else None
    return StoredDocument(
        int(row["row"]), bytes.fromhex(row["digest"]), read_json(row["uri"]), source
    )


def document_key(document_id: str) -> str:
    """Return what a document is looked up by: an id may be of any characters and length."""
    return _digest(document_id.encode("utf-8", "surrogatepass"))


def path_key(path: Path) -> str:
    """Return what a file is looked up by."""
    return _digest(os.fsencode(path))


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def write_path(path: Path) -> str:
    """Return a path as a column."""
    return write_json(str(path))


def read_path(column: str) -> Path:
    """Return the path of a column."""
    return Path(read_json(column))


def document_rows(
    document: Document,
    row: int,
    born: int,
    digest: bytes,
    source: Path | None,
    passages: tuple[int, int],
) -> list[Row]:
    """Return the row of a document, and those of the pieces that it has no room for.

    Args:
        document: what goes in.
        row: its key; the pieces have the keys behind it.
        born: the generation that it is first seen in.
        digest: what identifies this version of it.
        source: the file that it came from.
        passages: the id of its first passage, and how many it has.

    Raises:
        InputError: when its id or address is too long.
    """
    head = _head(document)
    pieces = cut(pack([head, *_body(document)]))
    facts = document_facts(document_fields(document))
    written = json.dumps(head, separators=(",", ":"))
    first = record_row(
        row,
        DOCUMENT,
        parts=len(pieces) - 1,
        born=born,
        first=passages[0],
        count=passages[1],
        key=document_key(document.id),
        digest=digest.hex(),
        name=write_json(document.id),
        uri=write_json(document.uri),
        source=write_path(source) if source else "",
        data=written if len(written) <= ROOM and json.loads(written) == head else "",
        body=pieces[0],
        **{FACTS: facts.facts, BOUNDS: facts.bounds, COMPLETE: facts.complete},
    )
    rest = [
        record_row(row + number, PIECE, owner=row, part=number, born=born, body=piece)
        for number, piece in enumerate(pieces[1:], 1)
    ]
    return [first, *rest]


def lines_row(document: Document, row: int, owner: int, born: int) -> Row | None:
    """Return the row of the lines at a document's edges, `None` where it has none to tell apart.

    They are left out where they are too many for a column, as in a document of one-word sentences.
    """
    lines = edge_lines(document)
    if not len(lines):
        return None
    body = pack(lines.tobytes().hex())
    if len(body) > ROOM:
        return None
    return record_row(row, LINES, owner=owner, born=born, body=body)


def read_lines(row: Row) -> Lines:
    """Return the lines of a row of the columns `LINES_COLUMNS`."""
    return np.frombuffer(bytes.fromhex(unpack([row["body"]])), dtype=LINE)


LINES_COLUMNS = ("row", "owner", "body")
"""The columns that lines are read from."""


def _head(document: Document) -> list[Any]:
    metadata = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in document.metadata.items()
    }
    length = len(document.text.encode("utf-8", "surrogatepass"))
    return [document.title, document.media_type, document.sha256, length, metadata]


def _body(document: Document) -> list[Any]:
    return [
        document.source_sha256,
        [[h.span.start, h.span.end, h.level, h.text] for h in document.outline],
        [[p.span.start, p.span.end, p.kind, p.value] for p in document.places],
        document.boxes.data.hex() if document.boxes else "",
        write_marks(document.marks),
        document.text,
    ]


def read_head(row: Row, pieces: Sequence[str] = ()) -> DocumentHead:
    """Return a document without its text, of the columns `HEAD`; `pieces` where it had no room."""
    title, media_type, sha256, length, metadata = (
        json.loads(row["data"]) if row["data"] else unpack(pieces)[0]
    )
    return DocumentHead(
        id=read_json(row["name"]),
        uri=read_json(row["uri"]),
        title=title,
        media_type=media_type,
        sha256=sha256,
        bytes=length,
        metadata=_metadata(metadata),
    )


def head_fields(head: DocumentHead) -> dict[str, MetadataValue]:
    """Return a document's fields, as `document_fields` does."""
    own: dict[str, MetadataValue] = {
        "id": head.id,
        "uri": head.uri,
        "title": head.title,
        "media_type": head.media_type,
    }
    return {**head.metadata, **own}


def read_document(row: Row, pieces: Sequence[str]) -> Document:
    """Return a document of its row and all of its pieces, the first one included.

    Raises:
        CitationError: when the stored text is damaged.
    """
    identity = read_json(row["name"])
    try:
        head, source_sha256, outline, places, boxes, marks, text = unpack(pieces)
    except ValueError as error:
        raise _damaged(identity) from error
    title, media_type, sha256, _, metadata = head
    if hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() != sha256:
        raise _damaged(identity)
    return Document(
        id=identity,
        uri=read_json(row["uri"]),
        title=title,
        text=text,
        sha256=sha256,
        media_type=media_type,
        metadata=_metadata(metadata),
        outline=tuple(Heading(Span(a, b), level, words) for a, b, level, words in outline),
        source_sha256=source_sha256,
        places=tuple(Place(Span(a, b), kind, value) for a, b, kind, value in places),
        boxes=WordBoxes(bytes.fromhex(boxes)) if boxes else None,
        marks=read_marks(marks),
    )


def _damaged(identity: str) -> CitationError:
    return CitationError(
        f"the stored text of document {identity!r} is damaged; run `excerpt verify`"
    )


def _metadata(metadata: Mapping[str, Any]) -> dict[str, MetadataValue]:
    return {
        name: tuple(value) if isinstance(value, list) else value for name, value in metadata.items()
    }


PASSAGE = ("id", "born", "died", "data")
"""The columns that a passage is read from."""


def passage_row(
    identity: int,
    document: tuple[int, Document],
    passage: CutPassage,
    vector: Vectors,
    born: int,
    terms: str | None,
) -> Row:
    """Return the row of a passage.

    Args:
        identity: its id.
        document: the key of its document's row, and the document.
        passage: what was cut.
        vector: its vector (d,).
        born: the generation that it is first seen in.
        terms: its terms, where the server scores them.
    """
    draft = passage.draft
    row, of = document
    data = [
        *(of.id, of.title, draft.span.start, draft.span.end, draft.text),
        *(list(draft.headings), write_marks(draft.marks)),
    ]
    columns: Row = {
        "id": identity,
        VECTOR: vector.tolist(),
        "document": row,
        "born": born,
        "died": LIVE,
        "words": passage.digest.hex(),
        "data": write_json(data),
    }
    return columns if terms is None else {**columns, TERMS: terms}


def read_passage(row: Row) -> Passage:
    """Return a passage of the columns `PASSAGE`."""
    document_id, title, start, end, text, headings, marks = read_json(row["data"])
    died = int(row["died"])
    return Passage(
        id=int(row["id"]),
        document_id=document_id,
        span=Span(start, end),
        text=text,
        headings=tuple(headings),
        born=int(row["born"]),
        died=None if died == LIVE else died,
        title=title,
        marks=read_marks(marks),
    )


def file_row(row: int, path: Path, source: Source, born: int) -> Row:
    """Return the row of a file that was read."""
    return record_row(
        row,
        FILE,
        born=born,
        key=path_key(path),
        digest=source.sha256 or "",
        source=write_path(path),
        data=_write_problems(source.problems),
    )


def _write_problems(problems: Sequence[LoadProblem]) -> str:
    """Return the problems of one file as a column; of too many, the first."""
    first = len(problems)
    while True:
        some = [*problems[:first]]
        if first < len(problems):
            some.append(LoadProblem(problems[0].uri, f"{len(problems) - first:,} more problems"))
        try:
            return write_json(problem_values(some))
        except InputError:
            first //= 2


def problem_values(problems: Sequence[LoadProblem]) -> list[list[Any]]:
    """Return problems as JSON values."""
    return [[p.uri, p.reason, p.line, p.files, p.reader] for p in problems]


FILE_COLUMNS = ("row", "digest", "source", "data")


def read_file(row: Row) -> tuple[Path, Source]:
    """Return a file of the columns `FILE_COLUMNS`."""
    problems = tuple(LoadProblem(*problem) for problem in read_json(row["data"]))
    return read_path(row["source"]), Source(row["digest"] or None, problems)
