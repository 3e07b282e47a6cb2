"""Real servers: the command in a process of its own, on a free port."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.fork_server import Forked

Serve = Callable[..., "contextmanager[httpx.Client]"]


@contextmanager
def serving(process: Forked) -> Iterator[httpx.Client]:
    """Yield a client of a server that was started; `client.process` is the process."""
    try:
        with httpx.Client(base_url=listening(process), timeout=60) as client:
            client.process = process
            yield client
    finally:
        process.terminate()
        # Beside other work it takes its time to leave; how much is for tests of that to say.
        process.wait(timeout=300)


def listening(process: Forked) -> str:
    """Return the URL that a server prints once it listens."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.rstrip() == "}":
            return json.loads("".join(lines))["url"]
    raise AssertionError(f"the server ended: {process.stderr.read()}")


@pytest.fixture(scope="session")
def serve(clean_home: dict[str, str], serve_command: Callable[..., Forked]) -> Serve:
    """Return `serve(index, *options, **variables)`, a context manager that yields a client."""

    def start(index: Path | None, *options: str, **variables: str):
        place = ("--index", str(index)) if index else ()
        return serving(serve_command(*place, *options, env={**clean_home, **variables}))

    return start


@pytest.fixture(scope="session")
def server(serve: Serve, seed_index: Path) -> Iterator[httpx.Client]:
    """Return a client of one server over the seeds, shared by the tests that only ask.

    Its queue is long, so that those that ask at once all wait.
    """
    with serve(seed_index, EXCERPT_QUEUE="100") as client:
        yield client
