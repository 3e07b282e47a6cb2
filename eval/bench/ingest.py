"""Indexing: wordpieces embedded a second, against the peers and against the hardware."""

from eval.bench.session import SETS, Session
from eval.bench.table import Table, Target

SPEED_OF_LIGHT = 490 * 122
"""Wordpieces a second that this model's int8 products allow on two cores with VNNI at their peak:
490 passages of 122."""

_COLUMNS = ("", "docs", "docs/s", "wordpieces", "wordpieces/s", "of light", "ours is")


def run(session: Session) -> list[Table]:
    """Compare on a part of each set, and show ours on the whole."""
    return [_table(session, name) for name in SETS]


def _table(session: Session, name: str) -> Table:
    ours, *theirs = session.comparison(name)
    whole = session.built(name)
    rows = [
        _row(each.name, each.docs, each.wordpieces, each.seconds, ours.wordpieces_a_second)
        for each in (ours, *theirs)
    ]
    report = whole.report
    all_of_it = _row(
        "excerpt, whole set", report.added, report.wordpieces_embedded, whole.seconds,
        ours.wordpieces_a_second,
    )  # fmt: skip
    below: list[str] = ["each side's wordpieces are those it embedded; peers cut long documents"]
    if theirs:
        fastest = max(theirs, key=lambda each: each.wordpieces_a_second)
        ratio = ours.wordpieces_a_second / fastest.wordpieces_a_second
        target = Target("wordpieces/s over the fastest peer's", ratio, 5, at_least=True, unit="x")
        below.append(f"{target} ({fastest.name})")
    return Table(f"ingest: {name}", _COLUMNS, (*rows, all_of_it), tuple(below))


def _row(name: str, docs: int, wordpieces: int, seconds: float, ours: float) -> tuple[str, ...]:
    speed = wordpieces / seconds
    return (
        name, str(docs), f"{docs / seconds:.1f}", str(wordpieces), f"{speed:.0f}",
        f"{speed / SPEED_OF_LIGHT:.0%}", f"{ours / speed:.2f}x",
    )  # fmt: skip
