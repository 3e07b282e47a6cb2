"""Documents inside a file: an archive's members, a message's attachments.

Each goes through the loader of its own suffix, and is told apart by its path in the file:
`mail.eml!/report.pdf`.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from index.errors import ExcerptError
from index.loaders.build import Source
from index.places import Place
from index.text.ids import escape_id
from index.types import Document, LoadProblem, Span

MAX_DEPTH = 3
"""How deep files may lie in files in files."""
_MARK = "!/"


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
    found = FORMATS.of_suffix(PurePosixPath(name).suffix) or FORMATS.of_media_type(media_type)
    if found is None:
        yield LoadProblem(uri, "no loader reads that format")
        return
    if uri.count(_MARK) > MAX_DEPTH:
        yield LoadProblem(uri, f"it lies more than {MAX_DEPTH} files deep")
        return
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    inner_key = f"{key}.{escape_id(PurePosixPath(name).name)[-40:]}-{digest}"
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
