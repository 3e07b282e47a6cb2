"""What a finished run prints: one JSON object, or a table for people."""

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from eval.measures import MEASURES
from eval.runs.record import Row, Run, dump


def print_json(value: object) -> None:
    """Write one JSON object to stdout, as UTF-8 whatever the locale."""
    sys.stdout.flush()
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass"))
    sys.stdout.buffer.flush()


def say(message: str) -> None:
    """Write one line to stderr."""
    print(message, file=sys.stderr, flush=True)


def summary(run: Run) -> dict[str, Any]:
    """Return what `--json` prints for a run."""
    return {
        "data": run.plan.data,
        "n": run.plan.n,
        "measures": dict(run.measures),
        "timings": dict(run.timings),
        "run": str(run.folder),
    }


def print_run(run: Run, *, as_json: bool) -> None:
    """Print a run's measures and timings, and where it was saved."""
    say(f"saved as {run.folder.name} in {run.folder.parent}")
    if as_json:
        print_json(summary(run))
        return
    print(f"{run.plan.data}: {run.plan.n} questions")
    for measure in MEASURES[run.plan.kind]:
        value = run.measures[measure.name]
        shown = "     –" if value is None else f"{value:6.4f}"
        print(f"  {measure.name:20} {shown}  {measure.meaning}")
    for name, milliseconds in run.timings.items():
        print(f"  {name:20} {milliseconds:8.2f}")


def write_lines(path: Path, rows: Iterable[Row], line_of: Callable[[Row], dict[str, Any]]) -> None:
    """Write one JSON object a result to `path`, in the order of the questions."""
    with path.open("w", encoding="utf-8", errors="surrogatepass") as opened:
        for row in rows:
            opened.write(dump(line_of(row)) + "\n")
