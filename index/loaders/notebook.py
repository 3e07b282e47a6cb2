"""Jupyter notebooks: the cells in order, each with its JSON pointer as its place.

Cells of Markdown keep their headings, cells of code are followed by what they printed; pictures,
and what is written for a browser, are left out.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from index.errors import LoadError
from index.loaders.build import EMPTY, Source, encoding_metadata, file_name, first_heading
from index.loaders.comments import markdown_comments
from index.loaders.front_matter import FrontMatter
from index.loaders.markdown import headings
from index.loaders.records import parse
from index.loaders.workbook import is_blank
from index.loaders.writing import Writing
from index.text.encoding import decode
from index.types import Document, Heading, LoadProblem, Mark, MetadataValue

_MEDIA_TYPE = "application/x-ipynb+json"
_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
"""How programs colour what they print on a terminal."""
_SHOWN = ("text/plain", "text/markdown", "text/latex")
"""Forms of a result that are text, the first that there is being read."""


class NotebookLoader:
    """Loads one document a notebook; the title is its own, its first heading or the file's name."""

    name = "notebook"

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield the one document in `data`.

        Raises:
            LoadError: when it is malformed, or no notebook.
        """
        if is_blank(data):
            yield LoadProblem(uri, EMPTY)
            return
        decoded = decode(data)
        notebook = parse(decoded.text)
        writing = Writing()
        for pointer, cell in _cells(notebook):
            _write_cell(writing, pointer, cell)
        about = encoding_metadata(decoded) | _about(notebook)
        title = str(about.pop("title", "")) or first_heading(writing.outline) or file_name(uri)
        yield writing.document(Source.of(data, uri, _MEDIA_TYPE), key, title, about)


def _cells(notebook: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the cells with their pointers; those of the third version lie in worksheets.

    Raises:
        LoadError: when there are none.
    """
    lists = {"/cells": notebook.get("cells")} if isinstance(notebook, dict) else {}
    sheets = notebook.get("worksheets") if isinstance(notebook, dict) else None
    for number, sheet in enumerate(sheets if isinstance(sheets, list) else ()):
        if isinstance(sheet, dict):
            lists[f"/worksheets/{number}/cells"] = sheet.get("cells")
    if not any(isinstance(cells, list) for cells in lists.values()):
        raise LoadError("it is no notebook: it has no list of cells; check its suffix")
    for pointer, cells in lists.items():
        for number, cell in enumerate(cells if isinstance(cells, list) else ()):
            if isinstance(cell, dict):
                yield f"{pointer}/{number}", cell


def _about(notebook: Mapping[str, Any]) -> dict[str, MetadataValue]:
    """Return what a notebook says of itself: its title and who wrote it."""
    metadata = notebook.get("metadata")
    said = metadata if isinstance(metadata, dict) else {}
    found: dict[str, MetadataValue] = {}
    if isinstance(said.get("title"), str) and said["title"].strip():
        found["title"] = " ".join(said["title"].split())
    authors = said.get("authors")
    listed = authors if isinstance(authors, list) else []
    names = [each.get("name") if isinstance(each, dict) else each for each in listed]
    if written := tuple(name for name in names if isinstance(name, str) and name.strip()):
        found["author"] = written[0] if len(written) == 1 else written
    return found


def _write_cell(writing: Writing, pointer: str, cell: Mapping[str, Any]) -> None:
    kind = cell.get("cell_type")
    key = "source" if "source" in cell else "input"
    text = _text(cell.get(key))
    with writing.place("pointer", f"{pointer}/{key}"):
        span = writing.paragraph(text.strip("\n"))
    if not len(span):
        return
    if kind == "markdown":
        _add_structure(writing, text.strip("\n"), span.start)
    elif kind == "heading":  # of the third version
        level = cell.get("level")
        known = level if isinstance(level, int) and 1 <= level <= 6 else 1
        writing.outline.append(Heading(span, known, " ".join(text.split())))
    outputs = cell.get("outputs")
    for number, output in enumerate(outputs if isinstance(outputs, list) else ()):
        if isinstance(output, dict):
            with writing.place("pointer", f"{pointer}/outputs/{number}"):
                writing.paragraph(_printed(output).strip("\n"))


def _add_structure(writing: Writing, text: str, start: int) -> None:
    """Add the headings of Markdown that was written at `start`, and mark what nobody sees of it."""
    for each in headings(text, FrontMatter()):
        writing.outline.append(Heading(each.span.shift(start), each.level, each.text))
    hidden = markdown_comments(text)
    writing.marks += (Mark(span.shift(start), "hidden") for span in hidden)


def _printed(output: Mapping[str, Any]) -> str:
    """Return the text of an output: what was printed, a result, or the line of an error."""
    if output.get("output_type") in ("error", "pyerr"):
        return ": ".join(_text(output.get(key)) for key in ("ename", "evalue") if output.get(key))
    data = output.get("data")
    forms = data if isinstance(data, dict) else output
    shown = next((forms[form] for form in (*_SHOWN, "text") if forms.get(form)), "")
    return _COLOURS.sub("", _text(shown))


def _text(value: Any) -> str:
    """Return a text that may be written as a list of its lines."""
    if isinstance(value, list):
        return "".join(each for each in value if isinstance(each, str))
    return value if isinstance(value, str) else ""
