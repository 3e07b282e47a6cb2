"""Tables of web pages made regular: every cell in its row, and the row that names the columns.

A cell that spans rows or columns stands in each of them, as whoever reads the table takes it, and
rows that name the columns together become one. A first row that names them without saying so is
told by how its cells differ from those below.
"""

import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from index.loaders.elements import is_one_line, is_within, words_of

_REPEATED = 80
"""Characters of a cell that is written in each row or column that it spans; a longer one once."""
_WIDEST = 64
"""Columns that are filled; wider spans are there to arrange a page."""
_COPIES = 8
"""Copies made in a table, for each cell that it has: no page grows beyond that."""
_TO_THE_END = 65534
"""Rows: `rowspan=0` reaches to the end of the group, and HTML knows no more rows than this."""
_NAME = 40
"""Characters of a column's name, where only its form says that it is one."""
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d(?:[-/–]\d{2,4})?")
_CONTROLS = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What lxml takes from a page and cannot be given."""
_INTEGER = re.compile(r"\s*(\d{1,5})")
_NAMED_HEAD = re.compile(r"head|hdr|title|legend", re.I)
_SET_APART = re.compile(r"background|font-weight\s*:\s*(?:bold|[6-9]00)", re.I)


def regular(table: Any) -> None:
    """Fill in the cells that span rows or columns of a table, and mark the row of its heads."""
    rows = [row for row in _rows(table) if _cells(row)]
    if len(rows) < 2 or not all(is_one_line(cell) for row in rows for cell in _cells(row)):
        return
    _fill(rows)
    heads = _head_rows(rows)
    for row in heads:
        for cell in _cells(row):
            cell.tag = "th"
    if heads:
        _join(heads)
        _pad(rows, len(_cells(heads[-1])))


def _rows(table: Any) -> Iterator[Any]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from child.iterchildren("tr")


def _cells(row: Any) -> list[Any]:
    return [cell for cell in row if cell.tag in ("td", "th")]


@dataclass(slots=True)
class _Carried:
    """A cell that reaches down into the rows below it."""

    cell: Any
    rows: int
    group: Any


def _fill(rows: list[Any]) -> None:
    """Write each cell into every row and column that it spans."""
    if not any(cell.get("rowspan") or cell.get("colspan") for row in rows for cell in _cells(row)):
        return
    width = max(sum(_spans(cell, "colspan") for cell in _cells(row)) for row in rows)
    left = _COPIES * sum(len(_cells(row)) for row in rows)
    carried: dict[int, _Carried] = {}
    for row in rows:
        if left <= 0 or width > _WIDEST:
            return
        own = _cells(row)
        if len(own) == 1 and not carried and _spans(own[0], "colspan") >= width:
            continue
        left -= _fill_row(row, own, carried)


def _fill_row(row: Any, own: list[Any], carried: dict[int, _Carried]) -> int:
    """Fill one row; return how many cells it was given."""
    group = row.getparent()
    column = given = 0
    coming = list(own)
    at = row.index(own[0])
    while coming or any(place >= column for place in carried):
        above = carried.get(column)
        if above is not None and above.group is not group:
            del carried[column]
            continue
        if above is not None:
            row.insert(at, _copy(above.cell))
            above.rows -= 1
            if not above.rows:
                del carried[column]
            column, at, given = column + 1, at + 1, given + 1
        elif coming:
            cell = coming.pop(0)
            at = row.index(cell) + 1
            rows = _spans(cell, "rowspan") - 1
            for number in range(_spans(cell, "colspan")):
                if number:
                    row.insert(at, _copy(cell))
                    at, given = at + 1, given + 1
                if rows:
                    carried[column] = _Carried(cell, rows, group)
                column += 1
        else:
            break
    return given


def _spans(cell: Any, name: str) -> int:
    """Return how many rows or columns a cell spans."""
    digits = _INTEGER.match(cell.get(name) or "")
    if digits and name == "rowspan" and not int(digits[1]):
        return _TO_THE_END
    return max(1, int(digits[1])) if digits else 1


def _copy(cell: Any) -> Any:
    made = deepcopy(cell) if is_within(cell, _REPEATED) else cell.makeelement(cell.tag)
    made.tail = None
    for name in ("rowspan", "colspan", "id"):
        made.attrib.pop(name, None)
    return made


def _head_rows(rows: list[Any]) -> list[Any]:
    """Return the rows at a table's top that name its columns, one below the other."""
    named = [row for row in rows if len(_cells(row)) > 1]
    heads: list[Any] = []
    for row in named:
        if not _is_head(row, first=not heads):
            break
        heads.append(row)
    if not heads and len(named) > 1 and _looks_like_head(named):
        return [named[0]]
    return heads if len(heads) < len(named) else heads[:1]


def _is_head(row: Any, *, first: bool) -> bool:
    """Return whether a row says that it names columns; the corner may be no `th`."""
    cells = _cells(row)
    if row.getparent().tag == "thead":
        return True
    others = [cell for cell in cells if cell.tag != "th"]
    if not others:
        return True
    corner = first and others == cells[:1] and len(cells) > 2
    return corner or (len(others) < len(cells) and not any(map(_text, others)))


def _text(cell: Any) -> str:
    return words_of(cell).replace("\xa0", " ").strip()


def _looks_like_head(rows: list[Any]) -> bool:
    """Return whether the first row names the columns though nothing says so."""
    first, *below = [[_text(cell) for cell in _cells(row)] for row in rows]
    if any(len(row) != len(first) for row in below):
        return False
    names = [name for name in first if name]
    if len(names) < len(first) - bool(not first[0]) or len(set(names)) < len(names):
        return False
    if any(len(name) > _NAME or name.endswith((".", ":", "?")) for name in names):
        return False
    if _is_set_apart(rows[0], rows[1]) or (not first[0] and all(map(_YEAR.fullmatch, names))):
        return True
    differ = sum(_differs(name, [row[at] for row in below]) for at, name in enumerate(first))
    if len(first) == 2:
        return differ == 2 and len(below) > 1
    return differ >= max(1, len(first) // 2) and not any(map(str.isdigit, "".join(names)))


def _is_set_apart(first: Any, second: Any) -> bool:
    """Return whether all of the first row's cells are set otherwise than the second's."""
    return _styled(first) and not _styled(second)


def _styled(row: Any) -> bool:
    return all(
        _is_bold(cell)
        or cell.get("scope") == "col"
        or bool(cell.get("bgcolor") or row.get("bgcolor"))
        or any(
            bool(_NAMED_HEAD.search(each.get("class") or ""))
            or bool(_SET_APART.search(each.get("style") or ""))
            for each in (cell, row)
        )
        for cell in _cells(row)
        if _text(cell)
    )


def _is_bold(cell: Any) -> bool:
    strong = "".join("".join(each.itertext()) for each in cell.iter("b", "strong"))
    return bool(strong.strip()) and len(strong.split()) >= len(_text(cell).split())


def _differs(name: str, values: list[str]) -> bool:
    """Return whether the cells of a column are all of one form, and its first is of another."""
    forms = Counter(_form(value) for value in values if value)
    return len(forms) == 1 and bool(name) and _form(name) not in forms


def _form(words: str) -> tuple[bool, bool]:
    return any(map(str.isdigit, words)), " " in words


def _join(heads: list[Any]) -> None:
    """Make one row of several that name the columns, each name below the one that covers it."""
    last = heads[-1]
    if len(heads) == 1 or len({len(_cells(row)) for row in heads}) > 1:
        return
    for column, cell in enumerate(_cells(last)):
        names = dict.fromkeys(_text(_cells(row)[column]) for row in heads)
        words = " ".join(name for name in names if name)
        for inner in list(cell):
            cell.remove(inner)
        cell.text = _CONTROLS.sub("\ufffd", words)
    for row in heads[:-1]:
        row.getparent().remove(row)


def _pad(rows: list[Any], width: int) -> None:
    """End a row that is too short in an empty cell, so that it is seen to be one of the table's."""
    for row in rows:
        cells = _cells(row)
        if row.getparent() is not None and 1 < len(cells) < width:
            cells[-1].addnext(row.makeelement("td"))
