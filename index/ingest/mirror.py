"""Mirroring folders into any store: walk -> load -> put what is new, delete what is gone.

For stores that keep no record of files: every file is read each time, and only documents that
changed are written.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from index.errors import ExcerptError, InputError, LoadError
from index.ingest.walk import Found, open_file, walk
from index.loaders import get_loader
from index.progress import Progress, ProgressCallback
from index.protocols import Store
from index.text.ids import file_uri
from index.types import Document, LoadProblem, SyncReport


def mirror(
    store: Store, paths: Sequence[Path], progress: ProgressCallback, allow_empty: bool
) -> SyncReport:
    """Make a store hold what lies under the paths now, in at most one generation.

    A path under which nothing is left removes nothing unless `allow_empty`.

    Raises:
        InputError: when there is no path, or one neither exists nor has documents in the store.
    """
    if not paths:
        raise InputError("no paths are recorded yet; name what to index: excerpt index PATH")
    known = _documents_by_uri(store)
    problems: list[LoadProblem] = []
    held = 0
    with store.begin() as writer:
        for path in map(Path.resolve, paths):
            before = {uri for uri in known if Path(uri).is_relative_to(file_uri(path))}
            if not path.exists() and not before:
                raise InputError(f"{path} does not exist; name a file or folder that does")
            names: set[str] = set()
            files: set[str] = set()
            for item in _read(path, files):
                if isinstance(item, LoadProblem):
                    problems.append(item)
                    continue
                names.add(item.id)
                writer.put(item)
            progress(Progress(files=len(files), documents=len(names)))
            if before and not files and not allow_empty:
                held += len(before)
                problems.append(LoadProblem(file_uri(path), _HELD))
                continue
            for uri in before:
                for name in known[uri]:
                    if name not in names:
                        writer.delete(name)
        report = writer.commit()
    return replace(report, problems=(*report.problems, *problems), held=held)


_HELD = "all that was indexed from it is gone; to remove it run the same with --allow-empty"


def _documents_by_uri(store: Store) -> dict[str, list[str]]:
    known: dict[str, list[str]] = {}
    with store.snapshot() as snapshot:
        for document in snapshot.documents():
            known.setdefault(document.uri, []).append(document.id)
    return known


def _read(path: Path, files: set[str]) -> Iterator[Document | LoadProblem]:
    """Yield what is in the files under a path; the uris of those there are join `files`."""
    for found in walk(path):
        if isinstance(found, LoadProblem):
            yield found
            continue
        files.add(found.uri)
        try:
            yield from _load(found)
        except LoadError as error:
            yield LoadProblem(found.uri, str(error))


def _load(found: Found) -> Iterator[Document | LoadProblem]:
    with open_file(found.path) as file:
        data = file.read()
    try:
        yield from get_loader(found.format.name).load(data, uri=found.uri, key=found.key)
    except ExcerptError as error:
        raise LoadError(str(error)) from error
    except Exception as error:  # whatever a loader raises stays with its file
        raise LoadError(f"the loader failed on it ({type(error).__name__}: {error})") from error
