"""XML: the words of its elements, each with its path as its place."""

from collections.abc import Iterator
from typing import Any

from index.errors import LoadError
from index.loaders.build import EMPTY, Source, file_name
from index.loaders.containers import parse_xml
from index.loaders.fields import TITLES
from index.loaders.opc import local
from index.loaders.workbook import is_blank
from index.loaders.writing import Writing
from index.places import Place
from index.text.encoding import control_share
from index.types import Document, LoadProblem

_HTML = "{http://www.w3.org/1999/xhtml}html"


class XmlLoader:
    """Loads XML of any vocabulary; XHTML is read as the page it is."""

    name = "xml"

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield the one document in `data`.

        Raises:
            LoadError: when it is malformed, or nests too deep.
        """
        if is_blank(data):
            yield LoadProblem(uri, EMPTY)
            return
        wide = data.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"))
        if not wide and (b"\0" in data or control_share(data) > 0.05):
            raise LoadError("it is not XML but binary data; check its suffix")
        root = parse_xml(data.lstrip() if not data.startswith((b"\xff", b"\xfe")) else data, "it")
        if root.tag == _HTML:
            from index.loaders.html import HtmlLoader

            yield from HtmlLoader().load(data, uri=uri, key=key)
            return
        writing = Writing()
        _write(writing, root)
        source = Source.of(data, uri, "application/xml")
        yield writing.document(source, key, _title(root) or file_name(uri), {})


def _write(writing: Writing, root: Any) -> None:
    tree = root.getroottree()
    inside: Any = None
    for element in root.iter():
        if not local(element.tag) or (inside is not None and _is_within(element, inside)):
            continue
        inside = None
        if _has_words(element):
            inside = element
            span = writing.paragraph(" ".join("".join(element.itertext()).split()))
            if len(span):
                writing.places.append(Place(span, "pointer", tree.getelementpath(element)))


def _is_within(element: Any, outer: Any) -> bool:
    return any(above is outer for above in element.iterancestors())


def _has_words(element: Any) -> bool:
    """Return whether an element holds words itself and not only elements."""
    parts = [element.text, *(child.tail for child in element)]
    return any(part and part.strip() for part in parts)


def _title(root: Any) -> str:
    for element in root.iter():
        if local(element.tag).lower() in TITLES and (element.text or "").strip():
            return " ".join(element.text.split())
    return ""
