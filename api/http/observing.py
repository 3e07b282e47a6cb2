"""Every request gets an id, is counted, and is written to the log without its words."""

import logging
import re
import time
import uuid
from contextvars import ContextVar
from http import HTTPMethod, HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.access import SCOPE_KEY, Access
from api.http.inbox import Inbox
from api.http.metrics import Metrics

REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the request that is worked on, for whatever is logged meanwhile."""

_log = logging.getLogger("excerpt.request")

_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Observer:
    """ASGI middleware, the outermost: ids, metrics, the log."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Observe one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        identity = _identity(scope)
        REQUEST_ID.set(identity)
        started = time.perf_counter()
        status = int(HTTPStatus.INTERNAL_SERVER_ERROR)

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = identity
                headers.setdefault("X-Content-Type-Options", "nosniff")
            await send(message)

        try:
            await self._app(scope, Inbox(scope, receive).receive, sending)
        finally:
            self._record(scope, status, time.perf_counter() - started)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        """Count a request under its route, never under the path that was asked for."""
        endpoint = str(getattr(scope.get("route"), "path", "unmatched"))
        method = scope["method"] if scope["method"] in HTTPMethod.__members__ else "other"
        self._metrics.requests.labels(method, endpoint, status).inc()
        self._metrics.seconds.labels(endpoint).observe(seconds)
        if not _log.isEnabledFor(logging.INFO):
            return
        access, client = scope.get(SCOPE_KEY), scope.get("client")
        _log.info(
            "request",
            extra={
                "method": method,
                "endpoint": endpoint,
                "status": status,
                "ms": round(seconds * 1000, 1),
                "key": access.who if isinstance(access, Access) else None,
                "client": client[0] if client else None,
            },
        )


def _identity(scope: Scope) -> str:
    """Return the id that the client gave its request, if it is one, or a new one."""
    given = Headers(scope=scope).get("x-request-id", "")
    return given if _SANE.fullmatch(given) else uuid.uuid4().hex
