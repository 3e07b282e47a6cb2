"""The record's tables.

Documents and passages carry the generations in which they were born and died, so that a reader
of generation g sees exactly the rows with `born <= g AND (died IS NULL OR died > g)` however long
it reads, with no transaction held open. Words are kept as UTF-8 blobs (lone surrogates as
`surrogatepass`), because SQLite's own text type cannot hold every Python string.
"""

import sqlite3

APPLICATION_ID = 0x45786365
"""Marks a SQLite file as ours ("Exce")."""

SCHEMA_VERSION = 3

LIVE = "born <= :g AND (died IS NULL OR died > :g)"

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE generations (
    number INTEGER PRIMARY KEY,
    committed REAL NOT NULL,
    documents INTEGER NOT NULL,
    passages INTEGER NOT NULL,
    terms TEXT NOT NULL
);

CREATE TABLE roots (row INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE);

CREATE TABLE sources (
    row INTEGER PRIMARY KEY,
    path BLOB NOT NULL UNIQUE,
    sha256 TEXT,
    problems TEXT NOT NULL
);

CREATE TABLE documents (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    source INTEGER REFERENCES sources,
    born INTEGER NOT NULL,
    died INTEGER,
    digest BLOB NOT NULL,
    uri BLOB NOT NULL,
    title BLOB NOT NULL,
    sha256 TEXT NOT NULL,
    source_sha256 TEXT NOT NULL,
    media_type TEXT NOT NULL,
    metadata TEXT NOT NULL,
    outline TEXT NOT NULL,
    places BLOB NOT NULL,
    boxes BLOB NOT NULL,
    marks TEXT NOT NULL,
    text BLOB NOT NULL
);
CREATE UNIQUE INDEX documents_id ON documents(id, born);
CREATE UNIQUE INDEX documents_current ON documents(id) WHERE died IS NULL;
CREATE INDEX documents_source ON documents(source) WHERE died IS NULL;
CREATE INDEX documents_died ON documents(died) WHERE died IS NOT NULL;

CREATE TABLE passages (
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    born INTEGER NOT NULL,
    died INTEGER,
    embedded BLOB NOT NULL,
    headings TEXT NOT NULL,
    marks TEXT NOT NULL,
    text BLOB NOT NULL
);
CREATE INDEX passages_document ON passages(document);
CREATE INDEX passages_embedded ON passages(embedded);
CREATE INDEX passages_died ON passages(died) WHERE died IS NOT NULL;

-- Outlives the passage: a segment is never rewritten, so its dead rows must stay known.
CREATE TABLE dead (passage INTEGER PRIMARY KEY, died INTEGER NOT NULL);

CREATE TABLE field_values (
    document_row INTEGER NOT NULL,
    field TEXT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT,
    number REAL,
    instant REAL
);
CREATE INDEX field_values_document ON field_values(document_row);
CREATE INDEX field_values_text ON field_values(field, text, document_row);
CREATE INDEX field_values_number ON field_values(field, number, document_row)
    WHERE number IS NOT NULL;
CREATE INDEX field_values_instant ON field_values(field, instant, document_row)
    WHERE instant IS NOT NULL;
CREATE TABLE fields (name TEXT, kind TEXT, PRIMARY KEY (name, kind)) WITHOUT ROWID;

CREATE TABLE terms_files (
    folder TEXT, name TEXT, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL,
    PRIMARY KEY (folder, name)
) WITHOUT ROWID;

CREATE TABLE segments (
    row INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    rows INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    born INTEGER NOT NULL,
    died INTEGER
);
"""

REPETITION = """
CREATE TABLE sketches (document INTEGER PRIMARY KEY, sketch BLOB NOT NULL);
CREATE TABLE edge_lines (document INTEGER PRIMARY KEY, lines BLOB NOT NULL);
CREATE TABLE line_counts (line INTEGER PRIMARY KEY, documents INTEGER NOT NULL);
CREATE TABLE repeated_lines (
    line INTEGER NOT NULL, level INTEGER NOT NULL, born INTEGER NOT NULL, died INTEGER
);
CREATE INDEX repeated_lines_line ON repeated_lines(line);
CREATE INDEX repeated_lines_died ON repeated_lines(died) WHERE died IS NOT NULL;
"""
"""What is known of text that documents share; an index without these tables gets them when it is
written to."""


def create_tables(connection: sqlite3.Connection) -> None:
    """Create every table inside the open transaction, and mark the file as ours."""
    for statement in (TABLES + REPETITION).split(";"):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
