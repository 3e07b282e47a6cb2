"""Draws pages in a process of its own, which a hostile file may crash or hang.

pypdfium2 is not thread-safe, and what a file makes of it must not reach the server. The process
is `api.page_drawing`, spoken to over pipes; it imports nothing of the program that began it, which
may be anybody's script.
"""

import json
import select
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import IO, Any

from api.pictures import SCALE, PageFile, PageSize
from index.errors import InputError, LoadError
from index.types import Box, Document

_SECONDS = 20.0
_LARGEST = 256 << 20
"""Bytes of a reply; the picture of a page is far smaller."""
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from api.page_drawing import serve; serve()"
)


class PagePainter:
    """Draws pages, one at a time; safe to use from many threads. Close it."""

    def __init__(self) -> None:
        """Start nothing yet: the process begins with the first page."""
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def draw(
        self, document: Document, page: int, marks: Sequence[Box], scale: float = SCALE
    ) -> bytes:
        """Return a page of a PDF or picture as a PNG file; see `api.pictures.marked_page`.

        Raises:
            LoadError: when it cannot be drawn, or not in time.
            InputError: when there is no such page.
        """
        boxes = [asdict(box) for box in marks]
        _, picture = self._done(document, "draw", page=page, marks=boxes, scale=scale)
        return picture

    def sizes(self, document: Document, pages: Sequence[int]) -> dict[int, PageSize]:
        """Return the size of some pages in points; see `api.pictures.page_sizes`.

        Raises:
            LoadError: when the file cannot be read, or not in time.
            InputError: when there is no such page.
        """
        reply, _ = self._done(document, "sizes", pages=list(pages))
        return {int(page): PageSize(**size) for page, size in reply["sizes"].items()}

    def _done(
        self, document: Document, work: str, **arguments: Any
    ) -> tuple[dict[str, Any], bytes]:
        """Return a reply and the bytes that come with it."""
        order = {"work": work, "file": asdict(PageFile.of(document)), **arguments}
        with self._lock:
            process = self._running()
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                process.stdin.write(json.dumps(order).encode() + b"\n")
                process.stdin.flush()
                reply, content = _reply(process.stdout, time.monotonic() + _SECONDS)
            except (OSError, EOFError, TimeoutError, ValueError) as error:
                self._end()
                raise LoadError(f"{document.uri} cannot be drawn: its file defeats us") from error
            except BaseException:
                # The reply would be taken for the next one.
                self._end()
                raise
        if "input" in reply:
            raise InputError(reply["input"])
        if "problem" in reply:
            raise LoadError(reply["problem"])
        return reply, content

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = subprocess.Popen(
                [sys.executable, "-c", _START, json.dumps(sys.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                # A terminal's Ctrl-C is not for it: it ends with its stdin.
                start_new_session=True,
                bufsize=0,
            )
        return self._process

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        # A page that hangs would be waited for.
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                pipe.close() if pipe else None


def _reply(pipe: IO[bytes], until: float) -> tuple[dict[str, Any], bytes]:
    """Return a reply, which is a line of JSON, and as many bytes as it says follow.

    Raises:
        TimeoutError: when it did not come in time.
        EOFError: when the process ended.
        ValueError: when it is none.
    """
    received = bytearray()
    while (end := received.find(b"\n")) < 0:
        received += _some(pipe, until)
    reply: dict[str, Any] = json.loads(received[:end])
    content = received[end + 1 :]
    while len(content) < min(int(reply["bytes"]), _LARGEST):
        content += _some(pipe, until)
    return reply, bytes(content)


def _some(pipe: IO[bytes], until: float) -> bytes:
    if not select.select([pipe], [], [], max(0.0, until - time.monotonic()))[0]:
        raise TimeoutError
    piece = pipe.read(1 << 20)
    if not piece:
        raise EOFError
    return piece
