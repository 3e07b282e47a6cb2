"""DOCX: paragraphs, headings, lists, tables and notes, in the order they are read.

Deleted text of tracked changes and hidden text are not read; text boxes are, where they stand.
"""

import zipfile
from collections.abc import Iterator
from typing import Any

from index.errors import LoadError
from index.loaders.build import EMPTY, LEVELS, Source, file_name, first_heading, whole_number
from index.loaders.containers import xml_of
from index.loaders.opc import core_properties, local, open_office
from index.loaders.workbook import is_blank
from index.loaders.writing import Writing
from index.types import Document, LoadProblem

_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = frozenset({"del", "moveFrom", "Fallback", "rPr", "pPr", "tblPr", "sectPr", "instrText"})
_BESIDE = (("word/footnotes.xml", "footnotes"), ("word/endnotes.xml", "endnotes"))


_WIDEST = 64
"""Columns that a cell spans at most."""
_REPEATED = 80
"""Characters of a cell that is written in each column that it spans; a longer one once."""


class DocxLoader:
    """Loads word-processing documents of the Office Open XML form."""

    name = "docx"

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield the one document in `data`.

        Raises:
            LoadError: when it is damaged, encrypted, or no DOCX.
        """
        if is_blank(data):
            yield LoadProblem(uri, EMPTY)
            return
        package = open_office(data, "a DOCX file")
        body = xml_of(package, "word/document.xml").find(f"{_W}body")
        if body is None:
            raise LoadError("its part 'word/document.xml' has no body; save it anew")
        writing = Writing()
        reading = _Reading(writing, _levels(package))
        reading.blocks(body)
        for part, name in _BESIDE:
            reading.beside(package, part, name)
        title, metadata = core_properties(package)
        title = title or reading.title or first_heading(writing.outline) or file_name(uri)
        yield writing.document(Source.of(data, uri, _MEDIA_TYPE), key, title, metadata)


class _Reading:
    """Reads blocks in order; `title` is what has the title's style."""

    def __init__(self, writing: Writing, levels: dict[str, int]) -> None:
        self.title = ""
        self._writing = writing
        self._levels = levels
        self._in_list = False

    def blocks(self, parent: Any) -> None:
        """Write the paragraphs and tables in an element."""
        for child in parent:
            tag = local(child.tag)
            if tag == "p":
                self._paragraph(child)
            elif tag == "tbl":
                self._table(child)
            elif tag not in _SKIPPED and len(child):
                self.blocks(child)

    def beside(self, package: zipfile.ZipFile, part: str, name: str) -> None:
        """Write the notes of a part, if it is there."""
        if part not in package.NameToInfo:
            return
        with self._writing.place("part", name):
            for note in xml_of(package, part):
                if note.get(f"{_W}type") is None:
                    self.blocks(note)

    def _paragraph(self, paragraph: Any) -> None:
        text = paragraph_text(paragraph)
        style = _value(paragraph, "pPr/pStyle")
        level = self._levels.get(style, 0)
        own = _value(paragraph, "pPr/outlineLvl")
        outlined = whole_number(own, LEVELS)
        if outlined is not None and outlined < LEVELS:
            level = outlined + 1
        numbered = paragraph.find(f"{_W}pPr/{_W}numPr") is not None or style.startswith("List")
        listed = numbered and not level
        if style.lower() in ("title", "titel", "titre") and not self.title:
            self.title = " ".join(text.split())
            level = level or 1
        if level:
            self._writing.heading(text, level)
        elif listed and text.strip():
            write = self._writing.line if self._in_list else self._writing.paragraph
            write(f"- {text.strip()}")
        else:
            self._writing.paragraph(text)
        self._in_list = listed if text.strip() else self._in_list

    def _table(self, table: Any) -> None:
        self._in_list = False
        rows = list(table.iterchildren(f"{_W}tr"))
        words: list[list[str]] = []
        for row in rows:
            words.append(_row(row, words[-1] if words else []))
        if all(len(row) < 2 for row in words):
            for cell in table.iter(f"{_W}tc"):
                self.blocks(cell)
            return
        self._writing.table(words, header=len(words) > 1, cell=_cell_name)


def _cell_name(row: int, column: int) -> str:
    return f"row {row + 1}, column {column + 1}"


def _row(row: Any, above: list[str]) -> list[str]:
    """Return a row's cells; one that spans rows or columns stands in each of them."""
    cells: list[str] = []
    for cell in row.iterchildren(f"{_W}tc"):
        words = " ".join(paragraph_text(each) for each in cell.iter(f"{_W}p"))
        merged = cell.find(f"{_W}tcPr/{_W}vMerge")
        if merged is not None and merged.get(f"{_W}val") != "restart" and len(cells) < len(above):
            words = above[len(cells)]
        span = whole_number(_value(cell, "tcPr/gridSpan"), _WIDEST) or 1
        cells += [words] + [words if len(words) <= _REPEATED else ""] * (span - 1)
    return cells


def paragraph_text(paragraph: Any) -> str:
    """Return a paragraph's words, hidden and deleted ones left out."""
    return "".join(_runs(paragraph))


def _runs(element: Any) -> Iterator[str]:
    for child in element:
        tag = local(child.tag)
        if tag == "t":
            yield child.text or ""
        elif tag in ("tab", "ptab"):
            yield "\t"
        elif tag in ("br", "cr"):
            yield "\n"
        elif tag == "noBreakHyphen":
            yield "-"
        elif tag not in _SKIPPED and not (tag == "r" and _is_hidden(child)):
            yield from _runs(child)
            if tag == "p":
                yield "\n"


def _is_hidden(run: Any) -> bool:
    hidden = run.find(f"{_W}rPr/{_W}vanish")
    return hidden is not None and hidden.get(f"{_W}val") not in ("0", "false")


def _value(element: Any, path: str) -> str:
    found = element.find("/".join(_W + name for name in path.split("/")))
    return "" if found is None else found.get(f"{_W}val") or ""


def _levels(package: zipfile.ZipFile) -> dict[str, int]:
    """Return the level of each style that is a heading's."""
    try:
        root = xml_of(package, "word/styles.xml")
    except LoadError:
        return {}
    levels: dict[str, int] = {}
    for style in root.iter(f"{_W}style"):
        name, outline = _value(style, "name").lower(), _value(style, "pPr/outlineLvl")
        last = name.rpartition(" ")[2]
        named, outlined = whole_number(last, LEVELS), whole_number(outline, LEVELS)
        if name.startswith("heading ") and named:
            levels[style.get(f"{_W}styleId", "")] = named
        elif outlined is not None and outlined < LEVELS:
            levels[style.get(f"{_W}styleId", "")] = outlined + 1
    return levels
