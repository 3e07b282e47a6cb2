"""A cold start: a whole `excerpt ask`, against only importing sentence-transformers.

Both find their modules compiled, as installed programs do: the first pair may write what is not.
"""

import os
import subprocess
import sys
import time
from importlib.resources import files
from pathlib import Path
from statistics import median

from eval.bench.bench_session import Session, say
from eval.bench.processes import excerpt_command
from eval.bench.table import Table, Target

QUESTION = "who leads Operation Southern Spear?"

_NOT_FOUND = 3
_NOT_COMPILED = "PYTHONDONTWRITEBYTECODE"


def run(session: Session) -> list[Table]:
    """Start the two in turn, the first pair unmeasured so that both find their files cached."""
    index = session.workspace / "seeds"
    corpus = [str(path) for path in Path(str(files("seeds"))).iterdir() if path.suffix == ".txt"]
    sides = {
        "excerpt ask": [*excerpt_command(), "ask", QUESTION, "--index", str(index)],
        "import sentence_transformers": [sys.executable, "-c", "import sentence_transformers"],
    }
    _seconds([*excerpt_command(), "index", *corpus, "--index", str(index)])
    say(f"starting each of two processes {session.options.pairs + 1} times …")
    pairs = [
        [_seconds(command) for command in sides.values()] for _ in range(session.options.pairs + 1)
    ][1:]
    ratio = median(ours / theirs for ours, theirs in pairs)
    rows = tuple(
        (name, f"{median(times):.2f}", f"{min(times):.2f}", f"{max(times):.2f}")
        for name, times in zip(sides, zip(*pairs, strict=True), strict=True)
    )
    target = Target("median ratio of pairs", ratio, 1 / 7)
    columns = ("whole process", "median s", "min", "max")
    return [Table("cold", columns, rows, (f"{target} (1/{1 / ratio:.1f})",))]


def _seconds(command: list[str]) -> float:
    compiled = {key: value for key, value in os.environ.items() if key != _NOT_COMPILED}
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=compiled)
    seconds = time.perf_counter() - start
    if done.returncode not in (0, _NOT_FOUND):
        raise RuntimeError(f"{' '.join(command)} failed: {done.stderr[-1000:]}")
    return seconds
