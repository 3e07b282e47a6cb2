"""EPUB: a book's chapters in reading order, each read as the web page it is."""

import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from index.errors import LoadError
from index.loaders.build import EMPTY, Source, file_name
from index.loaders.containers import read_member, xml_of
from index.loaders.html import HtmlLoader
from index.loaders.opc import local, open_office
from index.loaders.workbook import is_blank
from index.loaders.writing import Writing
from index.places import shifted
from index.text.marks import shifted_marks
from index.types import Document, Heading, LoadProblem, MetadataValue

_CONTAINER = "META-INF/container.xml"
_FIELDS = {
    "creator": "author", "date": "published", "language": "language", "publisher": "publisher",
    "description": "description", "source": "source",
}  # fmt: skip
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")


class EpubLoader:
    """Loads one document a book; a chapter's file is its place."""

    name = "epub"

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield the book, and a problem for each chapter that cannot be read.

        Raises:
            LoadError: when it is damaged, protected, or no EPUB.
        """
        if is_blank(data):
            yield LoadProblem(uri, EMPTY)
            return
        package = open_office(data, "an EPUB file")
        if "META-INF/encryption.xml" in package.NameToInfo and _is_protected(package):
            raise LoadError("its chapters are encrypted (DRM) and cannot be read")
        part = _package_part(package)
        root = xml_of(package, part)
        writing = Writing()
        for chapter in _spine(root, part):
            try:
                _chapter(writing, read_member(package, chapter), chapter)
            except LoadError as error:
                yield LoadProblem(f"{uri}!/{chapter}", str(error))
        title, metadata = _about(root)
        source = Source.of(data, uri, "application/epub+zip")
        yield writing.document(source, key, title or file_name(uri), metadata)


def _is_protected(package: zipfile.ZipFile) -> bool:
    root = xml_of(package, "META-INF/encryption.xml")
    targets = [each.get("URI", "") for each in root.iter() if local(each.tag) == "CipherReference"]
    return any(target.endswith(("html", "htm")) for target in targets)


def _package_part(package: zipfile.ZipFile) -> str:
    for element in xml_of(package, _CONTAINER).iter():
        if local(element.tag) == "rootfile" and (path := element.get("full-path")):
            return str(path)
    raise LoadError("its container names no book; save it anew")


def _spine(root: Any, part: str) -> Iterator[str]:
    """Yield the paths of the chapters, in reading order."""
    folder = posixpath.dirname(part)
    hrefs = {
        item.get("id"): item.get("href", "")
        for item in root.iter()
        if local(item.tag) == "item" and item.get("media-type") in _PAGES
    }
    for reference in root.iter():
        if local(reference.tag) == "itemref" and (href := hrefs.get(reference.get("idref"))):
            path = posixpath.join("/", folder, unquote(href.partition("#")[0]))
            yield posixpath.normpath(path).lstrip("/")


def _chapter(writing: Writing, data: bytes, path: str) -> None:
    page = next(iter(HtmlLoader().load(data, uri=path, key="chapter")), None)
    if not isinstance(page, Document):
        return
    with writing.place("path", path):
        start = writing.paragraph(page.text).start
    writing.outline += [
        Heading(each.span.shift(start), each.level, each.text) for each in page.outline
    ]
    writing.places += shifted(page.places, start)
    writing.marks += shifted_marks(page.marks, start)


def _about(root: Any) -> tuple[str, dict[str, MetadataValue]]:
    title, fields = "", dict[str, MetadataValue]()
    for element in root.iter():
        name, words = local(element.tag), (element.text or "").strip()
        if name == "title" and words:
            title = title or words
        elif name in _FIELDS and words:
            fields.setdefault(_FIELDS[name], words)
    return title, fields
