"""Metadata that lies beside a file: `report.pdf.meta.json` says more of `report.pdf`.

It holds one JSON object. `title` is the title of the file's document; every other key is metadata,
as in a record (`index.loaders.records`), of all documents in the file, and wins over what they say
themselves. A file of such a name with no file that it could be about is an ordinary one.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from index.errors import LoadError
from index.loaders.records import metadata_of, parse
from index.text.ids import file_uri
from index.types import Document, LoadProblem, MetadataValue

SUFFIX = ".meta.json"
_LARGEST = 1 << 20
"""Bytes of one."""


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What lies beside a file; `digest` is that of its bytes, "" where there is none."""

    digest: str = ""
    title: str = ""
    metadata: Mapping[str, MetadataValue] = field(default_factory=dict)
    problems: tuple[LoadProblem, ...] = ()

    def state_of(self, sha256: str) -> str:
        """Return the digest of a file's content together with this."""
        if not self.digest:
            return sha256
        return hashlib.sha256(f"{sha256}\n{self.digest}".encode()).hexdigest()

    def added_to(self, document: Document, uri: str) -> Document:
        """Return a document of the file `uri` with this metadata."""
        if not (self.title or self.metadata):
            return document
        title = self.title if self.title and document.uri == uri else document.title
        return replace(document, title=title, metadata={**document.metadata, **self.metadata})


def sidecar_path(path: Path) -> Path:
    """Return where the metadata of a file would lie."""
    return path.with_name(path.name + SUFFIX)


def subject_of(path: Path) -> Path | None:
    """Return the file that another one says more of, None where it is an ordinary file."""
    if not path.name.endswith(SUFFIX) or path.name == SUFFIX:
        return None
    subject = path.with_name(path.name.removesuffix(SUFFIX))
    return subject if subject.is_file() else None


def read_sidecar(path: Path) -> Sidecar:
    """Return what lies beside a file; what is malformed is a problem, and nothing of it is used."""
    place = sidecar_path(path)
    try:
        with place.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except FileNotFoundError:
        return Sidecar()
    except OSError as error:
        return Sidecar(problems=(_problem(place, f"it cannot be read: {error.strerror}"),))
    digest = hashlib.sha256(data).hexdigest()
    try:
        title, metadata = _parsed(data)
    except (LoadError, UnicodeDecodeError) as error:
        return Sidecar(digest, problems=(_problem(place, f"{error}; none of it is used"),))
    return Sidecar(digest, title, metadata)


def _parsed(data: bytes) -> tuple[str, dict[str, MetadataValue]]:
    if len(data) > _LARGEST:
        raise LoadError(f"it is larger than {_LARGEST} bytes")
    record = parse(data.decode("utf-8-sig"))
    if not isinstance(record, dict):
        raise LoadError("it is not a JSON object")
    title = record.pop("title", None) or ""
    if not isinstance(title, str):
        raise LoadError("its 'title' is not a string")
    # What a record keeps for its text and id is metadata here.
    return title, dict(metadata_of({"metadata": record}))


def _problem(place: Path, reason: str) -> LoadProblem:
    return LoadProblem(file_uri(place), f"the metadata beside a file: {reason}")
