"""DOCX: paragraphs, headings, lists, tables and notes, in the order they are read.

Deleted text of tracked changes is not read; text boxes are, where they stand. Hidden text, and what
is white on white or too small to be seen, follows behind all that is seen and is marked.
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
_NOTES = (("word/footnotes.xml", "footnotes"), ("word/endnotes.xml", "endnotes"))


_WIDEST = 64
"""Columns that a cell spans at most."""
_WHITE = "FFFFFF"
_TINY = 2
"""Half points: type of at most so many is too small to be seen."""
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
        styles = _styles(package)
        reading = _Reading(writing, _levels(styles), _hidden_styles(styles))
        reading.blocks(body)
        for part, name in _NOTES:
            reading.notes(package, part, name)
        writing.unseen(reading.unseen)
        title, metadata = core_properties(package)
        title = title or reading.title or first_heading(writing.outline) or file_name(uri)
        yield writing.document(Source.of(data, uri, _MEDIA_TYPE), key, title, metadata)


class _Reading:
    """Reads blocks in order; `title` is what has the title's style, `unseen` what nobody sees."""

    def __init__(self, writing: Writing, levels: dict[str, int], hiding: frozenset[str]) -> None:
        self.title = ""
        self.unseen: list[str] = []
        self._writing = writing
        self._levels = levels
        self._hiding = hiding
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

    def notes(self, package: zipfile.ZipFile, part: str, name: str) -> None:
        """Write the notes of a part, if it is there."""
        if part not in package.NameToInfo:
            return
        with self._writing.place("part", name):
            for note in xml_of(package, part):
                if note.get(f"{_W}type") is None:
                    self.blocks(note)

    def _paragraph(self, paragraph: Any) -> None:
        text = self._words(paragraph)
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

    def _words(self, paragraph: Any) -> str:
        """Return a paragraph's words; those that nobody sees are kept for later."""
        parts = {False: list[str](), True: list[str]()}
        for words, hidden in _runs(paragraph, self._hiding):
            parts[hidden].append(words)
        self.unseen.append("".join(parts[True]))
        return "".join(parts[False])

    def _row(self, row: Any, above: list[str]) -> list[str]:
        """Return a row's cells; one that spans rows or columns stands in each of them."""
        cells: list[str] = []
        for cell in row.iterchildren(f"{_W}tc"):
            words = " ".join(self._words(each) for each in cell.iter(f"{_W}p"))
            merged = cell.find(f"{_W}tcPr/{_W}vMerge")
            if merged is not None and merged.get(f"{_W}val") != "restart":
                words = above[len(cells)] if len(cells) < len(above) else words
            span = whole_number(_value(cell, "tcPr/gridSpan"), _WIDEST) or 1
            cells += [words] + [words if len(words) <= _REPEATED else ""] * (span - 1)
        return cells

    def _table(self, table: Any) -> None:
        self._in_list = False
        rows = list(table.iterchildren(f"{_W}tr"))
        words: list[list[str]] = []
        for row in rows:
            words.append(self._row(row, words[-1] if words else []))
        if all(len(row) < 2 for row in words):
            for cell in table.iter(f"{_W}tc"):
                self.blocks(cell)
            return
        self._writing.table(words, header=len(words) > 1, cell=_cell_name)


def _cell_name(row: int, column: int) -> str:
    return f"row {row + 1}, column {column + 1}"


def _runs(element: Any, hiding: frozenset[str], hidden: bool = False) -> Iterator[tuple[str, bool]]:
    """Yield the words of an element, deleted ones left out, and whether nobody sees them."""
    for child in element:
        tag = local(child.tag)
        if tag == "t":
            yield child.text or "", hidden
        elif tag in ("tab", "ptab"):
            yield "\t", hidden
        elif tag in ("br", "cr"):
            yield "\n", hidden
        elif tag == "noBreakHyphen":
            yield "-", hidden
        elif tag not in _SKIPPED:
            yield from _runs(child, hiding, hidden or (tag == "r" and _is_hidden(child, hiding)))
            if tag == "p":
                yield "\n", hidden


def _is_hidden(run: Any, hiding: frozenset[str]) -> bool:
    """Return whether nobody sees a run: by its own properties, or those of its styles."""
    own = run.find(f"{_W}rPr")
    if own is not None and (hidden := _hides(own)) is not None:
        return hidden and not (_is_white(own) and _is_shaded(run))
    if own is not None and _value(own, "rStyle") in hiding:
        return True
    paragraph = next(run.iterancestors(f"{_W}p"), None)
    return paragraph is not None and _value(paragraph, "pPr/pStyle") in hiding


def _hides(properties: Any) -> bool | None:
    """Return whether properties of a run hide it, None where they say nothing of that."""
    vanish = properties.find(f"{_W}vanish")
    if vanish is not None:
        return vanish.get(f"{_W}val") not in ("0", "false", "off")
    size = whole_number(_value(properties, "sz"), 10_000)
    if size is not None and size <= _TINY:
        return True
    if properties.find(f"{_W}color") is None:
        return None
    return _is_white(properties)


def _is_white(properties: Any) -> bool:
    return _value(properties, "color").upper() == _WHITE


def _is_shaded(run: Any) -> bool:
    """Return whether something that is not white is behind a run: its own, or around it."""
    around = [run.find(f"{_W}rPr"), *run.iterancestors()]
    for each in (each for each in around if each is not None):
        if local(each.tag) == "txbxContent" or each.find(f"{_W}highlight") is not None:
            return True
        for path in ("shd", "pPr/shd", "tcPr/shd", "tblPr/shd"):
            shade = each.find("/".join(_W + name for name in path.split("/")))
            fill = "" if shade is None else (shade.get(f"{_W}fill") or "").upper()
            if fill not in ("", "AUTO", _WHITE):
                return True
        if local(each.tag) == "tbl" and _value(each, "tblPr/tblStyle"):
            return True  # What the table's style gives its rows is not known.
    return False


def _value(element: Any, path: str) -> str:
    property_ = element.find("/".join(_W + name for name in path.split("/")))
    return "" if property_ is None else property_.get(f"{_W}val") or ""


def _styles(package: zipfile.ZipFile) -> list[Any]:
    try:
        return list(xml_of(package, "word/styles.xml").iter(f"{_W}style"))
    except LoadError:
        return []


def _hidden_styles(styles: list[Any]) -> frozenset[str]:
    """Return the ids of the styles that hide, by themselves or by what they are based on."""
    says: dict[str, bool | None] = {}
    based: dict[str, str] = {}
    for style in styles:
        identity = style.get(f"{_W}styleId", "")
        properties = style.find(f"{_W}rPr")
        says[identity] = None if properties is None else _hides(properties)
        based[identity] = _value(style, "basedOn")
    hiding = set()
    for identity in says:
        at, seen = identity, set[str]()
        while says.get(at) is None and at in based and at not in seen:
            seen.add(at)
            at = based[at]
        if says.get(at):
            hiding.add(identity)
    return frozenset(hiding)


def _levels(styles: list[Any]) -> dict[str, int]:
    """Return the level of each style that is a heading's."""
    levels: dict[str, int] = {}
    for style in styles:
        name, outline = _value(style, "name").lower(), _value(style, "pPr/outlineLvl")
        last = name.rpartition(" ")[2]
        named, outlined = whole_number(last, LEVELS), whole_number(outline, LEVELS)
        if name.startswith("heading ") and named:
            levels[style.get(f"{_W}styleId", "")] = named
        elif outlined is not None and outlined < LEVELS:
            levels[style.get(f"{_W}styleId", "")] = outlined + 1
    return levels
