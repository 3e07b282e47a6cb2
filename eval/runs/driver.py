"""Runs a plan: questions through a worker, results to disk in order, resumed where it stopped."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path
from time import perf_counter
from typing import TypeVar

from eval.errors import RunError
from eval.measures import measure, to_columns
from eval.measures.latency import summarise
from eval.runs.record import (
    LOCK,
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
from eval.tracking import track
from index.errors import IndexLockedError
from index.store.lock import WriteLock

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
        # What else lies in the folder is no concern of this run.
        with suppress(RunError):
            found = read_header(header.parent)
            if not found.get("complete") and found.get("fingerprint") == plan.fingerprint:
                return header.parent
    return None


def _new_folder(runs: Path, plan: Plan) -> Path:
    stem = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{plan.kind}-{Path(plan.data).stem}"
    for number in count(1):
        folder = runs / (stem if number == 1 else f"{stem}-{number}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        return folder
    raise AssertionError("there is always another number")


@contextmanager
def _folder(runs: Path, plan: Plan) -> Iterator[Path]:
    """Hold the folder of an interrupted run of this plan, or of a new one, for the block.

    Raises:
        RunError: when another process is carrying out the same plan.
    """
    folder = _interrupted(runs, plan) or _new_folder(runs, plan)
    try:
        with WriteLock(folder / LOCK):
            if not (folder / RUN).exists():
                started = datetime.now(UTC).isoformat(timespec="seconds")
                write_json(folder / RUN, _header(plan, started))
            yield folder
    except IndexLockedError as error:
        raise RunError(
            f"this same run is under way: {error}, or name another folder with --runs"
        ) from error


def _header(plan: Plan, started: str) -> dict[str, object]:
    return {
        "plan": asdict(plan), "fingerprint": plan.fingerprint, "started": started,
        "complete": False, "measures": {}, "timings": {},
    }  # fmt: skip


def _complete_lines(path: Path) -> int:
    if not path.exists():
        return 0
    with path.open("rb") as opened:
        return sum(line.endswith(b"\n") for line in opened)


def _trim(path: Path, lines_kept: int) -> None:
    with path.open("ab+") as opened:
        opened.seek(0)
        for _ in range(lines_kept):
            opened.readline()
        opened.truncate(opened.tell())


def _done(folder: Path) -> int:
    """Return how many questions are done, having cut what was not finished after them."""
    paths = [folder / name for name in (RESULTS, TIMINGS)]
    done = min(map(_complete_lines, paths))
    for path in paths:
        _trim(path, done)
    return done


def _finish(folder: Path, plan: Plan, seconds: float, answered: int) -> Run:
    columns = to_columns(unpacked(row["columns"]) for row in lines(folder / RESULTS))
    timings = summarise(lines(folder / TIMINGS))
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

    Raises:
        RunError: when another process is carrying out the same plan.
    """
    with _folder(runs, plan) as folder:
        done = _done(folder)
        began = perf_counter()
        with (
            (folder / RESULTS).open("a", encoding="utf-8", errors="surrogatepass") as results,
            (folder / TIMINGS).open("a", encoding="utf-8") as timings,
        ):
            outcomes = in_order(work, items[done:], threads)
            for row, milliseconds in track(outcomes, plan.data, total=plan.n, done=done):
                results.write(dump(row) + "\n")
                timings.write(dump(milliseconds) + "\n")
        return _finish(folder, plan, perf_counter() - began, plan.n - done)
