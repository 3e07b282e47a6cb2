"""PPTX: slides in the order they are shown, with their titles, tables and speaker's notes."""

import zipfile
from collections.abc import Iterator
from typing import Any

from index.loaders.build import EMPTY, Source, file_name, first_heading
from index.loaders.containers import xml_of
from index.loaders.opc import RELATION, core_properties, local, open_office, relations
from index.loaders.workbook import is_blank
from index.loaders.writing import Writing
from index.types import Document, LoadProblem

_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_FURNITURE = frozenset({"dt", "ftr", "sldNum", "hdr", "sldImg"})


class PptxLoader:
    """Loads presentations of the Office Open XML form; a slide's title is a heading."""

    name = "pptx"

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield the one document in `data`.

        Raises:
            LoadError: when it is damaged, encrypted, or no PPTX.
        """
        if is_blank(data):
            yield LoadProblem(uri, EMPTY)
            return
        package = open_office(data, "a PPTX file")
        writing = Writing()
        for number, part in enumerate(_slides(package), 1):
            with writing.place("slide", str(number)):
                _shapes(writing, xml_of(package, part))
                _notes(writing, package, part)
        title, metadata = core_properties(package)
        if title.lower() in ("", "powerpoint presentation"):
            title = first_heading(writing.outline) or file_name(uri)
        yield writing.document(Source.of(data, uri, _MEDIA_TYPE), key, title, metadata)


def _slides(package: zipfile.ZipFile) -> Iterator[str]:
    part = "ppt/presentation.xml"
    targets = relations(package, part)
    for slide in xml_of(package, part).iter(f"{_P}sldId"):
        if (target := targets.get(slide.get(RELATION, ""))) in package.NameToInfo:
            yield str(target)


def _notes(writing: Writing, package: zipfile.ZipFile, slide: str) -> None:
    for target in relations(package, slide).values():
        if "notesSlide" in target and target in package.NameToInfo:
            with writing.place("part", "notes"):
                _shapes(writing, xml_of(package, target))


def _shapes(writing: Writing, slide: Any) -> None:
    for shape in slide.iter(f"{_P}sp", f"{_A}tbl"):
        if local(shape.tag) == "tbl":
            rows = [
                [_text(cell) for cell in row.iterchildren(f"{_A}tc")]
                for row in shape.iterchildren(f"{_A}tr")
            ]
            writing.table(rows, header=len(rows) > 1, cell=_cell_name)
            continue
        placeholder = shape.find(f".//{_P}ph")
        kind = "" if placeholder is None else placeholder.get("type", "")
        if kind in ("title", "ctrTitle"):
            writing.heading(_text(shape), 1)
        elif kind not in _FURNITURE:
            _body(writing, shape)


def _cell_name(row: int, column: int) -> str:
    return f"row {row + 1}, column {column + 1}"


def _body(writing: Writing, shape: Any) -> None:
    paragraphs = [text for each in shape.iter(f"{_A}p") if (text := _words(each)).strip()]
    write = writing.paragraph
    for text in paragraphs:
        write(f"- {text}" if len(paragraphs) > 1 else text)
        write = writing.line


def _text(element: Any) -> str:
    return " ".join(text for each in element.iter(f"{_A}p") if (text := _words(each)).strip())


def _words(paragraph: Any) -> str:
    return "".join(
        "\n" if local(each.tag) == "br" else each.text or ""
        for each in paragraph.iter(f"{_A}t", f"{_A}br")
    )
