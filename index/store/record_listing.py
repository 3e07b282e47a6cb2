"""Documents of one generation listed from the record, their texts left alone."""

import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.listing import DocumentHead, FacetValue
from index.store import catalog
from index.store.connect import Pool
from index.store.record_rows import decode, id_value, read_metadata

if TYPE_CHECKING:
    from index.filters.nodes import Filter

_HEAD = "d.id, d.uri, d.title, d.media_type, d.sha256, length(d.text), d.metadata"
_LIVE = "d.born <= ? AND (d.died IS NULL OR d.died > ?)"


class FileListing:
    """The documents of a generation that pass a filter; see `index.listing.Listing`."""

    def __init__(self, pool: Pool, generation: int, tree: "Filter | None") -> None:
        """Take where to ask, and what.

        Raises:
            InputError: when the filter names a field seen in no document.
        """
        self._pool = pool
        self._live: tuple[str, tuple[Any, ...]] = (_LIVE, (generation, generation))
        if tree is not None:
            from index.filters import to_sql

            with pool.lend() as db:
                condition, parameters = to_sql(tree, catalog.fields(db), row="d.row")
            self._live = (f"{_LIVE} AND {condition}", (generation, generation, *parameters))

    def count(self) -> int:
        """Return how many there are."""
        condition, parameters = self._live
        statement = f"SELECT count(*) FROM documents d WHERE {condition}"
        return int(self._rows(statement, *parameters)[0][0])

    def heads(self, after: str, limit: int) -> list[DocumentHead]:
        """Return the first `limit` documents whose ids come after one, in id order."""
        condition, parameters = self._live
        rows = self._rows(
            f"SELECT {_HEAD} FROM documents d WHERE d.id > ? AND {condition} ORDER BY d.id LIMIT ?",
            id_value(after),
            *parameters,
            limit,
        )
        return [_head(row) for row in rows]

    def facet(self, field: str, limit: int) -> list[FacetValue]:
        """Return the `limit` most frequent values of a field, those of equal counts by value."""
        condition, parameters = self._live
        rows = self._rows(
            "SELECT v.text, count(DISTINCT d.row) AS n FROM field_values v "
            f"JOIN documents d ON d.row = v.document_row WHERE v.field = ? AND {condition} "
            "GROUP BY v.text ORDER BY n DESC, v.text LIMIT ?",
            id_value(field),
            *parameters,
            limit,
        )
        return [FacetValue(str(value), int(count)) for value, count in rows]

    def of_file(self, path: Path, limit: int) -> list[DocumentHead]:
        """Return the first `limit` documents that one file holds, in id order."""
        condition, parameters = self._live
        rows = self._rows(
            f"SELECT {_HEAD} FROM sources s JOIN documents d ON d.source = s.row "
            f"WHERE s.path = ? AND {condition} ORDER BY d.id LIMIT ?",
            os.fsencode(path),
            *parameters,
            limit,
        )
        return [_head(row) for row in rows]

    def count_file(self, path: Path) -> int:
        """Return how many documents one file holds."""
        condition, parameters = self._live
        rows = self._rows(
            "SELECT count(*) FROM sources s JOIN documents d ON d.source = s.row "
            f"WHERE s.path = ? AND {condition}",
            os.fsencode(path),
            *parameters,
        )
        return int(rows[0][0])

    def _rows(self, statement: str, *parameters: Any) -> list[sqlite3.Row | tuple[Any, ...]]:
        with self._pool.lend() as db:
            return db.execute(statement, parameters).fetchall()


def _head(row: sqlite3.Row | tuple[Any, ...]) -> DocumentHead:
    identity, uri, title, media_type, sha256, length, metadata = row
    return DocumentHead(
        id=identity,
        uri=decode(uri),
        title=decode(title),
        media_type=media_type,
        sha256=sha256,
        bytes=length,
        metadata=read_metadata(metadata),
    )
