"""Bounds a request's body, whether or not it says how long it is."""

import anyio
from fastapi import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import http_problem, problem_response

_DRAINED = 64 << 20
"""Bytes of a refused body that are read and thrown away."""

_WRITES = ("/v1/documents", "/v1/uploads")
"""Where documents are sent to."""

_PATIENCE = 10.0
"""Seconds that this may take."""


class BodyLimit:
    """ASGI middleware that answers 413 for a body of more than `limit` bytes.

    Where documents are sent to, `write_limit` bytes are read.

    What is refused is read first, within bounds: a client that sends its whole body before it
    reads (urllib, say) would find the connection reset, and never see the answer.
    """

    def __init__(self, app: ASGIApp, limit: int, write_limit: int | None = None) -> None:
        self._app = app
        self._limit = limit
        self._write_limit = write_limit or limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a body that says it is too long; count the others as they arrive."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._write_limit if scope["path"].startswith(_WRITES) else self._limit
        if _declared_length(scope) > limit:
            await refuse(HTTPException(413, _detail(limit)), scope, receive, send)
        else:
            await self._app(scope, _counting(receive, limit), send)


def _detail(limit: int) -> str:
    return f"The body is larger than the {limit} bytes that this server reads here."


def _counting(receive: Receive, limit: int) -> Receive:
    """Return what receives a body, and refuses it once it has grown too long."""
    received = 0

    async def counted() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            if message.get("more_body"):
                await _drain(receive)
            raise HTTPException(413, _detail(limit))
        return message

    return counted


async def refuse(error: HTTPException, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request with a problem before any route sees it."""
    problem = http_problem(error.status_code, str(error.detail))
    response = problem_response(problem, dict(error.headers or {}))
    await answer_early(response, scope, receive, send)


async def answer_early(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request whose body nobody will read; what was sent of it is thrown away first."""
    if _has_body(scope) and not _waits(scope):
        await _drain(receive)
    await response(scope, receive, send)


def _has_body(scope: Scope) -> bool:
    return any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"])


async def _drain(receive: Receive) -> None:
    """Read the rest of a body, as far as the bounds allow."""
    left = _DRAINED
    with anyio.move_on_after(_PATIENCE):
        while left > 0:
            message = await receive()
            if not message.get("more_body"):
                return
            left -= len(message["body"])


def _waits(scope: Scope) -> bool:
    """Return whether a client sends its body only when told to go on (RFC 9110, section 10.1.1)."""
    return (b"expect", b"100-continue") in [
        (name, value.lower()) for name, value in scope["headers"]
    ]


def _declared_length(scope: Scope) -> int:
    lengths = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(lengths[0]) if lengths and lengths[0].isdigit() else 0
