"""`python -m eval.fuzz`: damaged files for every loader, for a time."""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from eval.fuzz.child import make, names

_LIMIT = 10.0


@dataclass(slots=True)
class FuzzCounts:
    """What became of the inputs of one format."""

    inputs: int = 0
    refused: int = 0
    slowest: float = 0.0
    wrong: list[tuple[int, str]] = field(default_factory=list)


def fuzz(
    chosen: Sequence[str], seed: int, seconds: float, inputs: int = sys.maxsize
) -> dict[str, FuzzCounts]:
    """Load damaged files for some seconds, or so many of them.

    A child that dies is begun again behind its last.
    """
    by_format = {name: FuzzCounts() for name in chosen}
    until = time.monotonic() + seconds
    first = 1
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        progress = Path(folder, "progress")
        while (left := until - time.monotonic()) > 0 and first <= inputs:
            last = 0
            child = _start(chosen, seed, (first, inputs), left, progress)
            assert child.stdout is not None, "it is a pipe"
            for number, name, wrong, took in _results(child.stdout):
                counted = by_format[name]
                counted.inputs += 1
                counted.slowest = max(counted.slowest, took)
                counted.refused += wrong == "refused"
                if wrong and wrong != "refused":
                    counted.wrong.append((number, wrong))
                last = number
            if child.wait() == 0:
                break
            reached = int(progress.read_text() or last) if progress.exists() else last
            name = chosen[reached % len(chosen)]
            by_format[name].wrong.append((reached, f"it ended its process ({child.returncode})"))
            first = reached + 1
    return by_format


def _start(
    chosen: Sequence[str], seed: int, numbers: tuple[int, int], seconds: float, progress: Path
) -> "subprocess.Popen[str]":
    words = [*map(str, (seed, *numbers, seconds, _LIMIT, progress)), *chosen]
    return subprocess.Popen(
        [sys.executable, "-m", "eval.fuzz.child", *words], stdout=subprocess.PIPE, text=True
    )


def _results(lines: Iterator[str]) -> Iterator[tuple[int, str, str, float]]:
    for line in lines:
        try:
            number, name, wrong, took = json.loads(line)
        except ValueError:  # a process that was ended leaves half a line
            continue
        yield number, name, wrong, took


def report(by_format: dict[str, FuzzCounts]) -> str:
    """Return a table of what became of the inputs, and what went wrong."""
    lines = [f"{'format':16} {'inputs':>8} {'refused':>8} {'slowest':>8} {'wrong':>6}"]
    for name, counted in by_format.items():
        figures = f"{counted.inputs:8} {counted.refused:8} {counted.slowest:7.2f}s"
        lines.append(f"{name:16} {figures} {len(counted.wrong):6}")
    lines.append(f"{'all':16} {sum(counted.inputs for counted in by_format.values()):8}")
    for name, counted in by_format.items():
        lines += [f"{name} {number}: {wrong}" for number, wrong in counted.wrong[:5]]
    return "\n".join(lines)


def main() -> int:
    """Run, print the table, keep what went wrong; return 1 when anything did."""
    parser = argparse.ArgumentParser(prog="python -m eval.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to run")
    parser.add_argument("--inputs", type=int, default=sys.maxsize, help="how many, if in time")
    parser.add_argument("--seed", type=int, default=1, help="which inputs are made")
    parser.add_argument("--format", action="append", choices=names(), help="may be repeated")
    parser.add_argument("--keep", type=Path, help="a folder for the inputs that went wrong")
    options = parser.parse_args()
    by_format = fuzz(options.format or names(), options.seed, options.seconds, options.inputs)
    print(report(by_format))
    for name, counted in by_format.items():
        for number, _ in counted.wrong if options.keep else ():
            options.keep.mkdir(parents=True, exist_ok=True)
            (options.keep / f"{name}-{number}").write_bytes(make(options.seed, number, name))
    return 1 if any(counted.wrong for counted in by_format.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
