"""Workbooks (XLSX, XLS, ODS): their sheets as tables, each row read with its header."""

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from index.errors import LoadError
from index.loaders.build import EMPTY, Source, file_name
from index.loaders.containers import open_zip
from index.loaders.contents import mistaken
from index.loaders.csv import cell_name
from index.loaders.writing import Writing, guess_header
from index.types import Document, LoadProblem

_ZIP = b"PK"
_OLE = b"\xd0\xcf\x11\xe0"
_CELLS = 5_000_000


class WorkbookLoader:
    """Loads one document a workbook; a sheet is a heading above its table."""

    name = "workbook"

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield the one document in `data`.

        Raises:
            LoadError: when it is damaged, encrypted, or no workbook.
        """
        if is_blank(data):
            yield LoadProblem(uri, EMPTY)
            return
        writing = Writing()
        for name, rows, (top, left) in _sheets(data):
            with writing.place("sheet", name):
                writing.heading(name, 1)
                writing.table(
                    rows,
                    header=guess_header(rows),
                    cell=lambda row, column, top=top, left=left: cell_name(  # type: ignore[misc]
                        row + top, column + left
                    ),
                )
        source = Source.of(data, uri, _media_type(data.removeprefix(b"\xef\xbb\xbf")))
        yield writing.document(source, key, file_name(uri), {})


def is_blank(data: bytes) -> bool:
    """Return whether a file holds nothing but white space and a byte-order mark."""
    return not data.strip(b" \r\n\t\xef\xbb\xbf")


def _sheets(data: bytes) -> Iterator[tuple[str, list[list[str]], tuple[int, int]]]:
    """Yield each visible sheet's name, its rows, and the row and column of its first cell."""
    import python_calamine

    data = data.removeprefix(b"\xef\xbb\xbf")
    if data.startswith(_ZIP):
        open_zip(data, "a workbook").close()
    elif not data.startswith(_OLE):
        raise mistaken("a workbook", data)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        for about in book.sheets_metadata:
            if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(about.name)
            if sheet.height * sheet.width > _CELLS:
                raise LoadError(f"its sheet {about.name!r} has more than {_CELLS} cells")
            rows = [[_words(value) for value in row] for row in sheet.to_python()]
            yield about.name, rows, sheet.start or (0, 0)
    except python_calamine.PasswordError as error:
        raise LoadError("it is encrypted; save a copy without a password") from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise LoadError(f"it is a damaged workbook ({error}); save it anew") from error


def _words(value: Any) -> str:
    """Return a cell as it is read: whole numbers without a fraction, dates in ISO 8601 form."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ") if value.time() != time() else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else f"{value}"


def _media_type(data: bytes) -> str:
    if not data.startswith(_ZIP):
        return "application/vnd.ms-excel"
    with open_zip(data, "a workbook") as package:
        open_document = "content.xml" in package.NameToInfo
    if open_document:
        return "application/vnd.oasis.opendocument.spreadsheet"
    return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
