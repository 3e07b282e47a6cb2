"""Questions as a spreadsheet saves them: comma, semicolon or tab between fields, names on top."""

import csv
import io
from collections.abc import Iterator

from eval.data.question_rows import RowError

CSV = frozenset({".csv", ".tsv"})
"""The suffixes of such files."""

COLUMNS = "question, id?, answer?, start?, document?, context?, title?, answerable?"

_TRUE, _FALSE = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})


def csv_rows(text: str) -> Iterator[tuple[str, object]]:
    """Yield each row with its line, its fields named and typed as a JSON row's are.

    One answer a row, at `start` in the context or document where that is given; an empty field
    is one that is not there.
    """
    # One limit for the whole process: it is put back once the rows are read.
    limit = csv.field_size_limit(max(len(text), csv.field_size_limit()))
    try:
        yield from _csv_rows(text)
    finally:
        csv.field_size_limit(limit)


def _csv_rows(text: str) -> Iterator[tuple[str, object]]:
    lines = io.StringIO(text, newline="")
    names = text.split("\n", 1)[0]
    reader = csv.reader(lines, delimiter=max(",;\t", key=names.count))
    header = [name.strip().lower() for name in next(reader, [])]
    if "question" not in header:
        if text.strip():
            yield "line 1", RowError(f"expected column names ({COLUMNS}), found {header}")
        return
    end = reader.line_num
    try:
        for fields in reader:
            start, end = end + 1, reader.line_num
            if any(fields):
                yield f"line {start}", _row(header, fields)
    except csv.Error as error:
        yield f"line {reader.line_num}", RowError(f"cannot be read as CSV: {error}")


def _row(header: list[str], fields: list[str]) -> object:
    if len(fields) > len(header):
        return RowError(
            f"has {len(fields)} fields, the first line names {len(header)}; put those that hold "
            "a comma in double quotes"
        )
    row: dict[str, object] = {
        name: value for name, value in zip(header, fields, strict=False) if name and value
    }
    start = row.pop("start", None)
    if start is not None and "answer" in row:
        if not str(start).strip().isdecimal():
            return RowError(f"'start' must be a whole number, not {start!r}")
        row["answers"] = [{"text": row.pop("answer"), "start": int(str(start))}]
    if "answerable" in row:
        said = str(row["answerable"]).strip().lower()
        if said not in _TRUE | _FALSE:
            return RowError(f"'answerable' must be true or false, not {row['answerable']!r}")
        row["answerable"] = said in _TRUE
    return row
