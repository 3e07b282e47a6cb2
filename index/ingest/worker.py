"""Files that are read in a process of their own, with limits of time and memory.

A loader that crashes, hangs or eats memory then ends the worker and not the sync: its file is
reported, and the next one has a new worker. Requests and replies are pickles on pipes, each after
its length.
"""

import json
import os
import pickle
import select
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from index.errors import ExcerptError, LoadError, ModelError
from index.ingest.walk import FileEntry, open_file
from index.loaders import FORMATS, get_loader
from index.protocols import Loader, RecordLoader, StreamLoader
from index.types import Document, LoadProblem

_LENGTH = struct.Struct("<Q")
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from index.ingest.worker import serve; serve(int(sys.argv[2]))"
)
_AT_ONCE = 64
"""Documents of one file that are sent together."""

_SMALL = 64 << 10
_PLAIN = frozenset({"text", "jsonl"})
_PURE = frozenset(
    {
        "markdown",
        "json",
        "csv",
        "settings",
        "subtitles",
        "rst",
        "asciidoc",
        "latex",
        "org",
        "notebook",
    }
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may cost its loader.

    Attributes:
        seconds: until it is given up.
        seconds_a_mebibyte: how much longer a file may take for its size.
        memory: bytes of address space.
    """

    seconds: float = 120.0
    seconds_a_mebibyte: float = 60.0
    memory: int = 4 << 30

    def seconds_for(self, path: Path) -> float:
        """Return how long a file may take."""
        try:
            return self.seconds + self.seconds_a_mebibyte * path.stat().st_size / (1 << 20)
        except OSError:
            return self.seconds


class DiskError(LoadError):
    """The operating system failed to read a file, which says nothing of what is in it."""


def is_risky(form: str, size: int) -> bool:
    """Return whether files of a format are read in the worker.

    Plain lines are not; nor are small files of formats that are read by Python alone, whose worst
    case takes seconds.
    """
    return form not in _PLAIN and (form not in _PURE or size > _SMALL)


def load(found: FileEntry, file: IO[bytes], sha256: str) -> Iterator[Document | LoadProblem]:
    """Yield what is in an open file whose digest is known, in this process.

    Raises:
        DiskError: when the disk fails.
        LoadError: when nothing of it is of use, whatever its loader raised.
    """
    file.seek(0)
    loader = _loader(found)
    try:
        if isinstance(loader, StreamLoader):
            yield from loader.load_stream(file, uri=found.uri, key=found.key, sha256=sha256)  # type: ignore[arg-type]  # a binary file is a BinaryIO
        else:
            yield from loader.load(file.read(), uri=found.uri, key=found.key)
    except OSError as error:
        raise DiskError(f"it cannot be read: {error.strerror}") from error
    except LoadError:
        raise
    except ExcerptError as error:
        raise LoadError(str(error)) from error
    except MemoryError as error:
        raise LoadError("its loader needs more memory than it may have") from error
    except Exception as error:  # whatever a loader raises stays with its file
        raise LoadError(
            f"the loader {found.format.name!r} failed on it ({type(error).__name__}: {error})"
        ) from error


def _loader(found: FileEntry) -> Loader:
    """Return the loader of a file's format; one of records takes which fields are text.

    Raises:
        LoadError: when it cannot be used; says what to install.
    """
    try:
        loader = get_loader(found.format.name)
    except ModelError as error:
        raise LoadError(str(error)) from error
    if found.text_fields and isinstance(loader, RecordLoader):
        return loader.with_text_fields(found.text_fields)
    return loader


@dataclass(frozen=True, slots=True)
class _Reply:
    """Some of what is in a file; the last one also says what was raised."""

    items: list[Document | LoadProblem]
    raised: Exception | None = None
    last: bool = False


class Worker:
    """The process that reads risky files; it is started when it is first needed."""

    def __init__(self, limits: Limits | None = None) -> None:
        """Begin with no process."""
        self._limits = limits or Limits()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process, unless it runs; it is ready a moment later."""
        if self._process is None or self._process.poll() is not None:
            arguments = (json.dumps(sys.path), str(self._limits.memory))
            self._process = subprocess.Popen(
                [sys.executable, "-c", _START, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
            )

    def load(self, found: FileEntry, sha256: str) -> Iterator[Document | LoadProblem]:
        """Yield what is in a file, as `load` does in this process.

        Raises:
            DiskError: when the disk fails.
            LoadError: when nothing of it is of use, or its loader crashed or exceeded a limit.
        """
        self.start()
        process = self._process
        assert process is not None, "it was just started"
        finished = False
        limit = self._limits.seconds_for(found.path)
        try:
            for reply in self._replies(process, found, sha256, limit):
                yield from reply.items
                finished = reply.last
                if reply.raised is not None:
                    raise reply.raised
        except TimeoutError as error:
            late = f"reading it took more than {limit:.0f} s and was given up"
            raise LoadError(late) from error
        except (EOFError, BrokenPipeError) as error:
            raise LoadError(f"its loader crashed ({_end_of(process)})") from error
        finally:
            if not finished:  # its other replies would be taken for the next file's
                self.close()

    def _replies(
        self, process: subprocess.Popen[bytes], found: FileEntry, sha256: str, left: float
    ) -> Iterator["_Reply"]:
        form, fields = found.format.name, found.text_fields
        request = (str(found.path), found.key, found.uri, form, sha256, fields)
        _send(process.stdin, request)
        while True:
            # What whoever takes the documents does with them is not the loader's time.
            began = time.monotonic()
            reply: _Reply = _receive_within(process, left)
            left -= time.monotonic() - began
            yield reply
            if reply.last:
                return

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    pipe.close() if pipe else None


def _receive_within(process: subprocess.Popen[bytes], seconds: float) -> Any:
    """Return the next reply.

    Raises:
        TimeoutError: when none came in time.
        EOFError: when the process ended.
    """
    assert process.stdout is not None, "both ends are pipes"
    if not select.select([process.stdout], [], [], max(seconds, 0.0))[0]:
        raise TimeoutError
    return _receive(process.stdout)


def _end_of(process: subprocess.Popen[bytes]) -> str:
    code = process.wait()
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def serve(memory: int) -> None:
    """Load files as they are asked for, until nobody asks."""
    _limit_memory(memory)
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # What a library prints must not come between the replies.
    with suppress(EOFError, BrokenPipeError):
        while True:
            request = _receive(sys.stdin.buffer)
            for reply in _replies(*request):
                _send(replies, reply)


def _replies(
    path: str, key: str, uri: str, form: str, sha256: str, text_fields: tuple[str, ...]
) -> Iterator[_Reply]:
    """Yield what is in a file, some documents at a time."""
    found = FileEntry(Path(path), key, uri, FORMATS.of_name(form), text_fields)
    some: list[Document | LoadProblem] = []
    raised: Exception | None = None
    try:
        with open_file(found.path) as file:
            for item in load(found, file, sha256):
                some.append(item)
                if len(some) == _AT_ONCE:
                    yield _Reply(some)
                    some = []
    except LoadError as error:
        raised = type(error)(str(error))
    yield _Reply(some, raised, last=True)


def _limit_memory(size: int) -> None:
    with suppress(ImportError, ValueError, OSError):  # not on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _send(pipe: IO[bytes] | None, value: object) -> None:
    assert pipe is not None, "both ends are pipes"
    data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(_LENGTH.pack(len(data)) + data)
    pipe.flush()


def _receive(pipe: IO[bytes] | None) -> Any:
    assert pipe is not None, "both ends are pipes"
    data = _exactly(pipe, _LENGTH.size)
    return pickle.loads(_exactly(pipe, _LENGTH.unpack(data)[0]))


def _exactly(pipe: IO[bytes], count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        piece = pipe.read(count - len(data))
        if not piece:
            raise EOFError
        data += piece
    return bytes(data)
