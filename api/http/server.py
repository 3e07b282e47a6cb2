"""Runs the application on uvicorn until it is stopped, in one process or in several."""

import os
import signal
import socket
from collections.abc import Callable
from contextlib import ExitStack
from types import FrameType

import uvicorn

from api.http import logs
from api.http.app import create_app
from api.http.gate import check_open
from api.http.settings import ServerSettings
from api.http.workers import WORKER, Workers
from api.live_engine import LiveEngine
from api.output import print_json, say

_BACKLOG = 2048
"""Connections that may wait to be accepted."""

_KEEP_ALIVE = 65
"""Seconds that an idle connection is kept: longer than proxies keep theirs."""


def run_server(
    opened: Callable[[], LiveEngine], settings: ServerSettings, as_json: bool = False
) -> None:
    """Serve from a live engine; requests in flight are finished before it leaves.

    The port is taken before anything is said, so that what is said holds.

    Args:
        opened: opens the engine.
        settings: how it is served.
        as_json: say where it listens as a JSON object.

    Raises:
        InputError: when other machines would be let in without keys.
        OSError: when the port cannot be had.
        SystemExit: with 0, when it is stopped.
    """
    logs.configure(settings.log_level)
    if WORKER in os.environ:
        _serve(opened, settings, socket.socket(fileno=int(os.environ[WORKER])))
        return
    check_open(settings)
    if settings.workers == 1:
        with listen(settings) as listener:
            _serve(opened, settings, listener, lambda: announce(listener, as_json))
        return
    # What is wrong with the index is reported here, once.
    opened().close()
    with ExitStack() as stack:
        sockets = [stack.enter_context(each) for each in listen_together(settings)]
        announce(sockets[0], as_json)
        Workers(sockets, settings.grace_seconds).run()


def _serve(
    opened: Callable[[], LiveEngine],
    settings: ServerSettings,
    listener: socket.socket,
    ready: Callable[[], None] = lambda: None,
) -> None:
    with opened() as engine:
        config = uvicorn.Config(
            create_app(engine, settings),
            log_config=None,
            log_level=settings.log_level,
            access_log=False,
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE,
            timeout_graceful_shutdown=settings.grace_seconds,
        )
        for number in (signal.SIGINT, signal.SIGTERM):
            # uvicorn raises the signal again once it has finished what was in flight.
            signal.signal(number, _leave)
        ready()
        uvicorn.Server(config).run(sockets=[listener])


def listen(settings: ServerSettings, *, shared: bool = False) -> socket.socket:
    """Return a listening socket; a shared one lets others of this user listen there too.

    Raises:
        OSError: naming the address, when it cannot be had.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # asyncio turns Nagle's algorithm off only where the protocol is named, and waiting for
    # delayed acknowledgements would cost a kept-alive connection 40 ms a request.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
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


def listen_together(settings: ServerSettings) -> list[socket.socket]:
    """Return a listening socket for each worker, all at one address.

    Raises:
        OSError: naming the address, when it cannot be had.
    """
    # Another server of this user that shares the port would not be in the way of sharing it.
    with listen(settings) as alone:
        port = alone.getsockname()[1]
    settled = settings.model_copy(update={"port": port})
    return [listen(settled, shared=True) for _ in range(settings.workers)]


def announce(listener: socket.socket, as_json: bool) -> None:
    """Say where the server listens: to programs on stdout, to people on stderr."""
    host, port = listener.getsockname()[:2]
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    if as_json:
        print_json({"url": url})
    else:
        say(f"Open {url}/ to ask and read; for programs: {url}/openapi.json. Ctrl-C stops.")


def _leave(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
