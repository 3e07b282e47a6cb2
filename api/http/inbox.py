"""What a client sends: its body, and that it went away."""

import asyncio

from fastapi import Request
from starlette.types import Message, Receive, Scope

_KEY = "excerpt.inbox"


class Inbox:
    """Receives for one request, and knows when the body is through."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._receive = receive
        self._through = asyncio.Event()
        if not _announces_body(scope):
            self._through.set()
        scope[_KEY] = self

    async def receive(self) -> Message:
        """Return the next message."""
        message = await self._receive()
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            self._through.set()
        return message

    async def gone(self) -> None:
        """Wait until the client goes away; the body is left to whoever reads it."""
        await self._through.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass


def inbox_of(request: Request) -> Inbox:
    """Return a request's inbox."""
    inbox = request.scope[_KEY]
    assert isinstance(inbox, Inbox)
    return inbox


def _announces_body(scope: Scope) -> bool:
    return any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"])
