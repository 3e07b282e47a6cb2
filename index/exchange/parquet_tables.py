"""Writing and reading one table of an export: files of row groups, a bounded part in memory."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

from index.exchange.arrow import pyarrow
from index.exchange.manifest import FileEntry, damaged
from index.exchange.table_values import Row
from index.store import durable

_GROUP_ROWS = 2048
_GROUP_BYTES = 8 << 20
"""A row group is written once it has so many rows, or texts of so many code points."""
_AT_ONCE = 256
_COMPRESSION = "zstd"


class TableWriter:
    """Writes one file of a table; used in a `with`."""

    def __init__(self, path: Path, schema: Any) -> None:
        """Begin an empty file."""
        self.rows = 0
        self._path = path
        self._schema = schema
        self._waiting: list[Row] = []
        self._weight = 0
        self._writer = pyarrow().parquet.ParquetWriter(path, schema, compression=_COMPRESSION)

    def add(self, row: Row, weight: int = 0) -> None:
        """Add a row; `weight` is the length of the text in it."""
        self._waiting.append(row)
        self._weight += weight
        self.rows += 1
        if len(self._waiting) >= _GROUP_ROWS or self._weight >= _GROUP_BYTES:
            self._write_group()

    def finish(self) -> FileEntry:
        """Write what waits, make the file durable, and return its entry."""
        self._write_group()
        self._writer.close()
        durable.fsync(self._path)
        size = self._path.stat().st_size
        return FileEntry(self._path.name, self.rows, size, durable.sha256(self._path))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()

    def _write_group(self) -> None:
        waiting, self._waiting, self._weight = self._waiting, [], 0
        if waiting:
            self._writer.write_table(pyarrow().Table.from_pylist(waiting, schema=self._schema))


def read_rows(folder: Path, entries: Sequence[FileEntry], schema: Any) -> Iterator[Row]:
    """Yield the rows of a table's files, in order.

    Raises:
        IndexUnavailableError: when a file does not hold the table, or not all of its rows.
    """
    for entry in entries:
        path = folder / entry.name
        count = 0
        for batch in _batches(path, schema):
            rows = _row_list(batch)
            count += len(rows)
            yield from rows
        if count != entry.rows:
            raise damaged(path, f"it has {count:,} rows and should have {entry.rows:,}")


def _batches(path: Path, schema: Any) -> Iterator[Any]:
    pa = pyarrow()
    try:
        with pa.parquet.ParquetFile(path) as file:
            if not file.schema_arrow.equals(schema):
                raise damaged(path, "its columns are not those of its table")
            yield from file.iter_batches(batch_size=_AT_ONCE)
    except (pa.ArrowException, OSError) as error:
        raise damaged(path, f"it cannot be read ({error})") from error


def _row_list(batch: Any) -> list[Row]:
    """Return the rows of a batch; a vector stays an array (d,)."""
    if "vector" not in batch.schema.names:
        rows: list[Row] = batch.to_pylist()
        return rows
    column = batch.column("vector")
    vectors = column.flatten().to_numpy(zero_copy_only=False).reshape(len(batch), -1)
    rows = batch.drop_columns(["vector"]).to_pylist()
    return [row | {"vector": vector} for row, vector in zip(rows, vectors, strict=True)]
