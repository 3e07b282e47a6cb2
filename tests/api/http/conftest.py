"""Real servers: the command in a process of its own, on a free port."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

SERVE = (sys.executable, "-m", "api.cli.main", "serve", "--port", "0", "--json")
ROOT = Path(__file__).parents[3]
Serve = Callable[..., "contextmanager[httpx.Client]"]


@contextmanager
def serving(index: Path | None, env: dict[str, str], *options: str) -> Iterator[httpx.Client]:
    """Run a server over an index and yield a client of it; `client.process` is the process."""
    process = subprocess.Popen(
        [*SERVE, *(("--index", str(index)) if index else ()), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**env, "PYTHONPATH": str(ROOT)},
    )
    try:
        with httpx.Client(base_url=listening(process), timeout=60) as client:
            client.process = process
            yield client
    finally:
        process.terminate()
        # Beside other work it takes its time to leave; how much is for tests of that to say.
        process.wait(timeout=300)


def listening(process: subprocess.Popen[str]) -> str:
    """Return the URL that a server prints once it listens."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.rstrip() == "}":
            return json.loads("".join(lines))["url"]
    raise AssertionError(f"the server ended: {process.stderr.read()}")


@pytest.fixture(scope="session")
def serve(clean_home: dict[str, str]) -> Serve:
    """Return `serve(index, *options, **variables)`, a context manager that yields a client."""

    def start(index: Path | None, *options: str, **variables: str):
        return serving(index, {**clean_home, **variables}, *options)

    return start


@pytest.fixture(scope="session")
def server(serve: Serve, seed_index: Path) -> Iterator[httpx.Client]:
    """Return a client of one server over the seeds, shared by the tests that only ask.

    Its queue is long, so that those that ask at once all wait.
    """
    with serve(seed_index, EXCERPT_QUEUE="100") as client:
        yield client
