"""OpenDocument text and presentations (ODT, ODP): headings, lists, tables, notes, slides.

Hidden text, and what is white on white, follows behind all that is seen and is marked.
"""

import zipfile
from collections.abc import Iterator
from typing import Any

from index.errors import LoadError
from index.loaders.build import EMPTY, LEVELS, Source, file_name, first_heading, whole_number
from index.loaders.containers import read_member, xml_of
from index.loaders.opc import local, open_office
from index.loaders.workbook import is_blank
from index.loaders.writing import Writing
from index.types import Document, LoadProblem, MetadataValue

_NS = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TEXT, _TABLE, _DRAW, _STYLE = (_NS % each for each in ("text", "table", "drawing", "style"))
_META = {
    "initial-creator": "author",
    "creator": "author",
    "creation-date": "published",
    "date": "modified",
    "language": "language",
    "subject": "subject",
}
_SKIPPED = frozenset({"tracked-changes", "annotation", "settings", "forms", "sequence-decls"})
_FURNITURE = frozenset({"page-number", "header", "footer", "date-time", "page"})
_MANY = 64
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_WHITE = "#ffffff"


class OdfLoader:
    """Loads text documents and presentations of the OpenDocument form."""

    name = "odf"

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield the one document in `data`.

        Raises:
            LoadError: when it is damaged, encrypted, or no OpenDocument file.
        """
        if is_blank(data):
            yield LoadProblem(uri, EMPTY)
            return
        package = open_office(data, "an OpenDocument file")
        root = xml_of(package, "content.xml")
        writing = Writing()
        unseen = _taken_out(root, _hiding_styles(package, root))
        _Reading(writing).blocks(root)
        writing.unseen(unseen)
        title, metadata = _about(package)
        title = title or first_heading(writing.outline) or file_name(uri)
        media_type = _media_type(package)
        yield writing.document(Source.of(data, uri, media_type), key, title, metadata)


class _Reading:
    def __init__(self, writing: Writing) -> None:
        self._writing = writing
        self._slides = 0

    def blocks(self, parent: Any, bullet: str = "") -> None:
        """Write the blocks in an element."""
        for child in parent:
            tag = local(child.tag)
            if tag == "h":
                level = child.get(f"{_TEXT}outline-level", "1")
                number = whole_number(level, LEVELS) or 1
                self._writing.heading(_words(child), number)
            elif tag == "p":
                text = _words(child)
                write = self._writing.line if bullet else self._writing.paragraph
                write(f"{bullet}{text}" if text.strip() else "")
            elif tag == "table":
                self._table(child)
            elif tag == "page":
                self._slide(child)
            elif tag not in _SKIPPED and len(child):
                self.blocks(child, "- " if tag == "list-item" else bullet)

    def _slide(self, page: Any) -> None:
        self._slides += 1
        with self._writing.place("slide", str(self._slides)):
            for frame in page.iter(f"{_DRAW}frame", f"{_DRAW}custom-shape"):
                kind = frame.get(f"{_NS % 'presentation'}class")
                if kind in _FURNITURE:
                    continue
                if kind == "title":
                    self._writing.heading(" ".join(map(_words, _paragraphs(frame))), 1)
                else:
                    self.blocks(frame)

    def _table(self, table: Any) -> None:
        rows = [list(_cells(row)) for row in table.iter(f"{_TABLE}table-row")]
        self._writing.table(rows, header=len(rows) > 1, cell=_cell_name)


def _hiding_styles(package: zipfile.ZipFile, root: Any) -> frozenset[str]:
    """Return the names of the styles that hide, by themselves or by what they inherit."""
    says: dict[str, bool | None] = {}
    parents: dict[str, str] = {}
    roots = [root]
    if "styles.xml" in package.NameToInfo:
        roots.append(xml_of(package, "styles.xml"))
    for style in (each for one in roots for each in one.iter(f"{_STYLE}style")):
        name = style.get(f"{_STYLE}name", "")
        says[name] = next((said for each in style if (said := _hides(each)) is not None), None)
        parents[name] = style.get(f"{_STYLE}parent-style-name", "")
    return frozenset(name for name in says if _inherits_hiding(name, says, parents))


def _inherits_hiding(name: str, says: dict[str, bool | None], parents: dict[str, str]) -> bool:
    seen = set[str]()
    while says.get(name) is None and name in parents and name not in seen:
        seen.add(name)
        name = parents[name]
    return bool(says.get(name))


def _hides(properties: Any) -> bool | None:
    """Return whether properties of a style hide text, None where they say nothing of that."""
    display = properties.get(f"{_TEXT}display")
    if display is not None:
        return bool(display == "none")
    colour = properties.get(f"{_FO}color")
    if colour is None:
        return None
    behind = properties.get(f"{_FO}background-color", "transparent").lower()
    return colour.lower() == _WHITE and behind in ("transparent", _WHITE)


def _taken_out(root: Any, hiding: frozenset[str]) -> list[str]:
    """Return what nobody sees, in order, and empty the elements that hold it."""
    texts: list[str] = []
    tags = (f"{_TEXT}span", f"{_TEXT}p", f"{_TEXT}h", f"{_TEXT}section")
    for element in list(root.iter(*tags)):
        hidden = element.get(f"{_TEXT}style-name") in hiding
        hidden = hidden and (element.tag != f"{_TEXT}section") and not _is_coloured(element)
        if hidden or element.get(f"{_TEXT}display") == "none":
            texts.append(_words(element))
            tail = element.tail
            element.clear()
            element.tail = tail
    return texts


def _is_coloured(element: Any) -> bool:
    """Return whether an element stands in a table or a shape, which may have a colour."""
    around = (f"{_TABLE}table-cell", f"{_DRAW}custom-shape", f"{_DRAW}page")
    return next(element.iterancestors(*around), None) is not None


def _cell_name(row: int, column: int) -> str:
    return f"row {row + 1}, column {column + 1}"


def _cells(row: Any) -> Iterator[str]:
    for cell in row:
        if local(cell.tag) in ("table-cell", "covered-table-cell"):
            times = cell.get(f"{_TABLE}number-columns-repeated", "1")
            words = " ".join(map(_words, _paragraphs(cell)))
            yield from [words] * (whole_number(times, _MANY) or 1)


def _paragraphs(element: Any) -> Iterator[Any]:
    paragraphs: Iterator[Any] = element.iter(f"{_TEXT}p", f"{_TEXT}h")
    return paragraphs


def _words(element: Any) -> str:
    """Return the words of a paragraph: spaces and tabs are elements of their own."""
    parts = [element.text or ""]
    for child in element:
        tag = local(child.tag)
        if tag == "s":
            count = child.get(f"{_TEXT}c", "1")
            parts.append(" " * (whole_number(count, 100) or 1))
        elif tag == "tab":
            parts.append("\t")
        elif tag == "line-break":
            parts.append("\n")
        elif tag == "note":
            parts.append(f" ({' '.join(map(_words, _paragraphs(child)))})")
        elif tag and tag not in _SKIPPED:
            parts.append(_words(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _about(package: zipfile.ZipFile) -> tuple[str, dict[str, MetadataValue]]:
    try:
        root = xml_of(package, "meta.xml")
    except LoadError:
        return "", {}
    title, fields = "", dict[str, MetadataValue]()
    for element in root.iter():
        name, words = local(element.tag), (element.text or "").strip()
        if name == "title":
            title = words
        elif name in _META and words:
            fields[_META[name]] = words
    return title, fields


def _media_type(package: zipfile.ZipFile) -> str:
    kind = ""
    if "mimetype" in package.NameToInfo:
        kind = read_member(package, "mimetype")[:100].decode("ascii", "replace").strip()
    return kind or "application/vnd.oasis.opendocument.text"
