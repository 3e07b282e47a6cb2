"""Indexing again with nothing changed: nothing embedded, and a small part of the first time."""

from eval.bench.bench_session import Session, timed_sync
from eval.bench.table import Table, Target
from index.store import FileStore

_SET = "scifact"


def run(session: Session) -> list[Table]:
    """Sync a whole set a second time."""
    first = session.built(_SET)
    with FileStore.open(first.index) as store:
        seconds, report = timed_sync(store, first.data.corpus)
    rows = (
        ("first", f"{first.seconds:.2f}", str(first.report.passages_embedded)),
        ("again", f"{seconds:.3f}", str(report.passages_embedded)),
    )
    ratio = seconds / first.seconds
    below = (
        f"{Target('time over the first', ratio, 1 / 20)} (1/{1 / ratio:.0f})",
        str(Target("passages embedded again", report.passages_embedded, 0)),
    )
    documents = report.unchanged
    columns = ("sync", "seconds", "passages embedded")
    return [Table(f"sync: {_SET}, {documents} documents", columns, rows, below)]
