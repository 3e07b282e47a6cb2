"""`python -m eval.peers --data BEIR_DIR`: Excerpt beside its peers, on one retrieval set."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from eval.bench.table import Table, machine
from eval.peers.adapters import PEERS
from eval.peers.excerpts import any_split, excerpt
from eval.peers.side_by_side import Measured, compare
from index.errors import ExcerptError

COLUMNS = (
    "", "docs/s", "wordpieces/s", "query p50 ms", "p99 ms", "nDCG@10", "recall@10", "peak MiB",
)  # fmt: skip


def row(run: Measured) -> tuple[str, ...]:
    """Return a run as cells of the comparison's table."""
    return (
        run.name, f"{run.docs_a_second:.1f}", f"{run.wordpieces_a_second:.0f}",
        f"{run.percentile(50):.2f}", f"{run.percentile(99):.2f}",
        f"{run.ndcg10:.4f}", f"{run.recall10:.4f}", f"{run.peak_mib:.0f}",
    )  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare by the command line's options and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m eval.peers", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a BEIR folder")
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=PEERS)
    parser.add_argument("--docs", type=int, default=200, help="documents (default 200)")
    parser.add_argument("--queries", type=int, default=200, help="queries (default 200)")
    options = parser.parse_args(arguments)
    print(machine())
    try:
        with tempfile.TemporaryDirectory(prefix="excerpt-peers-") as workspace:
            whole = any_split(options.data)
            data = excerpt(whole, Path(workspace) / "part", options.docs, options.queries)
            runs = compare(data, options.peers)
    except ExcerptError as error:
        print(f"eval.peers: {error}", file=sys.stderr)
        return 1
    title = f"{data.name}: {runs[0].docs} documents, {len(data.queries)} queries"
    print(Table(title, COLUMNS, tuple(row(run) for run in runs)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
