"""Runs the application on uvicorn until it is told to stop."""

import signal
import socket
from types import FrameType

import uvicorn

from api.http.app import create_app
from api.http.gate import check_open
from api.http.settings import ServerSettings
from api.live_engine import LiveEngine
from api.output import print_json, say

_BACKLOG = 2048
"""Connections that may wait to be accepted."""


def run_server(engine: LiveEngine, settings: ServerSettings, as_json: bool) -> None:
    """Serve from a live engine; requests in flight are finished before it leaves.

    The port is taken before anything is said, so that what is said holds.

    Raises:
        InputError: when other machines would be let in without keys.
        OSError: when the port cannot be had.
        SystemExit: with 0, when it is told to stop.
    """
    check_open(settings)
    with listen(settings) as listener:
        config = uvicorn.Config(
            create_app(engine, settings),
            log_level="warning",
            timeout_graceful_shutdown=settings.grace_seconds,
        )
        for number in (signal.SIGINT, signal.SIGTERM):
            # uvicorn raises the signal again once it has finished what was in flight.
            signal.signal(number, _leave)
        announce(listener, as_json)
        uvicorn.Server(config).run(sockets=[listener])


def listen(settings: ServerSettings) -> socket.socket:
    """Return a listening socket.

    Raises:
        OSError: naming the address, when it cannot be had.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # asyncio turns Nagle's algorithm off only where the protocol is named, and waiting for
    # delayed acknowledgements would cost a kept-alive connection 40 ms a request.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        place = f"{settings.host}:{settings.port}"
        why = str(error.strerror).partition(" (while attempting")[0]
        raise OSError(
            error.errno, f"cannot listen on {place} ({why}); choose another --host or --port"
        ) from error
    return listener


def announce(listener: socket.socket, as_json: bool) -> None:
    """Say where the server listens: to programs on stdout, to people on stderr."""
    host, port = listener.getsockname()[:2]
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    if as_json:
        print_json({"url": url})
    else:
        say(f"Open {url}/ to ask and read; programs: {url}/openapi.json. Ctrl-C stops.")


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
