"""The files under a root, in one order, with a reason for each that cannot be read.

What is counted and passed over: hidden files and folders (their names begin with a dot), locks and
backups of editors, and what a root's rules or an ignore file leaves out. What is passed over
silently: index folders, links to folders of the same root, whose files are met where they really
are, and metadata beside a file, which is read with it (`sidecar`). What is reported: broken links,
FIFOs, sockets and devices, folders that cannot be listed, and, once a suffix, files in formats that
no loader reads. Where there is no suffix, or what looks like one is part of the name, the content
tells the format.
"""

import os
import stat
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path

from index.errors import LoadError
from index.ingest.file_sources import Rules
from index.ingest.rules import Chooser
from index.ingest.sidecar import subject_of
from index.loaders import FORMATS, format_of, part_of_name
from index.loaders.contents import loader_by_content
from index.loaders.formats import Format
from index.loaders.unread import unread_reason
from index.text.encoding import looks_like_text
from index.text.ids import file_key, file_uri
from index.types import LoadProblem

_NONBLOCK = getattr(os, "O_NONBLOCK", 0)
_SAMPLE = 1 << 16
_MADE_FOR_PROGRAMS = frozenset(
    ".afm .asc .cer .crl .crt .csr .css .dot .eps .key .less .lock .map .mo .pem .po .pot .ppd "
    ".ps .pub .scss .sig .svg .svgz .ttx .xbm .xpm".split()
)
"""Suffixes of text that programs read, whatever words are in it."""
_FEWEST_WORDS = 5
_WRITTEN_SHARE = 0.6
_PUNCTUATION = b".,;:!?\"'()[]<>*_-"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file to load: `key` is its document id, `uri` its absolute path as text.

    `text_fields` are those of its records that are text; none means to guess. `metadata` is what
    its documents are given, each as `key=value`.
    """

    path: Path
    key: str
    uri: str
    format: Format
    text_fields: tuple[str, ...] = ()
    metadata: tuple[str, ...] = ()


def file_entry(
    path: Path, form: str, text_fields: tuple[str, ...] = (), metadata: tuple[str, ...] = ()
) -> FileEntry:
    """Return a file that was met before, of the format with that name."""
    found = FORMATS.of_name(form)
    return FileEntry(path, file_key(path), file_uri(path), found, text_fields, metadata)


@dataclass(slots=True)
class _Skipped:
    """Files that no loader reads, counted by suffix, with one example each."""

    count: Counter[str] = field(default_factory=Counter)
    example: dict[str, str] = field(default_factory=dict)

    def add(self, path: Path) -> None:
        suffix = path.suffix.lower()
        self.count[suffix] += 1
        self.example.setdefault(suffix, path.name)

    def problems(self, root: Path) -> Iterator[LoadProblem]:
        for suffix, count in sorted(self.count.items()):
            files = "1 file" if count == 1 else f"{count} files"
            yield LoadProblem(
                file_uri(root),
                f"{files} with the suffix {suffix} skipped (such as {self.example[suffix]}): "
                f"{unread_reason(suffix)}",
                files=count,
            )


def walk(
    root: Path, skip: Collection[Path] = (), chooser: Chooser | None = None
) -> Iterator[FileEntry | LoadProblem]:
    """Yield the files under `root`, or `root` itself when it is a file; never raises.

    A single file of an unknown suffix is taken for plain text when its content is text.

    Args:
        root: a file or a folder.
        skip: folders to leave out, beside those that hold an index.
        chooser: what is left out, and counts it; by default hidden and ignored files are.
    """
    root = Path(os.path.realpath(root))
    skipped = _Skipped()
    if os.path.isdir(root):  # noqa: PTH112 - unlike Path.is_dir, it never raises
        chosen = chooser or Chooser(root, Rules())
        yield from _walk_folder(root, {os.path.realpath(path) for path in skip}, skipped, chosen)
        yield from skipped.problems(root)
    else:
        yield _single(root)


def _walk_folder(
    root: Path, skip: Collection[str], skipped: _Skipped, chooser: Chooser
) -> Iterator[FileEntry | LoadProblem]:
    entered: set[tuple[int, int]] = set()
    # Names are made into paths one at a time: a folder may hold a million.
    pending: list[Iterator[Path]] = [iter((root,))]
    while pending:
        path = next(pending[-1], None)
        if path is None:
            pending.pop()
            continue
        kind = _kind(path)
        if isinstance(kind, LoadProblem):
            yield kind
        elif path != root and not chooser.takes(path, folder=stat.S_ISDIR(kind.st_mode)):
            continue
        elif stat.S_ISDIR(kind.st_mode):
            if str(path) not in skip and _enter(path, kind, root, entered):
                listed = _list(path, chooser)
                if isinstance(listed, LoadProblem):
                    yield listed
                else:
                    pending.append(map(path.joinpath, listed))
        elif subject_of(path) is not None:
            continue
        elif (form := _format(path)) is None:
            skipped.add(path)
        else:
            yield FileEntry(path, file_key(path), file_uri(path), form)


def _format(path: Path) -> Format | None:
    """Return the format of a file, or None when nobody reads it.

    Where it has no suffix, or what looks like one is part of the name, its content says which. Of
    a suffix that nobody reads what people write is read as text, as `UPGRADING.INTERNALS` and
    `calendar.history`, and no style sheet or key.
    """
    form = format_of(path)
    if path.suffix and form is not None:
        return form
    sample = _sample(path)
    if path.suffix and not part_of_name(path):
        return FORMATS.of_name("text") if _is_prose(path, sample) else None
    if (name := loader_by_content(sample)) is not None:
        return FORMATS.of_name(name)
    return FORMATS.of_name("text") if not path.suffix or looks_like_text(sample) else None


def _kind(path: Path) -> os.stat_result | LoadProblem:
    """Return the status of a folder or regular file, and the problem with anything else."""
    uri = file_uri(path)
    try:
        status = path.stat()
    except FileNotFoundError:
        return LoadProblem(uri, _missing(path))
    except OSError as error:
        return LoadProblem(uri, f"it cannot be read: {error.strerror}")
    if stat.S_ISDIR(status.st_mode) or stat.S_ISREG(status.st_mode):
        return status
    return LoadProblem(uri, _not_regular(status.st_mode))


def _missing(path: Path) -> str:
    try:
        return f"it is a broken link to {str(path.readlink())!r}"
    except OSError:
        return "there is no such file or folder (any more)"


def _not_regular(mode: int) -> str:
    kinds = {stat.S_IFIFO: "a FIFO", stat.S_IFSOCK: "a socket"}
    return f"it is {kinds.get(stat.S_IFMT(mode), 'a device')}, not a regular file"


def _enter(path: Path, status: os.stat_result, root: Path, entered: set[tuple[int, int]]) -> bool:
    """Return whether a folder is to be listed, and remember that it was."""
    if path.is_symlink() and Path(os.path.realpath(path)).is_relative_to(root):
        return False
    identity = (status.st_dev, status.st_ino)
    if identity in entered or is_index_folder(path):
        return False
    entered.add(identity)
    return True


def is_index_folder(path: Path) -> bool:
    """Return whether a folder holds an index of ours, which is never a source."""
    # Unlike Path's, these never raise, whatever may be read there.
    catalog, terms = path / "catalog.sqlite", path / "terms"
    return os.path.isfile(catalog) and os.path.isdir(terms)  # noqa: PTH112, PTH113


def _list(folder: Path, chooser: Chooser) -> list[str] | LoadProblem:
    """Return the visible names in a folder, sorted."""
    try:
        names = os.listdir(folder)  # noqa: PTH208 - names alone take a fifth of the memory
    except OSError as error:
        reason = f"the folder cannot be listed: {error.strerror}"
        return LoadProblem(file_uri(folder), reason)
    return chooser.visible(names)


def _single(path: Path) -> FileEntry | LoadProblem:
    kind = _kind(path)
    if isinstance(kind, LoadProblem):
        return kind
    if (subject := subject_of(path)) is not None:
        return LoadProblem(file_uri(path), f"it is metadata of {subject.name}; index that")
    form = _format(path)
    if form is None and looks_like_text(_sample(path)):
        form = FORMATS.of_name("text")
    if form is None:
        return LoadProblem(file_uri(path), f"no loader reads the format {path.suffix!r}")
    return FileEntry(path, file_key(path), file_uri(path), form)


def _is_prose(path: Path, sample: bytes) -> bool:
    """Return whether a file holds words between spaces, more than anything else."""
    if path.suffix.lower() in _MADE_FOR_PROGRAMS or not looks_like_text(sample):
        return False
    words = [word.strip(_PUNCTUATION) for word in sample.split()]
    written = sum(word.isalpha() or not word.isascii() for word in words)
    return len(words) >= _FEWEST_WORDS and written >= _WRITTEN_SHARE * len(words)


def _sample(path: Path) -> bytes:
    """Return the beginning of a file, nothing where it cannot be read."""
    try:
        with open_file(path) as file:
            return file.read(_SAMPLE)
    except (LoadError, OSError):
        return b""


@contextmanager
def open_file(path: Path) -> Iterator[BufferedReader]:
    """Open a regular file for the length of a block.

    Never waits on a FIFO, even one that has taken the file's place since it was found.

    Raises:
        LoadError: on entering, when it has vanished, may not be read, or is not a regular file.
    """
    try:
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | _NONBLOCK), "rb")
    except FileNotFoundError as error:
        raise LoadError("it vanished before it could be read") from error
    except OSError as error:
        raise LoadError(f"it cannot be read: {error.strerror}") from error
    with file:
        mode = os.fstat(file.fileno()).st_mode
        if not stat.S_ISREG(mode):
            raise LoadError(_not_regular(mode))
        yield file
