"""Which document an argument names: an id, a path, or a path with a line."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import InputError, NotFoundError
from index.text.ids import file_uri

if TYPE_CHECKING:
    from index.protocols import Snapshot

_LINE = re.compile(r"(.+):(\d{1,12})")


def named_ids(snapshot: "Snapshot", name: str) -> list[str]:
    """Return the ids of the documents that a name stands for, [] where it is none's.

    An id comes before a path. A path is taken from the working folder; a file of records, or an
    archive, names all its documents.
    """
    try:
        return [snapshot.document(name).id]
    except NotFoundError:
        pass
    from index.filters import Comparison, Or
    from index.filters.literals import Text, storable
    from index.listing import all_heads

    uris = {name, file_uri(Path(name).absolute()), file_uri(Path(name).resolve())}
    texts = [storable(uri) for uri in sorted(uris)]
    itself = Comparison("uri", "in", tuple(map(Text, texts)))
    within = [Comparison("uri", "starts", (Text(f"{text}!/"),)) for text in texts]
    try:
        return [head.id for head in all_heads(snapshot, Or((itself, *within)))]
    except InputError:  # in an empty index no document has a uri
        return []


def named_document(snapshot: "Snapshot", name: str) -> tuple[str, int | None]:
    """Return the id of the one document that a name stands for, and its line in `PATH:LINE`.

    Raises:
        InputError: when it stands for several.
        NotFoundError: when it stands for none.
    """
    ids, line = named_ids(snapshot, name), None
    if not ids and (match := _LINE.fullmatch(name)):
        ids, line = named_ids(snapshot, match[1]), int(match[2])
    if len(ids) > 1:
        shown = ", ".join(ids[:5]) + (", …" if len(ids) > 5 else "")
        raise InputError(f"{name!r} holds {len(ids)} documents; name one by its id: {shown}")
    if not ids:
        snapshot.document(name)
    return ids[0], line
