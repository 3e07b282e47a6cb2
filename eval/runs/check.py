"""A run against a baseline that the repository keeps: has a measure dropped by more than its noise?

A baseline keeps every question's columns, so that the drop is paired by question: noise is the
95 % bootstrap interval of the difference on the same questions, far narrower than that of either
figure. A measure fails where that interval lies wholly on the worse side of 0, and the drop is no
smaller than what another processor's rounding can make of the same figure.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.errors import RegressionError, RunError
from eval.measures import MEASURES, measure, to_columns
from eval.runs.record import Run, unpacked, write_json
from eval.runs.statistics import Difference, difference
from eval.types import Column, Kind

_DIGITS = 6
LEAST = 1e-3
"""A difference below this is never called a drop."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a run gave when it was last accepted, and the options that made it."""

    path: Path
    kind: Kind
    data: str
    data_sha256: str
    options: dict[str, Any]
    ids: list[str]
    columns: dict[str, Column]


def save_baseline(run: Run, options: dict[str, Any], path: Path) -> None:
    """Keep `run` as the baseline at `path`, columns to six digits.

    Args:
        run: an accepted run.
        options: those of the command that `check` will run again.
        path: where to write it.
    """
    columns = {name: _rounded(values) for name, values in sorted(run.columns.items())}
    write_json(
        path,
        {
            "kind": run.plan.kind,
            "data": run.plan.data,
            "data_sha256": run.plan.data_sha256,
            "options": options,
            "measures": run.measures,
            "ids": run.ids,
            "columns": {name: json.dumps(values) for name, values in columns.items()},
        },
    )


def _rounded(values: Column) -> list[float | None]:
    return [None if math.isnan(value) else round(value, _DIGITS) for value in values.tolist()]


def load_baseline(path: Path) -> Baseline:
    """Load a baseline.

    Raises:
        RunError: when the file is not one.
    """
    try:
        kept = json.loads(path.read_text("utf-8"))
        if kept["kind"] not in MEASURES:
            raise ValueError(f"of the unknown kind {kept['kind']!r}")
        columns = {name: json.loads(values) for name, values in kept["columns"].items()}
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        return Baseline(
            path, kept["kind"], kept["data"], kept["data_sha256"], kept["options"], kept["ids"],
            to_columns([unpacked(row) for row in rows]),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RunError(f"{path}: is not a baseline ({error}); make one with --save") from error


def dropped(run: Run, baseline: Baseline) -> list[Difference]:
    """Return the measures on which `run` is worse than the baseline by more than noise.

    Raises:
        RunError: when the run did not ask the baseline's questions.
    """
    if run.ids != baseline.ids or run.plan.data_sha256 != baseline.data_sha256:
        raise RunError(
            f"{baseline.path}: was made from other questions than {run.plan.data} now holds; "
            "look at the change and make the baseline again with --save"
        )
    now = run.columns
    found = (
        difference(each, baseline.columns, now, test=False) for each in MEASURES[baseline.kind]
    )
    return [
        each
        for each in found
        if each is not None and each.better is False and abs(each.difference.value) >= LEAST
    ]


def check(run: Run, baseline: Baseline) -> None:
    """Fail where a measure dropped by more than its noise.

    Raises:
        RegressionError: naming every such measure, before, after and the interval.
        RunError: when the run did not ask the baseline's questions.
    """
    undefined = [
        name
        for name, value in measure(baseline.kind, baseline.columns).items()
        if value is not None and run.measures[name] is None
    ]
    worse = [
        f"  {each.measure.name}: {each.a:.4f} -> {each.b:.4f} ({each.difference.value:+.4f}, "
        f"95 % interval {each.difference.low:+.4f} to {each.difference.high:+.4f})"
        for each in dropped(run, baseline)
    ] + [f"  {name}: can no longer be computed" for name in undefined]
    if worse:
        raise RegressionError(
            f"{baseline.path}: {len(worse)} measure{'s' if len(worse) > 1 else ''} dropped by more "
            f"than noise on {len(baseline.ids)} questions:\n" + "\n".join(worse) + "\n"
            f"See which questions with: excerpt-eval report {run.folder} --html report.html"
        )
