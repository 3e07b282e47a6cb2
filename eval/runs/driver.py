"""Runs a plan: questions through a worker, results to disk in order, resumed where it stopped."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import TypeVar

from eval.measures import measure, to_columns
from eval.measures.latency import summarise
from eval.progress import track
from eval.runs.record import (
    RESULTS,
    RUN,
    TIMINGS,
    Plan,
    Row,
    Run,
    dump,
    lines,
    load,
    read_header,
    unpacked,
    write_json,
)  # fmt: skip

Item = TypeVar("Item")
Outcome = tuple[Row, dict[str, float]]
"""A question's result and its milliseconds a stage."""

THREADS = 2
_AHEAD = 16
"""How many questions may be under way or waiting to be written, which bounds memory."""


def in_order(
    work: Callable[[Item], Outcome], items: Iterable[Item], threads: int
) -> Iterator[Outcome]:
    """Yield `work(item)` for every item, in order, `threads` at a time, at most 16 ahead."""
    remaining = iter(items)
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[Outcome]] = deque()
        try:
            for item in islice(remaining, _AHEAD):
                waiting.append(pool.submit(work, item))
            while waiting:
                yield waiting.popleft().result()
                for item in islice(remaining, 1):
                    waiting.append(pool.submit(work, item))
        finally:
            for future in waiting:
                future.cancel()


def _interrupted(runs: Path, plan: Plan) -> Path | None:
    for header in sorted(runs.glob(f"*/{RUN}")):
        found = read_header(header.parent)
        if not found["complete"] and found["fingerprint"] == plan.fingerprint:
            return header.parent
    return None


def _begin(runs: Path, plan: Plan) -> Path:
    now = datetime.now(UTC)
    stem = f"{now:%Y%m%d-%H%M%S}-{plan.kind}-{Path(plan.data).stem}"
    folder, number = runs / stem, 1
    while folder.exists():
        number += 1
        folder = runs / f"{stem}-{number}"
    folder.mkdir(parents=True)
    write_json(folder / RUN, _header(plan, now.isoformat(timespec="seconds")))
    return folder


def _header(plan: Plan, started: str) -> dict[str, object]:
    return {
        "plan": asdict(plan), "fingerprint": plan.fingerprint, "started": started,
        "complete": False, "measures": {}, "timings": {},
    }  # fmt: skip


def _whole_lines(path: Path) -> int:
    """Cut a last line that was not finished; return how many whole ones there are."""
    if not path.exists():
        return 0
    data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if len(whole) < len(data):
        path.write_bytes(whole)
    return whole.count(b"\n")


def _trim(path: Path, count: int) -> None:
    with path.open("rb+") as opened:
        for _ in range(count):
            opened.readline()
        opened.truncate(opened.tell())


def _done(folder: Path) -> int:
    counts = [_whole_lines(folder / name) for name in (RESULTS, TIMINGS)]
    for name in (RESULTS, TIMINGS):
        if max(counts) > min(counts):
            _trim(folder / name, min(counts))
    return min(counts)


def _finish(folder: Path, plan: Plan, seconds: float, answered: int) -> Run:
    columns = to_columns([unpacked(row["columns"]) for row in lines(folder / RESULTS)])
    timings = summarise(list(lines(folder / TIMINGS)))
    if answered:
        timings["questions_per_second"] = answered / seconds
    header = read_header(folder) | {
        "complete": True, "measures": measure(plan.kind, columns), "timings": timings,
    }  # fmt: skip
    write_json(folder / RUN, header)
    return load(folder)


def execute(
    plan: Plan,
    items: Sequence[Item],
    work: Callable[[Item], Outcome],
    runs: Path,
    threads: int = THREADS,
) -> Run:
    """Carry out `plan` and save it under `runs`; an interrupted run of the same plan goes on.

    Args:
        plan: what decides the figures.
        items: the questions, `plan.n` of them, in the set's order.
        work: makes one question's outcome; called from `threads` threads.
        runs: the folder that holds runs.
        threads: how many questions are worked on at once.
    """
    folder = _interrupted(runs, plan) or _begin(runs, plan)
    done = _done(folder)
    began = perf_counter()
    with (
        (folder / RESULTS).open("a", encoding="utf-8") as results,
        (folder / TIMINGS).open("a", encoding="utf-8") as timings,
    ):
        outcomes = in_order(work, items[done:], threads)
        for row, milliseconds in track(outcomes, plan.data, total=plan.n, done=done):
            results.write(dump(row) + "\n")
            timings.write(dump(milliseconds) + "\n")
    return _finish(folder, plan, perf_counter() - began, plan.n - done)
