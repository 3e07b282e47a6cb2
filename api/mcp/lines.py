"""Messages over stdin and stdout, a line each; every line that is none gets an error.

The SDK passes over what it cannot read without a word, and whoever sent it would wait for ever.
"""

import io
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, BinaryIO, cast

import anyio
import mcp_types as protocol
from anyio import to_thread
from mcp.server.stdio import stdio_server

from api.schemas import to_json

LONGEST = 8 << 20
"""Bytes of a line."""


@asynccontextmanager
async def lines_transport() -> AsyncIterator[Any]:
    """Yield the streams of a server over stdin and stdout, which nothing else writes to.

    Whatever prints meanwhile prints to stderr.
    """
    incoming = os.fdopen(os.dup(0), "rb")
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    sys.stdout.flush()
    writer = _Writer(outgoing)
    reader = _Lines(incoming, writer)
    streams = stdio_server(
        stdin=cast("anyio.AsyncFile[str]", reader), stdout=cast("anyio.AsyncFile[str]", writer)
    )
    async with streams as pair:
        yield pair


class _Writer:
    """Writes one line at a time."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._lock = anyio.Lock()

    async def write(self, text: str) -> None:
        async with self._lock:
            await to_thread.run_sync(self._write, text)

    async def flush(self) -> None:
        """Do nothing: each line is flushed when it is written."""

    def _write(self, text: str) -> None:
        self._file.write(text.encode("utf-8", "replace"))
        self._file.flush()


class _Lines:
    """The lines that are messages; the others are answered at once."""

    def __init__(self, file: BinaryIO, writer: _Writer) -> None:
        self._file = file
        self._writer = writer

    async def __aiter__(self) -> AsyncIterator[str]:
        while line := await to_thread.run_sync(self._line, abandon_on_cancel=True):
            answer = fault(line)
            if answer is not None:
                await self._writer.write(to_json(answer) + "\n")
            elif line.strip():
                yield line.decode("utf-8")

    def _line(self) -> bytes:
        """Return the next line; of one that is too long a part that says so."""
        line = self._file.readline(LONGEST + 1)
        if len(line) > LONGEST:
            while rest := self._file.readline(io.DEFAULT_BUFFER_SIZE):
                if rest.endswith(b"\n"):
                    break
        return line


def fault(line: bytes) -> dict[str, Any] | None:
    """Return the JSON-RPC error of a line that is not a message, None for one that is, or blank.

    >>> fault(b"{")["error"]["code"], fault(b"[1]")["error"]["code"], fault(b" ")
    (-32700, -32600, None)
    """
    if not line.strip():
        return None
    if len(line) > LONGEST:
        return _error(None, protocol.INVALID_REQUEST, f"a line has at most {LONGEST} bytes")
    try:
        message = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        return _error(None, protocol.PARSE_ERROR, f"the line is not UTF-8: {error.reason}")
    except RecursionError:
        return _error(None, protocol.PARSE_ERROR, "the line is JSON that is nested too deep")
    except ValueError as error:
        return _error(None, protocol.PARSE_ERROR, f"the line is not JSON: {error}")
    if not isinstance(message, dict):
        return _error(None, protocol.INVALID_REQUEST, "a message is one JSON object")
    try:
        json.dumps(message, ensure_ascii=False).encode("utf-8")
        protocol.jsonrpc_message_adapter.validate_json(line, by_name=False)
    except UnicodeEncodeError:
        return _error(_id(message), protocol.PARSE_ERROR, "a string has half a surrogate pair")
    except (ValueError, RecursionError):
        return _error(_id(message), protocol.INVALID_REQUEST, "it is no JSON-RPC 2.0 message")
    return None


def _id(message: dict[str, Any]) -> str | int | None:
    found = message.get("id")
    if isinstance(found, str):
        return found.encode("utf-8", "replace").decode("utf-8")
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _error(identity: str | int | None, code: int, message: str) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": identity, "error": {"code": code, "message": message}}
