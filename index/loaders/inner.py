"""Documents inside a file: an archive's members, a message's attachments.

Each goes through the loader of its own suffix, and is identified by its path in the file:
`mail.eml!/report.pdf`.
"""

import hashlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from index.errors import ExcerptError, LoadError
from index.loaders.build import Source
from index.loaders.unread import unread_reason
from index.places import Place
from index.text.ids import escape_id
from index.types import Document, LoadProblem, Span

MAX_DEPTH = 3
"""How deep files may lie in files in files."""
_MARK = "!/"


@dataclass(slots=True)
class _Sought:
    """An inner file that is looked for, by its URI and the id of the document that it holds."""

    uri: str
    document_id: str
    first: bytes | None = None


class _InnerReached(Exception):  # noqa: N818  # what happens, not what is wrong
    """The inner file that is looked for; it ends the loaders around it."""

    def __init__(self, data: bytes) -> None:
        self.data = data


_SOUGHT: ContextVar[_Sought | None] = ContextVar("sought", default=None)
"""Set while `inner_bytes` has the loaders of containers take a file apart again."""


def inner_bytes(data: bytes, uri: str, document_id: str) -> bytes:
    """Return the bytes of a file inside another, found by the loaders that read it.

    Args:
        data: those of the outermost file.
        uri: of the inner one, such as `mail.eml!/report.pdf`.
        document_id: of its document; messages of one mailbox may have attachments of one name.

    Raises:
        LoadError: when there is no such file in it, or it cannot be taken apart any more.
    """
    from index.loaders import format_of, get_loader

    outer = uri.partition(_MARK)[0]
    form = format_of(Path(outer))
    if form is None:
        raise LoadError(f"no loader reads {outer}")
    sought = _Sought(uri, document_id)
    token = _SOUGHT.set(sought)
    try:
        for _ in get_loader(form.name).load(data, uri=outer, key=""):
            pass
    except _InnerReached as found:
        return found.data
    finally:
        _SOUGHT.reset(token)
    if sought.first is None:
        raise LoadError(f"{uri} is not in {PurePosixPath(outer).name} any more; index it again")
    return sought.first


def is_passed_over(source: Source, name: str) -> bool:
    """Return whether an inner file need not be unpacked, since another one is looked for."""
    sought = _SOUGHT.get()
    uri = f"{source.uri}{_MARK}{name}"
    return sought is not None and sought.uri != uri and not sought.uri.startswith(uri + _MARK)


def load_inner(
    data: bytes, name: str, source: Source, key: str, media_type: str = ""
) -> Iterator[Document | LoadProblem]:
    """Yield the documents of an inner file; what cannot be read is a problem of that file alone.

    Args:
        data: its bytes.
        name: its path inside the file.
        source: the file it is in.
        key: that file's key, with which the ids begin.
        media_type: what to go by where the suffix says nothing.
    """
    from index.loaders import FORMATS, get_loader

    uri = f"{source.uri}{_MARK}{name}"
    if is_passed_over(source, name):
        return
    found = FORMATS.of_suffix(PurePosixPath(name).suffix) or FORMATS.of_media_type(media_type)
    if found is None:
        yield LoadProblem(uri, unread_reason(PurePosixPath(uri).suffix))
        return
    if uri.count(_MARK) > MAX_DEPTH:
        yield LoadProblem(uri, f"it lies more than {MAX_DEPTH} files deep")
        return
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    inner_key = f"{key}.{escape_id(PurePosixPath(name).name)[-40:]}-{digest}"
    sought = _SOUGHT.get()
    if sought is not None and sought.uri == uri:
        _note(sought, data, inner_key)
        return
    try:
        for each in get_loader(found.name).load(data, uri=uri, key=inner_key):
            if isinstance(each, LoadProblem):
                yield each
            else:
                path = Place(Span(0, len(each.text)), "path", uri.partition(_MARK)[2])
                kept = tuple(place for place in each.places if place.kind != "path")
                places = tuple(sorted((*kept, path)))
                yield replace(each, source_sha256=source.sha256, places=places)
    except ExcerptError as error:
        yield LoadProblem(uri, str(error))


def _note(sought: _Sought, data: bytes, key: str) -> None:
    """Take a file of the URI that is looked for, and end where its id is the one, too."""
    if sought.document_id.endswith(key):
        raise _InnerReached(data)
    if sought.first is None:
        sought.first = data
