"""`python -m eval.folder FOLDER`: what indexing a folder costs, and keeping it in step.

The folder is indexed, one file in a hundred is changed in a copy of it, and it is synced again. The
results of searches must then be those of an index made afresh. Printed are the time and memory of
the first run, how much was read and skipped and why, and what the second took beside the first,
but for the walk (a sync of the same files unchanged). The exit code is 1 where results differ or
the second took over a thirtieth.
"""

import argparse
import random
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.bench.table import Table, Target
from index.protocols import Store
from index.store import FileStore
from index.types import SyncReport
from retrieval.engine import Engine

_TEXT = (".txt", ".md", ".html", ".htm", ".rst", ".xml", ".json", ".csv", ".log", "")
_MOST = 0.03
_QUERIES = 50


@dataclass(frozen=True, slots=True)
class TimedSync:
    """A sync, and its seconds."""

    report: SyncReport
    seconds: float


def timed(store: Store, folder: Path) -> TimedSync:
    """Sync a folder by the clock."""
    began = time.perf_counter()
    report = store.sync([folder])
    return TimedSync(report, time.perf_counter() - began)


def change(folder: Path, share: float, seed: int) -> int:
    """Change a share of the files under a folder: a line more, a name, or away; return how many."""
    chosen = random.Random(seed)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    count = max(1, round(share * len(files)))
    for number, path in enumerate(chosen.sample(files, count)):
        if number % 10 == 8:
            path.rename(path.with_name(f"moved-{path.name}"))
        elif number % 10 == 9:
            path.unlink()
        elif path.suffix.lower() in _TEXT:
            with path.open("ab") as file:
                file.write(f"\nThe keeper of lamp {number} is Ode Varn {number}.\n".encode())
        else:
            shutil.copyfile(path, path.with_name(f"copy-{number}-{path.name}"))
    return count


def queries(store: Store, count: int, seed: int) -> list[str]:
    """Return some words of passages drawn at random."""
    chosen = random.Random(seed)
    with store.snapshot() as snapshot:
        texts = [passage.text for each in snapshot.documents() for passage in
                 snapshot.document_passages(each.id)[:1]]  # fmt: skip
    drawn = chosen.sample(texts, min(count, len(texts)))
    return [" ".join(text.split()[:8]) for text in drawn]


def results(index: Path, asked: Sequence[str]) -> list[list[tuple[str, int, int]]]:
    """Return the places that each query finds, in order of document, where scores tie."""
    with Engine.open(index) as engine:
        return [
            sorted(
                (hit.passage.document_id, hit.passage.span.start, hit.passage.span.end)
                for hit in engine.search(query, k=10).hits
            )
            for query in asked
        ]


def first_table(first: TimedSync, store: Store) -> Table:
    """Return what the first run did."""
    with store.snapshot() as snapshot:
        counts = snapshot.counts
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    rows = (
        ("documents", f"{counts.documents:,}"),
        ("passages", f"{counts.passages:,}"),
        ("seconds", f"{first.seconds:.0f}"),
        ("peak memory, MiB (its worker)", f"{memory:.0f} ({children:.0f})"),
        ("not read", str(sum(each.files for each in first.report.problems))),
    )
    reasons = Counter[str]()
    for problem in first.report.problems:
        reasons[problem.reason[:90]] += problem.files
    below = tuple(f"{count} × {reason}" for reason, count in reasons.most_common(12))
    return Table("indexing a folder", ("", "measured"), rows, below)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure by the command line's options and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m eval.folder", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--changed", type=float, default=0.01, help="share of the files")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="folder-") as scratch:
        folder, index, fresh = (Path(scratch, name) for name in ("files", "index", "fresh"))
        shutil.copytree(options.folder, folder, symlinks=True)
        with FileStore.create(index) as store:
            first = timed(store, folder)
            print(first_table(first, store), flush=True)
            walk = timed(store, folder)
            count = change(folder, options.changed, options.seed)
            again = timed(store, folder)
            asked = queries(store, _QUERIES, options.seed)
        with FileStore.create(fresh) as store:
            timed(store, folder)
        pairs = zip(results(index, asked), results(fresh, asked), strict=True)
        same = sum(kept == made for kept, made in pairs)
    target = Target("of the first run", (again.seconds - walk.seconds) / first.seconds, _MOST)
    rows = (
        ("unchanged", f"{walk.seconds:.2f}", str(walk.report.passages_embedded)),
        (f"{count} files changed", f"{again.seconds:.2f}", str(again.report.passages_embedded)),
    )
    below = (str(target), f"{same} of {len(asked)} searches as in an index made afresh")
    print(Table("keeping it in step", ("sync", "seconds", "passages embedded"), rows, below))
    return 0 if same == len(asked) and target.value <= _MOST else 1


if __name__ == "__main__":
    sys.exit(main())
