"""Searching: latency a query in process, against the peers on the same documents and queries.

All are asked for ten results: the peers' are whole documents, ours are passages. Quality is that
of ten documents from each; for it, and untimed, ours is asked for more passages.
"""

from eval.bench.bench_session import SETS, Session
from eval.bench.table import Table, Target

_COLUMNS = ("", "queries", "p50 ms", "p99 ms", "ours is, p50", "p99", "nDCG@10", "recall@10")
_BOUNDS = {50: 1 / 4, 99: 1 / 2}


def run(session: Session) -> list[Table]:
    """Compare on a part of each set; ours is asked once before each peer, so has more queries."""
    return [_table(session, name) for name in SETS]


def _table(session: Session, name: str) -> Table:
    ours, *theirs = session.comparison(name)
    rows = tuple(
        (
            each.name, str(len(each.latencies_ms)),
            f"{each.percentile(50):.2f}", f"{each.percentile(99):.2f}",
            *(f"1/{each.percentile(p) / ours.percentile(p):.1f}" for p in _BOUNDS),
            f"{each.ndcg10:.4f}", f"{each.recall10:.4f}",
        )
        for each in (ours, *theirs)
    )  # fmt: skip
    below = ["timed: 10 results of each, whole documents of the peers, passages of ours"]
    for p, bound in _BOUNDS.items() if theirs else ():
        fastest = min(theirs, key=lambda each: each.percentile(p))
        ratio = ours.percentile(p) / fastest.percentile(p)
        below.append(f"{Target(f'p{p} over the fastest peer’s', ratio, bound)} ({fastest.name})")
    return Table(f"search: {name}, {ours.docs} documents", _COLUMNS, rows, tuple(below))
