"""Indexing: wordpieces embedded a second, against the peers and against the hardware."""

from eval.bench.bench_session import SETS, Session
from eval.bench.table import Table, Target

_COLUMNS = ("", "docs", "docs/s", "wordpieces", "wordpieces/s", "of light", "ours is")


def run(session: Session) -> list[Table]:
    """Compare on a part of each set, and show ours on the whole."""
    return [_table(session, name) for name in SETS]


def _table(session: Session, name: str) -> Table:
    ours, *theirs = session.comparison(name)
    whole, light = session.built(name), session.light()
    rows = [
        _row(each.name, each.docs, each.wordpieces, each.seconds, light, ours.wordpieces_a_second)
        for each in (ours, *theirs)
    ]
    report = whole.report
    all_of_it = _row(
        "excerpt, whole set", report.added, report.wordpieces_embedded, whole.seconds, light,
        ours.wordpieces_a_second,
    )  # fmt: skip
    below: list[str] = [
        "each side's wordpieces are those it embedded; peers cut long documents",
        f"light: {light:.0f} wordpieces/s are all that 8-bit products allow on these cores",
    ]
    if theirs:
        fastest = max(theirs, key=lambda each: each.wordpieces_a_second)
        ratio = ours.wordpieces_a_second / fastest.wordpieces_a_second
        target = Target("wordpieces/s over the fastest peer's", ratio, 5, at_least=True, unit="x")
        below.append(f"{target} ({fastest.name})")
    return Table(f"ingest: {name}", _COLUMNS, (*rows, all_of_it), tuple(below))


def _row(
    name: str, docs: int, wordpieces: int, seconds: float, light: float, ours: float
) -> tuple[str, ...]:
    speed = wordpieces / seconds
    return (
        name, str(docs), f"{docs / seconds:.1f}", str(wordpieces), f"{speed:.0f}",
        f"{speed / light:.0%}", f"{ours / speed:.2f}x",
    )  # fmt: skip
