"""Documents that come in over HTTP while the index is asked: `python -m eval.bench.bench_uploads`.

A server of its own over an index of its own. First it is asked alone, then while small documents
are sent to it, one a request; every question has an answer that is known. Prints the time of
questions either way, what failed, and how soon each document could be asked for after its job.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

_NAMES = ("Ada", "Bo", "Cy", "Di", "Eve", "Flo", "Gus", "Hal", "Ida", "Jo")
_LAMPS = 200
_BUSY = 503
_CHECKED = 10
"""One document of so many is read when its job is done."""


@dataclass(slots=True)
class Latencies:
    """How long each question took, in seconds, and what was wrong with answers."""

    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def quantile(self, share: float) -> float:
        """Return the time that a share of the questions took at most, in milliseconds."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmark and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1_000)
    parser.add_argument("--senders", type=int, default=16, help="who send at once, and wait")
    parser.add_argument("--alone", type=float, default=20.0, help="seconds asked alone first")
    parser.add_argument("--pause", type=float, default=0.1, help="seconds between questions")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, _serving(Path(folder)) as url:
        alone, _ = _ask_until(url, options.pause, lambda: time.sleep(options.alone))
        started = time.monotonic()
        during, lags = _ask_until(
            url, options.pause, lambda: _send(url, options.documents, options.senders)
        )
        seconds = time.monotonic() - started
        total = httpx.get(f"{url}/v1/documents", params={"limit": 0}).json()["total"]
    print(json.dumps(_figures(alone, during, lags, options.documents, seconds, total), indent=2))
    if alone.wrong or during.wrong or total != options.documents + _LAMPS:
        raise SystemExit(1)


def _figures(
    alone: Latencies,
    during: Latencies,
    lags: list[float],
    documents: int,
    seconds: float,
    total: int,
) -> dict[str, object]:
    return {
        "documents": documents,
        "documents_in_index": total,
        "seconds": round(seconds, 1),
        "documents_per_second": round(documents / seconds, 1),
        "questions": len(during.seconds),
        "failed": len(alone.wrong) + len(during.wrong),
        "alone_ms": {"p50": round(alone.quantile(0.5), 1), "p99": round(alone.quantile(0.99), 1)},
        "during_ms": {
            "p50": round(during.quantile(0.5), 1),
            "p99": round(during.quantile(0.99), 1),
        },
        "p99_ratio": round(during.quantile(0.99) / alone.quantile(0.99), 2),
        "accepted_to_done_s": {
            "p50": round(statistics.median(lags), 2),
            "max": round(max(lags), 2),
        },
        "wrong": during.wrong[:3],
    }


def _ask_until(
    url: str, pause: float, work: Callable[[], list[float] | None]
) -> tuple[Latencies, list[float]]:
    """Ask from a thread of its own for as long as some work takes; return what that gave, too."""
    asked, stop = Latencies(), threading.Event()
    thread = threading.Thread(target=_ask, args=(url, pause, asked, stop))
    thread.start()
    try:
        given = work()
    finally:
        stop.set()
        thread.join()
    return asked, given or []


def _ask(url: str, pause: float, asked: Latencies, stop: threading.Event) -> None:
    with httpx.Client(base_url=url, timeout=60) as client:
        number = 0
        while not stop.is_set():
            number = (number + 7) % _LAMPS
            body = {"question": f"Who keeps lamp {number}?", "k": 1}
            started = time.perf_counter()
            answer = client.post("/v1/ask", json=body)
            asked.seconds.append(time.perf_counter() - started)
            if answer.status_code != 200 or _keeper(number) not in answer.text:
                asked.wrong.append(answer.text[:200])
            stop.wait(pause)


def _send(url: str, documents: int, senders: int) -> list[float]:
    """Send documents, one a request; return the seconds until each job was done."""
    with httpx.Client(base_url=url, timeout=120) as client, ThreadPoolExecutor(senders) as pool:
        return list(pool.map(lambda number: _sent(client, number), range(documents)))


def _sent(client: httpx.Client, number: int) -> float:
    text = (
        f"The harbour of bay {number} was dredged last spring. Its master is "
        f"{_NAMES[number % 10]} Bay{number}, who signs for every boat that comes in."
    )
    body = {"documents": [{"id": f"bay-{number}", "text": text}]}
    started = time.monotonic()
    job = client.post("/v1/documents", json=body).raise_for_status().json()
    while job["ended"] is None:
        time.sleep(0.1)
        job = client.get(f"/v1/jobs/{job['id']}").json()
    took = time.monotonic() - started
    # What is done can be read at once, as soon as the server has a turn to give.
    if number % _CHECKED == 0:
        _read(client, f"bay-{number}")
    return took


def _read(client: httpx.Client, document_id: str) -> None:
    while (read := client.get(f"/v1/documents/{document_id}")).status_code == _BUSY:
        time.sleep(0.2)
    read.raise_for_status()


def _keeper(number: int) -> str:
    return f"{_NAMES[number % 10]} Lamp{number}"


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    """Serve an index of some documents; yield the server's address."""
    records = (
        {"_id": f"lamp-{number}", "text": f"Lamp {number} is kept by {_keeper(number)}."}
        for number in range(_LAMPS)
    )
    (folder / "lamps.jsonl").write_text("\n".join(map(json.dumps, records)))
    excerpt = [sys.executable, "-m", "api.cli.main"]
    at = ["--index", str(folder / "index")]
    subprocess.run([*excerpt, "index", str(folder / "lamps.jsonl"), *at, "-q"], check=True)
    with subprocess.Popen(
        [*excerpt, "serve", "--port", "0", "--json", *at], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline()]
        while lines[-1].rstrip() not in ("}", ""):
            lines.append(process.stdout.readline())
        try:
            yield json.loads("".join(lines))["url"]
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
