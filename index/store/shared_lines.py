"""What documents share, as the record has it: which lines stand in how many, and their sketches.

See `index.text.repetition` and `index.text.sketch`.

`line_counts` has the state of the newest generation and is the writer's; `repeated_lines` has the
levels of each generation and is the readers'. Documents of an index older than these tables are not
counted, and nothing of them is known to be repeated.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from index.store.schema import LIVE, REPETITION
from index.text.repetition import LINE, Lines, edge_lines, level, repeated_spans
from index.text.sketch import sketch
from index.types import Document, Span


def ensure_tables(db: sqlite3.Connection) -> None:
    """Make the tables inside the open transaction where an older index lacks them."""
    if not has_tables(db):
        for statement in REPETITION.split(";"):
            db.execute(statement)


def has_tables(db: sqlite3.Connection) -> bool:
    """Return whether the record has the tables."""
    query = "SELECT 1 FROM sqlite_schema WHERE name = 'repeated_lines'"
    return db.execute(query).fetchone() is not None


def count(db: sqlite3.Connection, number: int, row: int, document: Document) -> None:
    """Keep the sketch of a document that came in, by its row, and count its lines."""
    if digest := sketch(document):
        db.execute("INSERT INTO sketches VALUES (?, ?)", (row, digest))
    count_lines(db, number, row, edge_lines(document))


def count_lines(db: sqlite3.Connection, number: int, row: int, lines: Lines) -> None:
    """Count the lines of a document that came in, by its row."""
    if not len(lines):
        return
    db.execute("INSERT INTO edge_lines VALUES (?, ?)", (row, lines.tobytes()))
    added = (
        "INSERT INTO line_counts VALUES (?, 1) "
        "ON CONFLICT DO UPDATE SET documents = documents + 1 RETURNING documents"
    )
    for key in _keys(lines):
        (documents,) = db.execute(added, (key,)).fetchone()
        if level(documents) != level(documents - 1):
            _set_level(db, number, key, level(documents))


def discount(db: sqlite3.Connection, number: int, row: int) -> None:
    """Count the lines of a document that went out no longer."""
    lines_row = db.execute("SELECT lines FROM edge_lines WHERE document = ?", (row,)).fetchone()
    if lines_row is None:
        return
    taken = "UPDATE line_counts SET documents = documents - 1 WHERE line = ? RETURNING documents"
    for key in _keys(_lines(lines_row[0])):
        (documents,) = db.execute(taken, (key,)).fetchone()
        if not documents:
            db.execute("DELETE FROM line_counts WHERE line = ?", (key,))
        if level(documents) != level(documents + 1):
            _set_level(db, number, key, level(documents))


def forget(db: sqlite3.Connection, oldest: int) -> None:
    """Forget what only generations before the oldest kept one need."""
    if has_tables(db):
        gone = "SELECT row FROM documents WHERE died IS NOT NULL AND died <= ?"
        for table in ("edge_lines", "sketches"):
            db.execute(f"DELETE FROM {table} WHERE document IN ({gone})", (oldest,))
        db.execute("DELETE FROM repeated_lines WHERE died <= ?", (oldest,))


def has_repeated(db: sqlite3.Connection, number: int) -> bool:
    """Return whether any line is repeated in a generation."""
    query = f"SELECT 1 FROM repeated_lines WHERE {LIVE} LIMIT 1"
    return has_tables(db) and db.execute(query, {"g": number}).fetchone() is not None


def repeated(db: sqlite3.Connection, number: int, passages: Iterable[int]) -> dict[str, list[Span]]:
    """Return where boilerplate stands in the documents of some passages, by document id."""
    rows = db.execute(
        "SELECT d.row, d.id FROM (SELECT DISTINCT p.document AS row FROM json_each(?) w "
        "JOIN passages p ON p.id = w.value) m JOIN documents d ON d.row = m.row",
        (json.dumps(list(passages)),),
    )
    return repeated_in(db, number, dict(rows))


def repeated_in(
    db: sqlite3.Connection, number: int, documents: Mapping[int, str]
) -> dict[str, list[Span]]:
    """Return where boilerplate stands in some documents, by id; they are given by their rows."""
    rows = db.execute(
        "SELECT document, lines FROM edge_lines JOIN json_each(?) w ON document = w.value",
        (json.dumps(list(documents)),),
    )
    lines = {documents[row]: _lines(data) for row, data in rows}
    keys = sorted({key for each in lines.values() for key in _keys(each)})
    levels = dict(
        db.execute(
            "SELECT line, level FROM json_each(:keys) k JOIN repeated_lines r ON r.line = k.value "
            f"WHERE {LIVE}",
            {"keys": json.dumps(keys), "g": number},
        ).fetchall()
    )
    return {identity: repeated_spans(each, levels) for identity, each in lines.items()}


def sketches(db: sqlite3.Connection, number: int, document_ids: Iterable[str]) -> dict[str, bytes]:
    """Return the sketches of documents of a generation by id, b"" of those that have none."""
    if not has_tables(db):
        return {}
    rows = db.execute(
        "SELECT d.id, s.sketch FROM json_each(:ids) w JOIN documents d ON d.id = w.value "
        "LEFT JOIN sketches s ON s.document = d.row "
        "WHERE d.born <= :g AND (d.died IS NULL OR d.died > :g)",
        {"ids": json.dumps(list(document_ids)), "g": number},
    )
    return {identity: digest or b"" for identity, digest in rows}


def problems(db: sqlite3.Connection, number: int) -> Iterator[str]:
    """Yield what does not hold of the newest generation, worded."""
    if not has_tables(db):
        return
    live = "SELECT e.lines FROM edge_lines e JOIN documents d ON d.row = e.document "
    rows = db.execute(f"{live} WHERE d.died IS NULL")
    keys = [np.unique(_lines(data)["key"]) for (data,) in rows]
    keys_here, counts = np.unique(np.concatenate(keys or [np.empty(0, "<i8")]), return_counts=True)
    counted = dict(zip(keys_here.tolist(), counts.tolist(), strict=True))
    if counted != dict(db.execute("SELECT line, documents FROM line_counts").fetchall()):
        yield "the lines that documents share are not counted as they stand in them"
    levels = {line: level(documents) for line, documents in counted.items() if level(documents)}
    known = f"SELECT line, level FROM repeated_lines WHERE {LIVE}"
    if levels != dict(db.execute(known, {"g": number}).fetchall()):
        yield "the lines recorded as repeated are not those that are"


def _set_level(db: sqlite3.Connection, number: int, key: int, now: int) -> None:
    db.execute("DELETE FROM repeated_lines WHERE line = ? AND born = ?", (key, number))
    db.execute("UPDATE repeated_lines SET died = ? WHERE line = ? AND died IS NULL", (number, key))
    if now:
        db.execute("INSERT INTO repeated_lines VALUES (?, ?, ?, NULL)", (key, now, number))


def _lines(data: bytes) -> Lines:
    return np.frombuffer(data, dtype=LINE)


def _keys(lines: Lines) -> list[int]:
    return sorted(set(lines["key"].tolist()))
