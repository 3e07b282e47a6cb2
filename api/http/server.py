"""Runs the application on uvicorn until it is told to stop."""

import signal
import socket
from types import FrameType

import uvicorn

from api.http.app import create_app
from api.http.settings import ServerSettings
from api.output import print_json, say
from retrieval.engine import Engine


def run_server(engine: Engine, settings: ServerSettings, as_json: bool) -> None:
    """Serve from an engine; requests in flight are finished before it leaves.

    The port is taken before anything is said, so that what is said holds.

    Raises:
        OSError: when the port cannot be had.
        SystemExit: with 0, when it is told to stop.
    """
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
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        place = f"{settings.host}:{settings.port}"
        why = str(error.strerror).partition(" (while attempting")[0]
        raise OSError(
            error.errno, f"cannot listen on {place} ({why}); choose another --host or --port"
        ) from error


def announce(listener: socket.socket, as_json: bool) -> None:
    """Say where the server listens: to programs on stdout, to people on stderr."""
    host, port = listener.getsockname()[:2]
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    if as_json:
        print_json({"url": url})
    else:
        say(f"Serving at {url}, described at {url}/openapi.json; Ctrl-C stops.")


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
