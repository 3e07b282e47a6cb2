"""Archives: zip, tar and single compressed files; each inner file through its own loader.

Nothing is written to disk, so a path inside an archive leads nowhere; it is still refused when it
points out of the archive, as are links. Sizes, counts and ratios are bounded.
"""

import bz2
import gzip
import io
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from index.errors import LoadError
from index.loaders.build import EMPTY, Source
from index.loaders.containers import (
    MAX_MEMBER,
    MAX_MEMBERS,
    MAX_RATIO,
    MAX_TOTAL,
    open_zip,
    read_member,
)
from index.loaders.contents import mistaken
from index.loaders.inner import is_passed_over, load_inner
from index.loaders.workbook import is_blank
from index.types import Document, LoadProblem

_TARS = (".tar", ".tgz", ".tbz2", ".txz")
_OUTSIDE = "its path leads out of the archive; it is not read"
_DAMAGE = (OSError, EOFError, zlib.error, lzma.LZMAError, ValueError, tarfile.TarError)


class ZipLoader:
    """Loads the files in a zip archive, each with its path as its place."""

    name = "zip"

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield the documents of each inner file.

        Raises:
            LoadError: when it is damaged, no zip archive, or unpacks to too much.
        """
        data = data.removeprefix(b"\xef\xbb\xbf")
        if is_blank(data):
            yield LoadProblem(uri, EMPTY)
            return
        if not data.startswith(b"PK"):
            raise mistaken("a zip archive", data)
        source = Source.of(data, uri, "application/zip")
        package = open_zip(data, "a zip archive")
        for member in package.infolist():
            if member.is_dir() or _is_hidden(member.filename):
                continue
            if is_passed_over(source, member.filename):
                continue
            if _leads_out(member.filename):
                yield LoadProblem(f"{uri}!/{member.filename}", _OUTSIDE)
                continue
            try:
                content = read_member(package, member.filename)
            except LoadError as error:
                yield LoadProblem(f"{uri}!/{member.filename}", str(error))
                continue
            yield from load_inner(content, member.filename, source, key)


class CompressedLoader:
    """Loads .gz, .bz2 and .xz files, and tar archives whether or not they are compressed."""

    name = "compressed"

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield the documents of the file inside, or of each file of a tar archive.

        Raises:
            LoadError: when it is damaged, or unpacks to too much.
        """
        data = data.removeprefix(b"\xef\xbb\xbf")
        if is_blank(data):
            yield LoadProblem(uri, EMPTY)
            return
        source = Source.of(data, uri, "application/x-compressed")
        name = PurePosixPath(uri.rpartition("!/")[2]).name
        stem, suffix = PurePosixPath(name).stem, PurePosixPath(name).suffix.lower()
        if suffix in _TARS or stem.lower().endswith(".tar"):
            yield from _tar(data, source, key)
        else:
            yield from load_inner(_unpacked(data), stem, source, key, "text/plain")


def _unpacked(data: bytes) -> bytes:
    """Return what a compressed file holds.

    Raises:
        LoadError: when it is damaged, of no known form, or too large.
    """
    limit = min(MAX_MEMBER, max(MAX_RATIO * len(data), 1 << 20))
    try:
        with _opened(data) as file:
            content = file.read(limit + 1)
    except _DAMAGE as error:
        raise LoadError(f"it is damaged ({error}); pack it anew") from error
    if len(content) > limit:
        raise LoadError(f"it unpacks to more than {limit} bytes, which is not allowed")
    return content


def _opened(data: bytes) -> gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile:
    if data.startswith(b"\x1f\x8b"):
        return gzip.open(io.BytesIO(data))
    if data.startswith(b"BZh"):
        return bz2.open(io.BytesIO(data))
    if data.startswith(b"\xfd7zXZ"):
        return lzma.open(io.BytesIO(data))
    raise mistaken("a compressed file", data)


def _tar(data: bytes, source: Source, key: str) -> Iterator[Document | LoadProblem]:
    plain = data[257:262] == b"ustar"
    content = data if plain else _unpacked(data)
    total = 0
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            for number, member in enumerate(archive):
                uri = f"{source.uri}!/{member.name}"
                if number >= MAX_MEMBERS:
                    yield LoadProblem(source.uri, f"it holds more than {MAX_MEMBERS} files")
                    return
                if not member.isreg() or _is_hidden(member.name):
                    continue
                if _leads_out(member.name):
                    yield LoadProblem(uri, _OUTSIDE)
                    continue
                total += member.size
                if member.size > MAX_MEMBER or total > MAX_TOTAL or member.size > len(content):
                    yield LoadProblem(uri, "it is larger than what is allowed, or sparse")
                    continue
                file = None if is_passed_over(source, member.name) else archive.extractfile(member)
                if file is not None:
                    yield from load_inner(file.read(), member.name, source, key)
    except _DAMAGE as error:
        raise LoadError(f"it is a damaged tar archive ({error}); pack it anew") from error


def _leads_out(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in path.parts[0]


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return not parts or any(part.startswith((".", "__MACOSX")) and part != ".." for part in parts)
