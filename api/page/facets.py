"""What there is to filter by: the folders, file types, dates and other values of the documents."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from index.listing import DocumentHead

_VALUES = 12
"""Values of a field that are offered, the most frequent ones."""
_DISTINCT = 60
"""A field with more distinct values is no facet but a name of its own for each document."""
_FIELDS = 6
_FOLDERS = 150
_LONGEST = 60
_DATES = ("published", "date", "modified")
_FIRST = ("media_type", "author", "language", "tags")
_TYPES = {
    "application/pdf": "PDF",
    "text/plain": "Text",
    "text/html": "Web page",
    "text/markdown": "Markdown",
    "text/csv": "CSV",
    "application/json": "JSON",
    "message/rfc822": "Mail",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PowerPoint",
    "application/epub+zip": "EPUB",
    "application/rtf": "RTF",
}
_LABELS = {"media_type": "File type", "author": "Author", "language": "Language", "tags": "Tags"}


@dataclass(frozen=True, slots=True)
class Value:
    """A value to tick, with the number of documents that have it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Facet:
    """A field with its values, the most frequent first."""

    field: str
    label: str
    values: tuple[Value, ...]


@dataclass(slots=True)
class Folder:
    """A folder, how many documents lie under it, and its folders."""

    path: str
    name: str
    count: int = 0
    folders: "dict[str, Folder]" = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facets:
    """All that there is to filter by. `dated` is the field of the dates, "" where none has any."""

    fields: tuple[Facet, ...] = ()
    folders: tuple[Folder, ...] = ()
    dated: str = ""


def facets_of(documents: Iterable[DocumentHead]) -> Facets:
    """Return the facets of some documents."""
    counts: dict[str, Counter[str]] = {"media_type": Counter()}
    paths: Counter[str] = Counter()
    for document in documents:
        counts["media_type"][document.media_type] += 1
        paths[document.uri] += 1
        for name, values in _short_values(document):
            counts.setdefault(name, Counter()).update(values)
    dated = next((name for name in _DATES if name in counts), "")
    return Facets(tuple(_fields(counts)), tuple(folder_tree(paths)), dated)


def _short_values(document: DocumentHead) -> Iterator[tuple[str, set[str]]]:
    for name, value in document.metadata.items():
        several = value if isinstance(value, tuple) else (value,)
        yield name, {str(each) for each in several if len(str(each)) <= _LONGEST}


def _fields(counts: dict[str, Counter[str]]) -> Iterator[Facet]:
    rank = {name: number for number, name in enumerate(_FIRST)}
    usable = [
        name
        for name, values in counts.items()
        if name not in _DATES and 1 < len(values) <= _DISTINCT and values.most_common(1)[0][1] > 1
    ]
    for name in sorted(usable, key=lambda name: (rank.get(name, len(rank)), name))[:_FIELDS]:
        values = tuple(
            Value(value, _TYPES.get(value, value), count)
            for value, count in counts[name].most_common(_VALUES)
        )
        yield Facet(name, _LABELS.get(name, name.replace("_", " ").capitalize()), values)


def folder_tree(paths: Counter[str]) -> list[Folder]:
    """Return the folders of some paths, at most `_FOLDERS`, the outermost ones.

    Those that all share are left out.
    """
    root = Folder("", "")
    for path, count in paths.items():
        node = root
        node.count += count
        for name in _folders(path):
            node = node.folders.setdefault(name, Folder(name, name.rpartition("/")[2]))
            node.count += count
    while len(root.folders) == 1:
        (only,) = root.folders.values()
        if only.count < root.count:
            break
        root = only
    _prune(root)
    return [_shortened(folder) for folder in root.folders.values()]


def _shortened(folder: Folder) -> Folder:
    """Return a folder joined with the one in it where that holds all that it does."""
    name = folder.name.removesuffix("!")
    while len(folder.folders) == 1:
        (only,) = folder.folders.values()
        if only.count < folder.count:
            break
        folder, name = only, f"{name}/{only.name.removesuffix('!')}"
    inner = {key: _shortened(each) for key, each in folder.folders.items()}
    return Folder(folder.path, name, folder.count, inner)


def _prune(root: Folder) -> None:
    """Sort the folders by name, and take away those below a level that is too many."""
    level, kept = [root], 0
    while level:
        inner = [folder for parent in level for folder in parent.folders.values()]
        kept += len(inner)
        for parent in level:
            most = _FOLDERS if parent is root else 0 if kept > _FOLDERS else len(parent.folders)
            parent.folders = dict(sorted(parent.folders.items())[:most])
        level = [folder for parent in level for folder in parent.folders.values()]


def _folders(uri: str) -> Iterator[str]:
    """Yield the folders of a path or URL, outermost first."""
    for at, character in enumerate(uri):
        if character == "/" and at and uri[at - 1] not in "/:":
            yield uri[:at]
