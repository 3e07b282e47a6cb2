"""A saved run: what was measured, on what, with what, and every question's result.

run.json        kind, data, configuration, models, index, code, measures, timings
results.jsonl   one question a line, in the set's order; the same bytes every time
timings.jsonl   one question a line, milliseconds a stage; the only part that varies
run.lock        held by the process that carries the run out

Results are read from disk one at a time, so that a run takes no more memory for being long.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from glob import escape
from hashlib import sha256
from pathlib import Path
from typing import Any

from eval.errors import RunError
from eval.measures import to_columns
from eval.types import Column, Kind

Row = dict[str, Any]
"""One question's result: id, question, expected, given, columns, stage."""

RUN, RESULTS, TIMINGS, LOCK = "run.json", "results.jsonl", "timings.jsonl", "run.lock"


@dataclass(frozen=True, slots=True)
class Plan:
    """All that decides a run's figures. Two runs with the same plan give the same results."""

    kind: Kind
    data: str
    data_sha256: str
    n: int
    config: Mapping[str, Any]
    models: Mapping[str, str]
    index: Mapping[str, Any]
    code: Mapping[str, Any]

    @property
    def fingerprint(self) -> str:
        """Hex digest of the plan."""
        return sha256(dump(asdict(self)).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Results:
    """The results in a file, in order; every pass over them reads it anew."""

    path: Path

    def __iter__(self) -> Iterator[Row]:
        return lines(self.path)


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run, loaded. `measures` is None where one is undefined."""

    folder: Path
    plan: Plan
    measures: Mapping[str, float | None]
    timings: Mapping[str, float]
    started: str
    rows: Results

    @property
    def ids(self) -> list[str]:
        """Return the questions' ids, in order."""
        return [row["id"] for row in self.rows]

    @property
    def columns(self) -> dict[str, Column]:
        """Return the per-question values by name."""
        return to_columns(unpacked(row["columns"]) for row in self.rows)


def dump(value: object) -> str:
    """Return `value` as one line of JSON, keys sorted, NaN refused."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)


def lines(path: Path) -> Iterator[Row]:
    """Yield the objects of a JSONL file that we wrote."""
    with path.open(encoding="utf-8", errors="surrogatepass") as opened:
        for line in opened:
            yield json.loads(line)


def packed(columns: Mapping[str, float]) -> dict[str, float | None]:
    """Return a question's columns for JSON, which has no NaN."""
    return {name: None if math.isnan(value) else value for name, value in columns.items()}


def unpacked(columns: Mapping[str, float | None]) -> dict[str, float]:
    """Return a question's columns as they were before `packed`."""
    return {name: math.nan if value is None else value for name, value in columns.items()}


def write_json(path: Path, value: object) -> None:
    """Write `value` whole or not at all."""
    stage = path.with_name(path.name + ".stage")
    stage.write_text(
        json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8"
    )
    stage.replace(path)


def read_header(folder: Path) -> dict[str, Any]:
    """Return what run.json holds.

    Raises:
        RunError: when the folder is not a run.
    """
    try:
        header = json.loads((folder / RUN).read_text("utf-8"))
        return dict(header)
    except (OSError, ValueError) as error:
        raise RunError(f"{folder}: is not a saved run ({RUN}: {error})") from error


def run_folder(named: Path, runs: Path) -> Path:
    """Return the folder of a run that is named by its path, or by its name in the folder of runs.

    The beginning of a name will do where no other begins so.

    Raises:
        RunError: when there is no such run, or several.
    """
    if (named / RUN).is_file():
        return named
    if named.name == str(named):
        begin_so = sorted(runs.glob(f"{escape(named.name)}*/{RUN}"))
        exact = [path for path in begin_so if path.parent.name == named.name]
        if len(exact or begin_so) == 1:
            return (exact or begin_so)[0].parent
        if begin_so:
            names = ", ".join(path.parent.name for path in begin_so[:5])
            raise RunError(f"{named}: several runs begin so: {names}; give more of the name")
    raise RunError(f"{named}: is not a saved run, and none in {runs} has this name")


def load(folder: Path) -> Run:
    """Load a finished run.

    Raises:
        RunError: when the folder is not a run, or the run was interrupted.
    """
    header = read_header(folder)
    if not header["complete"]:
        raise RunError(f"{folder}: was interrupted; run the same command again to finish it")
    return Run(
        folder=folder,
        plan=Plan(**header["plan"]),
        measures=header["measures"],
        timings=header["timings"],
        started=header["started"],
        rows=Results(folder / RESULTS),
    )
