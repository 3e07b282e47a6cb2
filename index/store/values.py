"""A document's fields as rows of the `field_values` table, which filters are asked of."""

import sqlite3

from index.filters.literals import document_fields, field_values
from index.types import Document


def insert_values(db: sqlite3.Connection, row: int, document: Document) -> None:
    """Record the values of a document's fields, and that the fields were seen."""
    values = list(field_values(document_fields(document)))
    db.executemany(
        "INSERT INTO field_values VALUES (?, ?, ?, ?, ?, ?)",
        [(row, v.field, v.kind, v.text, v.number, v.instant) for v in values],
    )
    db.executemany(
        "INSERT OR IGNORE INTO fields VALUES (?, ?)", {(v.field, v.kind) for v in values}
    )
