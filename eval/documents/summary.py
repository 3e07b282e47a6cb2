"""How often the answers are right, and what the verdicts are worth."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from eval.bench.table import Table
from eval.documents.outcomes import Outcome
from eval.measures.confidence_measures import expected_calibration_error, reliability

Row = tuple[str, ...]
COLUMNS: Row = (
    "", "questions", "top right", "among", "read", "answered / uncertain / not found",
    "unanswerable", "refused / uncertain / answered", "answered is right", "right is answered",
    "ECE",
)  # fmt: skip


def table(title: str, outcomes: Sequence[Outcome]) -> Table:
    """Return a row over all, and one for each set, kind and style."""
    rows = [_row("all", outcomes)]
    for key in ("set", "kind", "style"):
        rows += [_row(name, group) for name, group in _by(outcomes, key).items()]
    return Table(title, COLUMNS, tuple(rows))


def _by(outcomes: Iterable[Outcome], key: str) -> dict[str, list[Outcome]]:
    groups: defaultdict[str, list[Outcome]] = defaultdict(list)
    for each in outcomes:
        groups[f"{key} {getattr(each, key)}"].append(each)
    return dict(sorted(groups.items()))


def _row(name: str, outcomes: Sequence[Outcome]) -> Row:
    able = [each for each in outcomes if each.answerable]
    unable = [each for each in outcomes if not each.answerable]
    answered = [each for each in outcomes if each.verdict == "answered"]
    right = [each for each in able if each.right]
    return (
        name,
        str(len(able)),
        _share(able, lambda each: each.right),
        _share(able, lambda each: each.among),
        _share(able, lambda each: each.found),
        _counts(able, "answered", "uncertain", "not_found"),
        str(len(unable)),
        _counts(unable, "not_found", "uncertain", "answered"),
        _share(answered, lambda each: each.right),
        _share(right, lambda each: each.verdict == "answered"),
        _ece(outcomes),
    )


def _share(outcomes: Sequence[Outcome], holds: Callable[[Outcome], bool]) -> str:
    return f"{sum(map(holds, outcomes)) / len(outcomes):.2f}" if outcomes else "–"


def _counts(outcomes: Sequence[Outcome], *verdicts: str) -> str:
    return " / ".join(str(sum(each.verdict == v for each in outcomes)) for v in verdicts)


def _ece(outcomes: Sequence[Outcome]) -> str:
    right = np.array([float(each.right) for each in outcomes])
    error = expected_calibration_error(
        reliability(right, np.array([each.confidence for each in outcomes]))
    )
    return "–" if error is None else f"{error:.3f}"
