"""`excerpt serve` over Milvus: a server that is slow or away is told, and comes back."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from index.testing import lay_out

pytestmark = pytest.mark.slow

Excerpt = Callable[..., subprocess.CompletedProcess[str]]
QUESTION = {"question": "Who keeps the bees at Weir House?", "k": 1}
PATIENCE = 60.0


class Served:
    """A server of ours, asked over HTTP."""

    def __init__(self, address: str) -> None:
        self._address = address

    def get(self, path: str) -> tuple[int, dict[str, Any]]:
        return self._answer(urllib.request.Request(self._address + path))

    def ask(self) -> tuple[int, dict[str, Any]]:
        body, headers = json.dumps(QUESTION).encode(), {"Content-Type": "application/json"}
        return self._answer(urllib.request.Request(f"{self._address}/v1/ask", body, headers))

    def _answer(self, request: urllib.request.Request) -> tuple[int, dict[str, Any]]:
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)


@pytest.fixture
def milvus(new_server: Callable[[], Any]) -> Any:
    """Return a server of one's own, which may be killed."""
    return new_server()


@pytest.fixture
def served(
    milvus: Any, excerpt: Excerpt, clean_home: dict[str, str], tmp_path: Path
) -> Iterator[Served]:
    lay_out(tmp_path / "notes", {"bees.txt": "Agnes Tolland keeps the bees at Weir House.\n"})
    url = f"{milvus.url('served')}?timeout=3"
    done = excerpt("index", "--index", url, str(tmp_path / "notes"))
    assert done.returncode == 0, done.stderr
    command = [
        sys.executable,
        "-m",
        "api.cli.main",
        "serve",
        "--index",
        url,
        "--port",
        "0",
        "--json",
    ]
    environment = {**clean_home, "PYTHONPATH": str(Path(__file__).parents[3])}
    with (tmp_path / "log").open("wb") as log:
        running = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log)
    assert running.stdout is not None
    try:
        said = b"".join(iter(running.stdout.readline, b"}\n")) + b"}"
        yield Served(json.loads(said)["url"])
    finally:
        running.terminate()
        running.wait(timeout=PATIENCE)


def test_a_milvus_that_is_slow_or_away_is_told_and_answers_again(
    milvus: Any, served: Served
) -> None:
    status, before = served.ask()
    assert (status, before["answers"][0]["text"]) == (200, "Agnes Tolland")
    milvus.pause()
    try:
        status, problem = served.ask()
        assert (status, "did not answer within 3 s" in problem["detail"]) == (503, True)
        assert served.get("/healthz")[0] == 200
    finally:
        milvus.go_on()
    assert served.ask()[0] == 200
    milvus.kill()
    began = time.monotonic()
    status, problem = served.ask()
    assert (status, "cannot be reached" in problem["detail"]) == (503, True)
    assert time.monotonic() - began < PATIENCE / 2
    assert (served.get("/readyz")[0], served.get("/healthz")[0]) == (503, 200)
    milvus.start()
    until = time.monotonic() + PATIENCE
    while served.get("/readyz")[0] != 200 and time.monotonic() < until:
        time.sleep(0.5)
    status, after = served.ask()
    assert (status, after["answers"], after["index"]) == (200, before["answers"], before["index"])
