"""The manifest of an export: what it holds, what shaped it, and the digest of each file."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from index.errors import IndexUnavailableError, InputError
from index.ingest.file_sources import Root, Rules
from index.store import durable
from index.types import LoadProblem

NAME = "manifest.json"
FORMAT = "excerpt-exchange"
VERSION = 2

_READ = (1, VERSION)
"""The versions that are read: the first did not say how far passages overlap."""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of the export."""

    name: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an export holds.

    Attributes:
        generation: the one that was exported; an import makes one of its own number.
        model: the name of the embedder, None where the store does not say.
        fingerprint: the embedder's.
        dim: dimensions of a vector.
        passage_tokens: the budget of a passage, None where the store does not say.
        passage_overlap: the sentences that it repeats from the one before, None as above.
        documents: how many.
        passages: how many.
        content_sha256: the digest of all of it; see `index.exchange.index_digest`.
        roots: what is synced when no path is given.
        skipped: what the last sync could not read.
        files: the Parquet files, in the order in which they are read.
    """

    generation: int
    model: str | None
    fingerprint: str
    dim: int
    passage_tokens: int | None
    passage_overlap: int | None
    documents: int
    passages: int
    content_sha256: str
    roots: tuple[Root, ...]
    skipped: tuple[LoadProblem, ...]
    files: tuple[FileEntry, ...]

    def of_table(self, table: str) -> list[FileEntry]:
        """Return the files of a table: `documents`, `passages` or `sources`."""
        return [each for each in self.files if each.name.startswith(f"{table}-")]


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, with a digest of its own."""
    body = {"format": FORMAT, "version": VERSION, **asdict(manifest)}
    body["roots"] = [_root_json(root) for root in manifest.roots]
    path = folder / NAME
    text = json.dumps(body | {"sha256": _digest(body)}, indent=1)
    path.write_text(text + "\n", encoding="ascii")
    durable.fsync(path)


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of an export.

    Raises:
        InputError: when the folder holds none.
        IndexUnavailableError: when it is damaged, or of another version.
    """
    path = folder / NAME
    try:
        body = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError(
            f"{folder} is not a complete export: there is no {NAME} in it; "
            "name a folder that `excerpt export` wrote"
        ) from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise damaged(path, "it is no JSON") from error
    if not isinstance(body, dict) or body.pop("sha256", None) != _digest(body):
        raise damaged(path, "it does not have its own digest")
    form, version = body.pop("format", None), body.pop("version", None)
    if form != FORMAT or version not in _READ:
        raise IndexUnavailableError(
            f"{path} is of another version than {FORMAT} {VERSION}; "
            "import it with the Excerpt that exported it, or export it again with this one"
        )
    try:
        return _manifest({"passage_overlap": None, **body} if version == 1 else body)
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise damaged(path, f"it is not of its form: {error}") from error


def damaged(path: Path, what: str) -> IndexUnavailableError:
    """Return the error for a file of an export that cannot be used."""
    return IndexUnavailableError(
        f"{path} is damaged: {what}; copy the export again, or export anew"
    )


def check_files(folder: Path, manifest: Manifest) -> None:
    """Check that each file is there, of its size and with its digest.

    Raises:
        IndexUnavailableError: when one is not; it is named.
    """
    for entry in manifest.files:
        path = folder / entry.name
        try:
            size = path.stat().st_size
            if size != entry.bytes:
                raise damaged(path, f"it has {size:,} bytes and should have {entry.bytes:,}")
            if durable.sha256(path) != entry.sha256:
                raise damaged(path, "its content does not have the digest that it should have")
        except OSError as error:
            raise damaged(path, f"it cannot be read ({error.strerror})") from error


def _digest(body: Mapping[str, Any]) -> str:
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _manifest(body: dict[str, Any]) -> Manifest:
    if set(body) != {each.name for each in fields(Manifest)}:
        raise ValueError("other fields than those of an export")
    return Manifest(
        **body
        | {
            "roots": tuple(map(_root, body["roots"])),
            "skipped": tuple(LoadProblem(**each) for each in body["skipped"]),
            "files": tuple(FileEntry(**each) for each in body["files"]),
        }
    )


def _root_json(root: Root) -> dict[str, object]:
    # A path is bytes; its own encoding keeps those that are no UTF-8.
    return {"path": os.fsencode(root.path).decode("latin-1"), **asdict(root.rules)}


def _root(recorded: dict[str, Any]) -> Root:
    values: dict[str, Any] = {
        k: tuple(v) if isinstance(v, list) else v for k, v in recorded.items()
    }
    path = Path(os.fsdecode(values.pop("path").encode("latin-1")))
    return Root(path, Rules(**values))


def roots_of(roots: Sequence[Path], rules: Mapping[Path, Rules]) -> tuple[Root, ...]:
    """Return roots with their rules."""
    return tuple(Root(path, rules.get(path, Rules())) for path in roots)
