"""XML: the words of its elements, each with its path as its place.

A list of records, such as the entries of a feed, is one document a record. Of a file without words
the attributes are read.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from index.errors import LoadError
from index.loaders.build import EMPTY, Source, file_name
from index.loaders.containers import parse_xml
from index.loaders.fields import TITLES, Leaf, RecordLoader, named, written
from index.loaders.opc import local
from index.loaders.workbook import is_blank
from index.loaders.writing import Writing
from index.places import Place
from index.text.encoding import control_share
from index.types import Document, LoadProblem, MetadataValue

_HTML = "{http://www.w3.org/1999/xhtml}html"
_FEW = 8
_RECORDS = frozenset(
    "item entry record doc document page post message event product question review person "
    "comment job course recipe".split()
)
"""Names of elements that are records of a list, where several stand side by side."""


class XmlLoader(RecordLoader):
    """Loads XML of any vocabulary; XHTML is read as the page it is."""

    name = "xml"

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield the document in `data`, or one a record.

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
        source = Source.of(data, uri, "application/xml")
        records = _records(root, self.text_fields)
        for number, record in enumerate(records, 1):
            yield _record(source, record, f"{key}.{number}", self.text_fields)
        if not records and (chosen := named(_leaves(root), self.text_fields)):
            title = _title(root) or file_name(uri)
            yield written(source, chosen, key, title, {}, chosen)
        elif not records:
            writing = Writing()
            _write(writing, root)
            if not writing.length:
                _write_attributes(writing, root)
            yield writing.document(source, key, _title(root) or file_name(uri), {})


def _records(root: Any, text_fields: Sequence[str]) -> list[Any]:
    """Return the elements that are records: several of one name, each with fields of its own."""
    lists = [root, *root] if len(root) <= _FEW else [root]
    for around in lists:
        names = Counter(local(each.tag) for each in around)
        for name, count in names.most_common(1):
            alike = [each for each in around if local(each.tag) == name]
            if count < 2 or not all(_has_fields(each) for each in alike):
                continue
            if name.lower() in _RECORDS or any(named(_leaves(each), text_fields) for each in alike):
                return alike
    return []


def _has_fields(element: Any) -> bool:
    return len(element) > 1 and not _has_words(element)


def _record(
    source: Source, element: Any, document_id: str, text_fields: Sequence[str]
) -> Document | LoadProblem:
    """Return the document of a record; values that are no text of it are metadata."""
    every = list(_leaves(element))
    values: dict[str, list[str]] = {}
    for _, name, words in every:
        values.setdefault(name, []).append(words)
    about: dict[str, MetadataValue] = {
        name: words[0] if len(words) == 1 else tuple(words) for name, words in values.items()
    }
    title = _title(element)
    try:
        return written(source, every, document_id, title, about, named(every, text_fields))
    except LoadError as error:
        return LoadProblem(source.uri, str(error))


def _leaves(root: Any) -> Iterator[Leaf]:
    """Yield the words of elements that hold some, with their paths and dotted names."""
    tree = root.getroottree()
    for element, words in _worded(root):
        yield tree.getelementpath(element), _dotted(element, root), words


def _worded(root: Any) -> Iterator[tuple[Any, str]]:
    """Yield the outermost elements that hold words of their own, with all the words in each."""
    inside: Any = None
    for element in root.iter():
        if not local(element.tag) or (inside is not None and _is_within(element, inside)):
            continue
        inside = None
        if _has_words(element):
            inside = element
            words = " ".join("".join(element.itertext()).split())
            if words:
                yield element, words


def _dotted(element: Any, root: Any) -> str:
    names = [local(element.tag)]
    for above in element.iterancestors():
        if above is root:
            break
        names.append(local(above.tag))
    return ".".join(reversed(names))


def _write(writing: Writing, root: Any) -> None:
    tree = root.getroottree()
    for element, words in _worded(root):
        span = writing.paragraph(words)
        writing.places.append(Place(span, "pointer", tree.getelementpath(element)))


def _write_attributes(writing: Writing, root: Any) -> None:
    """Write what the attributes say of a file that has no other words, an element a line."""
    tree = root.getroottree()
    for element in root.iter():
        fields = [
            f"{local(name)}: {' '.join(value.split())}"
            for name, value in element.attrib.items()
            if local(element.tag) and value.strip()
        ]
        if fields:
            span = writing.line("; ".join(fields))
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
