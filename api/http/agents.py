"""The Model Context Protocol over streamable HTTP, at `/mcp`; each request stands for itself."""

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager

from anyio import to_thread
from fastapi import HTTPException, Request
from mcp.server import ServerRequestContext
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.types import Receive, Scope, Send

from api.http.access import SCOPE_KEY, Access
from api.http.admission import Admission
from api.http.body_limits import refuse
from api.live_engine import LiveEngine
from api.mcp.mcp_server import create_server
from retrieval.engine import Engine

PATH = "/mcp"


class AgentsEndpoint:
    """An ASGI endpoint; `manager.run()` must be entered as long as it serves."""

    def __init__(self, live: LiveEngine, admission: Admission) -> None:
        """Take the engine, and who gives turns to requests."""
        self._live = live
        self._admission = admission
        # The gate has checked who addresses the server, and by what name.
        self.manager = StreamableHTTPSessionManager(
            create_server(self._lend), stateless=True, json_response=True
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request of somebody who may read."""
        access = scope.get(SCOPE_KEY)
        if not isinstance(access, Access):
            refusal = HTTPException(
                401,
                "This needs an API key: Authorization: Bearer …",
                {"WWW-Authenticate": "Bearer"},
            )
            await refuse(refusal, scope, receive, send)
        elif not access.may("read"):
            await refuse(HTTPException(403, "This key may not read."), scope, receive, send)
        else:
            await self.manager.handle_request(scope, receive, send)

    @asynccontextmanager
    async def _lend(self, context: ServerRequestContext) -> AsyncIterator[Engine]:
        request = context.request
        assert isinstance(request, Request), "a request over HTTP"
        access = request.scope[SCOPE_KEY]
        async with self._admission.turn(request):
            with ExitStack() as stack:
                engine = await to_thread.run_sync(stack.enter_context, self._live.use())
                yield engine if access.filter is None else engine.restricted(access.filter)
