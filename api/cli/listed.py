"""Paths or documents that are listed in a file or on stdin."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from api.output import say, visible
from index.errors import InputError
from index.types import Document, LoadProblem

_BLANK = b" \t\r\n"


def read_list(name: str) -> tuple[list[Path], Iterator[Document] | None]:
    """Return the paths that a file lists, one a line, or the documents it holds as JSONL.

    Args:
        name: the file; `-` is stdin.

    Raises:
        InputError: when it cannot be read, or lists nothing.
    """
    file = _opened(name)
    start = _first_bytes(file)
    if start.lstrip(_BLANK).startswith(b"{"):
        return [], _documents(file, name)
    lines = file.read().decode(sys.getfilesystemencoding(), "surrogateescape").splitlines()
    paths = [Path(line) for line in lines if line.strip()]
    if not paths:
        raise InputError(f"{name} lists no paths; give one a line, or documents as JSONL")
    return paths, None


def _opened(name: str) -> io.BufferedReader:
    if name == "-":
        return cast(io.BufferedReader, sys.stdin.buffer)
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror}") from error


def _first_bytes(file: io.BufferedReader) -> bytes:
    """Return what a file begins with, without reading on."""
    return file.peek(1)


def _documents(file: io.BufferedReader, name: str) -> Iterator[Document]:
    """Yield the documents in JSONL lines; a broken line is reported and left out."""
    from index.loaders.jsonl import JsonlLoader

    uri = "stdin:" if name == "-" else name
    key = "stdin" if name == "-" else Path(name).name
    data: BinaryIO = file if file.seekable() else io.BytesIO(file.read())
    for item in JsonlLoader().load_stream(data, uri=uri, key=key, sha256=""):
        if isinstance(item, LoadProblem):
            say(visible(f"skipped {item.uri}:{item.line}: {item.reason}"))
        else:
            yield item
