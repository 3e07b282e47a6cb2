"""Server-sent events (the WHATWG's HTML standard, section 9.2)."""

from collections.abc import AsyncIterator

from starlette.responses import StreamingResponse

from api.schemas import to_json

MEDIA_TYPE = "text/event-stream"


def event(name: str, content: object, identity: str | None = None) -> bytes:
    r"""Return one event with JSON as its data.

    >>> event("done", {"a": 1})
    b'event: done\ndata: {"a": 1}\n\n'
    """
    # JSON escapes line ends, so that the data is one line.
    number = "" if identity is None else f"id: {identity}\n"
    return f"event: {name}\n{number}data: {to_json(content)}\n\n".encode()


KEEP_ALIVE = b": still here\n\n"


def event_response(events: AsyncIterator[bytes]) -> StreamingResponse:
    """Return a response that sends events as they come."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(events, media_type=MEDIA_TYPE, headers=headers)


def described(what: str) -> dict[int | str, dict[str, object]]:
    """Return OpenAPI's description of a stream of events."""
    schema = {"description": "Server-sent events; the data of each is JSON."}
    return {200: {"description": what, "content": {MEDIA_TYPE: {"schema": schema}}}}
