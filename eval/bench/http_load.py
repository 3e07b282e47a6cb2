"""Asks an HTTP server from many connections at once, each kept alive, each with one request out.

The client shares the server's cores, so it does as little as it can: requests are made beforehand,
and of an answer only the status, the length and what the engine's own time was are looked at.
"""

import asyncio
import json
import math
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

_TOTAL = re.compile(rb'"total": ([0-9.]+)')


@dataclass(slots=True)
class Load:
    """What became of the requests of one level.

    `seconds` of each that was answered, in the order of their ends; `engine` the engine's own.
    """

    clients: int
    seconds: list[float] = field(default_factory=list)
    engine: list[float] = field(default_factory=list)
    shed: int = 0
    failed: int = 0
    elapsed: float = 0.0

    @property
    def rate(self) -> float:
        """Requests answered a second."""
        return len(self.seconds) / self.elapsed

    def percentile(self, share: float) -> float:
        """Return the milliseconds within which that share of the answers came, NaN for none."""
        ranked = sorted(self.seconds)
        if not ranked:
            return math.nan
        return 1000 * ranked[min(len(ranked) - 1, int(share * len(ranked)))]

    def added(self) -> float:
        """Return the median milliseconds that an answer took beyond the engine's own, or NaN."""
        beyond = sorted(
            1000 * whole - own for whole, own in zip(self.seconds, self.engine, strict=True)
        )
        return beyond[len(beyond) // 2] if beyond else math.nan


def get(path: str) -> bytes:
    """Return a request for what stands at a path."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def ask(question: str) -> bytes:
    """Return a request for a question's answers."""
    return _request("/v1/ask", {"question": question})


def search(query: str) -> bytes:
    """Return a request for a query's passages."""
    return _request("/v1/search", {"query": query})


def mixed(queries: Sequence[str]) -> list[bytes]:
    """Return a request a query, by turns a search and an ask."""
    return [ask(each) if number % 2 else search(each) for number, each in enumerate(queries)]


def load(
    port: int,
    requests: Sequence[bytes],
    clients: int,
    seconds: float = math.inf,
    answers: float = math.inf,
) -> Load:
    """Return what became of the requests of some clients, each asking as fast as it is answered.

    They end after some seconds, or once they all have had so many answers. A client that is told
    to come again does so after as many seconds as it is told.
    """
    return asyncio.run(_load(port, requests, Load(clients), seconds, answers))


def _request(path: str, body: object) -> bytes:
    content = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


async def _load(
    port: int, requests: Sequence[bytes], done: Load, seconds: float, answers: float
) -> Load:
    started = time.perf_counter()
    until = started + seconds
    step = max(1, len(requests) // done.clients)
    starts = [_from(requests, number * step) for number in range(done.clients)]
    await asyncio.gather(*(_client(port, each, until, answers, done) for each in starts))
    done.elapsed = time.perf_counter() - started
    return done


def _from(requests: Sequence[bytes], first: int) -> Iterator[bytes]:
    """Yield the requests round and round, beginning with one of them."""
    while True:
        yield from islice(requests, first % len(requests), None)
        first = 0


async def _client(
    port: int, requests: Iterator[bytes], until: float, answers: float, done: Load
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for request in requests:
            if time.perf_counter() > until or len(done.seconds) >= answers:
                return
            started = time.perf_counter()
            writer.write(request)
            status, patience, body = await _answer(reader)
            if status == 200:
                done.seconds.append(time.perf_counter() - started)
                found = _TOTAL.search(body)
                done.engine.append(float(found[1]) if found else 0.0)
            elif status in (429, 503):
                done.shed += 1
                await asyncio.sleep(min(patience, max(0.0, until - time.perf_counter())))
            else:
                done.failed += 1
    except (OSError, asyncio.IncompleteReadError):
        done.failed += 1
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, float, bytes]:
    """Return an answer's status, its Retry-After in seconds, and its body."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return int(lines[0].split()[1]), float(headers.get("retry-after", "1")), body
