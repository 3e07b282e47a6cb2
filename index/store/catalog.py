"""What the record says: the SQL that readers, the writer and the checks share."""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.ingest.file_sources import Source
from index.protocols import Ids
from index.store.record_rows import (
    DOCUMENT,
    PASSAGE,
    StoredDocument,
    decode,
    id_value,
    read_document,
)
from index.store.schema import LIVE
from index.text.marks import read_marks
from index.types import Counts, Document, LoadProblem, Passage, Span

ENTRY = "p.id, d.title, p.headings, p.text FROM passages p JOIN documents d ON d.row = p.document"

Entry = tuple[int, str, tuple[str, ...], str]
"""A passage as it is indexed: id, title, headings, text."""

_PAGE = 256


@dataclass(frozen=True, slots=True)
class Generation:
    """A committed generation: what it holds and the folder of its terms."""

    number: int
    committed: float
    documents: int
    passages: int
    terms: str

    @property
    def counts(self) -> Counts:
        """Return how much it holds."""
        return Counts(self.number, self.documents, self.passages)


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file as it was published: `name` within its folder."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """A vector segment as the record knows it."""

    name: str
    kind: str
    rows: int
    bytes: int
    sha256: str
    born: int


def newest(db: sqlite3.Connection) -> int:
    """Return the number of the newest generation."""
    return int(db.execute("SELECT max(number) FROM generations").fetchone()[0])


def generation(db: sqlite3.Connection, number: int) -> Generation | None:
    """Return a generation, or None when it is not there or was collected."""
    row = db.execute(
        "SELECT number, committed, documents, passages, terms FROM generations WHERE number = ?",
        (number,),
    ).fetchone()
    return Generation(*row) if row else None


def generations(db: sqlite3.Connection) -> list[int]:
    """Return the numbers of all kept generations, ascending."""
    return [number for (number,) in db.execute("SELECT number FROM generations ORDER BY number")]


def meta(db: sqlite3.Connection) -> dict[str, str]:
    """Return what the index remembers about itself."""
    return dict(db.execute("SELECT key, value FROM meta").fetchall())


def set_meta(db: sqlite3.Connection, key: str, value: str) -> None:
    """Remember something about the index."""
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))


def segments(db: sqlite3.Connection, number: int) -> list[SegmentRow]:
    """Return the vector segments of a generation, oldest first."""
    rows = db.execute(
        f"SELECT name, kind, rows, bytes, sha256, born FROM segments WHERE {LIVE} ORDER BY row",
        {"g": number},
    )
    return [SegmentRow(*row) for row in rows]


def terms_files(db: sqlite3.Connection, folder: str) -> dict[str, NamedFile]:
    """Return the files of one generation's terms by name."""
    rows = db.execute("SELECT name, bytes, sha256 FROM terms_files WHERE folder = ?", (folder,))
    return {row[0]: NamedFile(*row) for row in rows}


def add_terms_files(db: sqlite3.Connection, folder: str, files: Iterable[NamedFile]) -> None:
    """Name the files of a generation's terms."""
    db.executemany(
        "INSERT INTO terms_files VALUES (?, ?, ?, ?)",
        [(folder, file.name, file.bytes, file.sha256) for file in files],
    )


def dead(db: sqlite3.Connection, number: int) -> Ids:
    """Return the sorted ids of the passages that died up to this generation."""
    rows = db.execute("SELECT passage FROM dead WHERE died <= ? ORDER BY passage", (number,))
    return np.fromiter((row[0] for row in rows), dtype=np.int64)


def live_ids(db: sqlite3.Connection, number: int) -> Ids:
    """Return the sorted ids of the passages of a generation."""
    rows = db.execute(f"SELECT id FROM passages WHERE {LIVE} ORDER BY id", {"g": number})
    return np.fromiter((row[0] for row in rows), dtype=np.int64)


def passages(db: sqlite3.Connection, number: int, ids: Iterable[int]) -> dict[int, Passage]:
    """Return those of the passages that live in a generation, by id."""
    wanted = json.dumps([int(identity) for identity in ids])
    rows = db.execute(
        f"SELECT {PASSAGE} FROM json_each(:ids) w JOIN passages p ON p.id = w.value "
        f"JOIN documents d ON d.row = p.document WHERE {_live('p')}",
        {"ids": wanted, "g": number},
    )
    return {row[0]: _passage(row) for row in rows}


def document_passages(db: sqlite3.Connection, number: int, document_id: str) -> list[Passage]:
    """Return a document's passages in reading order."""
    rows = db.execute(
        f"SELECT {PASSAGE} FROM documents d JOIN passages p ON p.document = d.row "
        f"WHERE d.id = :id AND {_live('d')} AND {_live('p')} ORDER BY p.start, p.id",
        {"id": id_value(document_id), "g": number},
    )
    return [_passage(row) for row in rows]


def document(db: sqlite3.Connection, number: int, document_id: str) -> Document | None:
    """Return a document of a generation, its text checked."""
    row = db.execute(
        f"SELECT {DOCUMENT} FROM documents WHERE id = :id AND {LIVE}",
        {"id": id_value(document_id), "g": number},
    ).fetchone()
    return read_document(row) if row else None


def documents_after(db: sqlite3.Connection, number: int, after: str) -> list[Document]:
    """Return the next documents in id order, at most a page of them."""
    rows = db.execute(
        f"SELECT {DOCUMENT} FROM documents WHERE id > :after AND {LIVE} ORDER BY id LIMIT {_PAGE}",
        {"after": after, "g": number},
    ).fetchall()
    return [read_document(row) for row in rows]


def passages_with_titles(db: sqlite3.Connection, number: int) -> Iterator[Entry]:
    """Yield every passage of a generation as it is indexed, by id."""
    rows = db.execute(f"SELECT {ENTRY} WHERE {_live('p')} ORDER BY p.id", {"g": number})
    return map(_entry, rows)


def passages_after(db: sqlite3.Connection, number: int, after: int, count: int) -> list[Entry]:
    """Return the next `count` passages of a generation with ids above `after`, by id."""
    rows = db.execute(
        f"SELECT {ENTRY} WHERE p.id > :after AND {_live('p')} ORDER BY p.id LIMIT :count",
        {"g": number, "after": after, "count": count},
    )
    return list(map(_entry, rows))


def last_id(db: sqlite3.Connection, number: int) -> int:
    """Return an id that all passages born up to a generation have or are below, and no later one.

    Ids ascend with the generations, so that looking from the end is quick.
    """
    row = db.execute(
        "SELECT id FROM passages WHERE born <= ? ORDER BY id DESC LIMIT 1", (number,)
    ).fetchone()
    return int(row[0]) if row else 0


def last_passages(db: sqlite3.Connection, number: int, below: int, count: int) -> list[Entry]:
    """Return the last `count` passages of a generation with ids less than `below`, by id."""
    rows = db.execute(
        f"SELECT {ENTRY} WHERE p.id < :below AND {_live('p')} ORDER BY p.id DESC LIMIT :count",
        {"g": number, "below": below, "count": count},
    )
    return sorted(map(_entry, rows))


def _entry(row: tuple[Any, ...]) -> Entry:
    identity, title, headings, text = row
    return identity, decode(title), tuple(json.loads(headings)), decode(text)


def count_live(db: sqlite3.Connection, number: int) -> Counts:
    """Count the documents and passages of a generation, row by row."""
    counted = [
        db.execute(f"SELECT count(*) FROM {table} WHERE {LIVE}", {"g": number}).fetchone()[0]
        for table in ("documents", "passages")
    ]
    return Counts(number, *counted)


def fields(db: sqlite3.Connection) -> dict[str, set[str]]:
    """Return the metadata fields ever seen, and the kinds of their values."""
    seen: dict[str, set[str]] = {}
    for name, kind in db.execute("SELECT name, kind FROM fields"):
        seen.setdefault(name, set()).add(kind)
    return seen


def roots(db: sqlite3.Connection) -> list[Path]:
    """Return the recorded roots."""
    return [_path(row[0]) for row in db.execute("SELECT path FROM roots ORDER BY row")]


def set_roots(db: sqlite3.Connection, paths: Iterable[Path]) -> None:
    """Record the roots, in place of those before."""
    db.execute("DELETE FROM roots")
    db.executemany("INSERT INTO roots (path) VALUES (?)", [(os.fsencode(path),) for path in paths])


def skipped(db: sqlite3.Connection) -> list[LoadProblem]:
    """Return what the last sync of each root could not read."""
    skipped = json.loads(meta(db).get("skipped", "{}"))
    return [LoadProblem(*problem) for problems in skipped.values() for problem in problems]


def unread(db: sqlite3.Connection) -> int:
    """Return how many files could not be read."""
    return int(meta(db).get("unread", "0"))


def set_skipped(db: sqlite3.Connection, problems_of: dict[Path, list[LoadProblem]]) -> None:
    """Record what could not be read under the roots that were synced; those forgotten are left."""
    skipped = json.loads(meta(db).get("skipped", "{}"))
    # What was said of a single file is superseded when the folder it lies in is synced.
    skipped = {
        path: rows for path, rows in skipped.items() if not _lies_under(path, set(problems_of))
    }
    skipped |= {str(root): problem_rows(problems) for root, problems in problems_of.items()}
    recorded = set(roots(db))
    here = {root: rows for root, rows in skipped.items() if rows and _lies_under(root, recorded)}
    set_meta(db, "skipped", json.dumps(here))
    problems = (LoadProblem(*row) for rows in here.values() for row in rows)
    files = {(each.uri, each.reason): each.files for each in problems if each.line is None}
    set_meta(db, "unread", str(sum(files.values())))


def _lies_under(path: str, roots: set[Path]) -> bool:
    return not roots.isdisjoint((Path(path), *Path(path).parents))


def current(db: sqlite3.Connection, document_id: str) -> StoredDocument | None:
    """Return the document with an id that no write has taken out."""
    row = db.execute(
        "SELECT d.row, d.digest, d.uri, s.path FROM documents d "
        "LEFT JOIN sources s ON s.row = d.source WHERE d.id = ? AND d.died IS NULL",
        (id_value(document_id),),
    ).fetchone()
    if row is None:
        return None
    return StoredDocument(row[0], row[1], decode(row[2]), None if row[3] is None else _path(row[3]))


def source(db: sqlite3.Connection, path: Path) -> Source | None:
    """Return what is known of a file."""
    row = db.execute(
        "SELECT sha256, problems FROM sources WHERE path = ?", (os.fsencode(path),)
    ).fetchone()
    if row is None:
        return None
    return Source(row[0], tuple(LoadProblem(*problem) for problem in json.loads(row[1])))


def source_row(db: sqlite3.Connection, path: Path) -> int | None:
    """Return the row of a known file."""
    query = "SELECT row FROM sources WHERE path = ?"
    row = db.execute(query, (os.fsencode(path),)).fetchone()
    return None if row is None else int(row[0])


def source_documents(db: sqlite3.Connection, row: int, after: str, count: int) -> list[str]:
    """Return the next ids after one, at most `count`, of the documents that came from a file."""
    rows = db.execute(
        "SELECT id FROM documents WHERE source = ? AND died IS NULL AND id > ? ORDER BY id LIMIT ?",
        (row, after, count),
    )
    return [identity for (identity,) in rows]


def sources_under(db: sqlite3.Connection, root: Path) -> Iterator[Path]:
    """Yield the path of every known file that is `root` or lies under it."""
    name = os.fsencode(root)
    below = name.rstrip(b"/") + b"/"
    rows = db.execute(
        "SELECT path FROM sources WHERE path = ? OR (path >= ? AND path < ?) ORDER BY path",
        (name, below, below[:-1] + b"0"),
    )
    for (path,) in rows:
        yield _path(path)


def _path(name: bytes) -> Path:
    return Path(os.fsdecode(name))


def problems_json(problems: Iterable[LoadProblem]) -> str:
    """Return problems as they are kept beside their source."""
    return json.dumps(problem_rows(problems))


def problem_rows(problems: Iterable[LoadProblem]) -> list[list[Any]]:
    """Return problems as JSON values."""
    return [[p.uri, p.reason, p.line, p.files, p.reader] for p in problems]


def _live(alias: str) -> str:
    return f"{alias}.born <= :g AND ({alias}.died IS NULL OR {alias}.died > :g)"


def _passage(row: tuple[Any, ...]) -> Passage:
    identity, document_id, start, end, text, headings, born, died, title, marks = row
    return Passage(
        id=identity,
        document_id=document_id,
        span=Span(start, end),
        text=decode(text),
        headings=tuple(json.loads(headings)),
        born=born,
        died=died,
        title=decode(title),
        marks=read_marks(marks),
    )
