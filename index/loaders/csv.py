"""CSV and TSV: a table whose rows are read with their header."""

import csv
import io
from collections.abc import Iterator

from index.errors import LoadError
from index.loaders.build import Source, encoding_metadata, file_name
from index.loaders.writing import Writing, guess_header
from index.text.encoding import decode
from index.types import Document, LoadProblem

_SAMPLE = 1 << 14
_FIELD = 1 << 20
_PLACED = 200_000
"""Cells that have a place each; in a larger table the line says where a row is."""
_SEPARATORS = ",;\t|"


class CsvLoader:
    """Loads one table a file, each cell with its row and column as its place."""

    name = "csv"

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield the one document in `data`.

        Raises:
            LoadError: when it is not text, or a cell has no end.
        """
        decoded = decode(data)
        separator = "\t" if uri.lower().endswith((".tsv", ".tab")) else _separator(decoded.text)
        csv.field_size_limit(_FIELD)
        try:
            rows = list(csv.reader(io.StringIO(decoded.text, newline=""), delimiter=separator))
        except csv.Error as error:
            raise LoadError(f"it is no table: {error}; check its quotation marks") from error
        cells = sum(map(len, rows))
        writing = Writing()
        writing.table(rows, header=guess_header(rows), cell=cell_name if cells <= _PLACED else None)
        source = Source.of(data, uri, "text/csv")
        yield writing.document(source, key, file_name(uri), encoding_metadata(decoded))


def _separator(text: str) -> str:
    """Return what parts the cells: the character that most of the first lines have as often."""
    lines = [line for line in text[:_SAMPLE].splitlines()[:20] if line.strip()]
    if not lines:
        return ","
    counts = {mark: sorted(line.count(mark) for line in lines) for mark in _SEPARATORS}
    return max(_SEPARATORS, key=lambda mark: (counts[mark][len(lines) // 2], mark == ","))


def cell_name(row: int, column: int) -> str:
    """Return a cell's name as spreadsheets have it, from its row and column counted from 0.

    >>> cell_name(0, 0), cell_name(9, 27)
    ('A1', 'AB10')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"
