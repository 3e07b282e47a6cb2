"""The HTTP server under load: half asks, half searches, over one index, on the same machine.

A level's clients each send their next request when the last is answered; who is told to come again
waits as long as it is told. The first level is the unloaded server.
"""

from eval.bench.bench_session import Session, say
from eval.bench.http_load import Load, load, mixed
from eval.bench.serving import serving
from eval.bench.table import Table, Target
from eval.harness.sample import every_nth

_SET = "scifact"
_LEVELS = (1, 8, 64, 256)
_WARM = 3.0


def run(session: Session) -> list[Table]:
    """Load a server at each level."""
    built = session.built(_SET)
    requests = mixed(every_nth(list(built.data.queries.values()), session.options.queries))
    seconds = session.options.seconds
    with serving(built.index) as (_, port):
        say("warming up …")
        load(port, requests, 8, _WARM)
        loads = []
        for clients in _LEVELS:
            say(f"{clients} clients for {seconds:.0f} s …")
            loads.append(load(port, requests, clients, seconds))
    return [_table(loads, built.report.added)]


def _table(loads: list[Load], documents: int) -> Table:
    rows = tuple(
        (
            str(each.clients), f"{each.rate:.1f}", f"{each.percentile(0.5):.0f}",
            f"{each.percentile(0.99):.0f}", f"{each.shed / each.elapsed:.1f}", str(each.failed),
        )
        for each in loads
    )  # fmt: skip
    alone, full = loads[0], max(loads[1:], key=lambda each: each.percentile(0.99))
    below = (
        str(Target("p99 at the worst level", full.percentile(0.99) / alone.percentile(0.99), 4)),
        str(Target("added to the engine's own time at p50", alone.added(), 3, unit=" ms")),
        str(Target("failed", sum(each.failed for each in loads), 0)),
    )
    title = f"serve: {documents} documents of {_SET}, asks and searches by turns"
    columns = ("clients", "answers/s", "p50 ms", "p99 ms", "told to come again/s", "failed")
    return Table(title, columns, rows, below)
