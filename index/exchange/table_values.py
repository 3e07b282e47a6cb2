"""Documents, passages and files as rows of the tables, and back.

A string of Python may hold what UTF-8 cannot, half a surrogate pair. The columns then hold `?` in
its place, and `exact` the values as they were: JSON in UTF-8 with `surrogatepass`.
"""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from index.ingest.file_sources import Source
from index.ingest.passages import Draft
from index.places import Place, WordBoxes
from index.protocols import Vectors
from index.types import Document, Heading, LoadProblem, Mark, MetadataValue, Passage, Span

Row = dict[str, Any]


def document_row(document: Document, source: Path | None) -> Row:
    """Return a document as a row; `source` is the file it came from."""
    return _portable(
        {
            "id": document.id,
            "uri": document.uri,
            "title": document.title,
            "text": document.text,
            "outline": [
                {**_edges(each.span), "level": each.level, "text": each.text}
                for each in document.outline
            ],
            "places": [
                {**_edges(each.span), "kind": each.kind, "value": each.value}
                for each in document.places
            ],
        }
    ) | {
        "sha256": document.sha256,
        "source_sha256": document.source_sha256,
        "media_type": document.media_type,
        "metadata": json.dumps(dict(document.metadata), sort_keys=True),
        "marks": _mark_rows(document.marks),
        "boxes": None if document.boxes is None else document.boxes.data,
        "source": None if source is None else os.fsencode(source),
    }


def read_document(row: Row) -> Document:
    """Return the document of a row."""
    row = _exact(row)
    return Document(
        id=row["id"],
        uri=row["uri"],
        title=row["title"],
        text=row["text"],
        sha256=row["sha256"],
        media_type=row["media_type"],
        metadata=_metadata(row["metadata"]),
        outline=tuple(Heading(_span(each), each["level"], each["text"]) for each in row["outline"]),
        source_sha256=row["source_sha256"],
        places=tuple(Place(_span(each), each["kind"], each["value"]) for each in row["places"]),
        boxes=None if row["boxes"] is None else WordBoxes(row["boxes"]),
        marks=_marks(row["marks"]),
    )


def read_source_path(row: Row) -> Path | None:
    """Return the file that the document of a row came from."""
    return None if row["source"] is None else Path(os.fsdecode(row["source"]))


def passage_row(passage: Passage, vector: Vectors) -> Row:
    """Return a passage as a row, with its vector (d,)."""
    strings = {"text": passage.text, "headings": list(passage.headings)}
    return _portable(strings) | {
        "document_id": passage.document_id,
        **_edges(passage.span),
        "marks": _mark_rows(passage.marks),
        "vector": vector,
    }


def read_draft(row: Row) -> Draft:
    """Return the passage of a row, without its vector."""
    row = _exact(row)
    return Draft(_span(row), row["text"], tuple(row["headings"]), _marks(row["marks"]))


def source_row(path: Path, source: Source) -> Row:
    """Return what is known of a file as a row."""
    problems = [
        {"uri": each.uri, "reason": each.reason, "line": each.line, "files": each.files}
        for each in source.problems
    ]
    return {
        "path": os.fsencode(path),
        "sha256": source.sha256,
        "problems": _replaced(problems),
    }


def read_source(row: Row) -> tuple[Path, Source]:
    """Return the file of a row, and what is known of it."""
    problems = tuple(LoadProblem(**each) for each in row["problems"])
    return Path(os.fsdecode(row["path"])), Source(row["sha256"], problems)


def _edges(span: Span) -> Row:
    return {"start": span.start, "end": span.end}


def _span(row: Row) -> Span:
    return Span(row["start"], row["end"])


def _mark_rows(marks: Sequence[Mark]) -> list[Row]:
    return [{**_edges(mark.span), "kind": mark.kind} for mark in marks]


def _marks(rows: Sequence[Row]) -> tuple[Mark, ...]:
    return tuple(Mark(_span(each), each["kind"]) for each in rows)


def _metadata(data: str) -> Mapping[str, MetadataValue]:
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in json.loads(data).items()
    }


def _portable(values: Row) -> Row:
    """Return values that UTF-8 can hold, with those as they were under `exact` where it cannot."""
    odd = {name: value for name, value in values.items() if not _is_portable(value)}
    replaced = {name: _replaced(value) for name, value in odd.items()}
    exact = _json(odd).encode("utf-8", "surrogatepass") if odd else None
    return values | replaced | {"exact": exact}


def _exact(row: Row) -> Row:
    data = row["exact"]
    return row if data is None else row | json.loads(data.decode("utf-8", "surrogatepass"))


def _is_portable(value: object) -> bool:
    try:
        (value if isinstance(value, str) else _json(value)).encode()
    except UnicodeEncodeError:
        return False
    return True


def _replaced(value: object) -> Any:
    return json.loads(_json(value).encode("utf-8", "replace"))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
