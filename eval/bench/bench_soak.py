"""The HTTP server over many requests of every kind: whether the memory that it holds alone grows.

What the first tenth of the requests fills stays filled (connections, SQLite's pages, caches with
bounds, the allocator's arenas) and is left out: the growth is from there to the end.
"""

from urllib.parse import quote

from eval.bench.bench_session import Built, Session, say
from eval.bench.http_load import Load, ask, get, load, search
from eval.bench.serving import memory_of, serving
from eval.bench.table import Table, Target
from eval.harness.sample import every_nth
from index.store import FileStore

_SET = "scifact"
_CLIENTS = 4
"""As many as are always let in, so that none waits to be let in again."""

_CROWD = 64
"""As many as ask at first: more than are let in, so that every connection has been in use."""

_PARTS = 10
_SHOWN = 100
"""Documents that are read and shown."""


def run(session: Session) -> list[Table]:
    """Ask, search, read, list and browse, and look at the server's memory ten times."""
    built = session.built(_SET)
    requests = _requests(built, session.options.queries)
    part = max(1, session.options.requests // _PARTS)
    loads: list[Load] = []
    memory: list[int] = []
    with serving(built.index) as (process, port):
        for number in range(_PARTS):
            say(f"requests {number * part + 1} to {(number + 1) * part} …")
            clients = _CLIENTS if number else _CROWD
            loads.append(load(port, requests, clients, answers=part))
            memory.append(memory_of(process))
    return [_table(loads, memory)]


def _requests(built: Built, queries: int) -> list[bytes]:
    """Return requests of every kind that reads, spread over the round.

    One in 25 asks, which takes as long as a hundred of the others.
    """
    asked = every_nth(list(built.data.queries.values()), queries)
    with FileStore.open(built.index) as store, store.snapshot() as snapshot:
        ids = [
            quote(each.id, safe="")
            for each, _ in zip(snapshot.documents(), range(_SHOWN), strict=False)
        ]
    every = [
        *map(search, asked),
        *map(ask, asked[::12]),
        *(get(f"/?q={quote(each)}") for each in asked[::50]),
        *(get(f"/v1/documents/{each}") for each in ids),
        *(get(f"/v1/documents/{each}/span?start=0&end=40") for each in ids),
        *(get(f"/read/{each}?start=0&end=40") for each in ids),
        get("/v1/documents?limit=50&facet=media_type"),
        get("/documents"),
        get("/v1/status"),
        get("/metrics"),
    ]
    # Those of one kind are spread, so that each client meets all of them.
    return [each for first in range(7) for each in every[first::7]]


def _table(loads: list[Load], memory: list[int]) -> Table:
    rows = tuple(
        (str(number), str(len(each.seconds)), f"{each.rate:.1f}", str(each.failed), _mib(size))
        for number, (each, size) in enumerate(zip(loads, memory, strict=True), 1)
    )
    answers = sum(len(each.seconds) for each in loads)
    grown = Target(
        f"memory grown over the last {answers - len(loads[0].seconds)} answers",
        100 * (memory[-1] / memory[0] - 1),
        2,
        unit=" %",
    )
    failed = Target("failed", sum(each.failed for each in loads), 0)
    title = f"soak: {answers} requests by {_CLIENTS} clients over {_SET}"
    return Table(
        title, ("part", "answers", "answers/s", "failed", "MiB"), rows, (str(grown), str(failed))
    )


def _mib(size: int) -> str:
    return f"{size / (1 << 20):.1f}"
