"""`python -m eval.bench [NAME…] --data IR_DIR`: every benchmark, or those named."""

import argparse
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from eval.baselines.figures_page import with_table
from eval.bench.bench_session import GOLD, SETS, Options, Session, say
from eval.bench.scale_comparison import TOOLS
from eval.bench.table import Table, machine
from eval.peers.adapters import PEERS
from index.errors import ExcerptError

NAMES = ("ingest", "search", "sync", "add", "cold", "ask", "overhead", "memory", "serve")
"""Those that run by default."""

MORE = ("scale", "soak")
"""Those that run for minutes, and only when named."""


def parser() -> argparse.ArgumentParser:
    """Return the command line's options."""
    usual = Options(GOLD)
    made = argparse.ArgumentParser(
        prog="python -m eval.bench",
        description=f"Benchmarks: {', '.join(NAMES)}; all of them by default; and "
        f"{', '.join(MORE)}. Needs a quiet "
        f"machine. Without limits the peers' part alone takes minutes.",
    )
    made.add_argument("names", nargs="*", metavar="NAME", help="which to run, in this order")
    made.add_argument(
        "--data", type=Path, help=f"folder of BEIR folders: {', '.join(SETS)}; scale can do without"
    )
    made.add_argument("--docs", type=int, default=usual.docs, help="documents for peers")
    made.add_argument("--queries", type=int, default=usual.queries, help="queries for peers")
    made.add_argument("--limit", type=int, help="documents of a whole set (default: all)")
    made.add_argument("--peers", nargs="*", choices=PEERS, default=PEERS, help="which (or none)")
    made.add_argument("--pairs", type=int, default=usual.pairs, help="of cold starts")
    made.add_argument("--sizes", type=int, nargs="+", default=(), help="document counts of memory")
    made.add_argument(
        "--passages", type=int, nargs="+", default=usual.passages, help="sizes of scale"
    )
    made.add_argument("--real", type=int, default=usual.real, help="texts that scale embeds")
    made.add_argument(
        "--tools", nargs="*", choices=TOOLS, default=TOOLS, help="what scale is held against"
    )
    made.add_argument(
        "--tools-up-to", type=int, default=usual.tools_up_to, help="the largest size of theirs"
    )
    made.add_argument(
        "--milvus", default="", metavar="milvus://HOST:PORT/NAME", help="one more tool of scale"
    )
    made.add_argument("--questions", type=int, default=usual.questions, help="of ask and overhead")
    made.add_argument("--qa", default=usual.qa, help="question set of overhead (default: seeds)")
    made.add_argument("--seconds", type=float, default=usual.seconds, help="a level of serve")
    made.add_argument("--requests", type=int, default=usual.requests, help="of soak")
    made.add_argument(
        "--write", type=Path, metavar="PAGE", help="write the tables into their places on a page"
    )
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run benchmarks by the command line's options and return the exit code."""
    commands = parser()
    given = vars(commands.parse_args(arguments))
    names, page = given.pop("names") or NAMES, given.pop("write")
    if unknown := set(names) - {*NAMES, *MORE}:
        there = ", ".join((*NAMES, *MORE))
        commands.error(f"there is no benchmark {min(unknown)}; there are: {there}")
    if given["data"] is None and set(names) != {"scale"}:
        commands.error("--data is needed: the folder of the retrieval sets")
    given["data"] = given["data"] or GOLD
    given |= {name: tuple(given[name]) for name in ("peers", "sizes", "passages", "tools")}
    here = machine()
    print(here, flush=True)
    failed = 0
    with tempfile.TemporaryDirectory(prefix="excerpt-bench-") as workspace:
        session = Session(Options(**given), Path(workspace))
        for name in names:
            failed += not _ran(name, session, page, here)
    return 1 if failed else 0


def _ran(name: str, session: Session, page: Path | None, here: str) -> bool:
    """Run one benchmark, print its tables and write them to a page, if one is named.

    One that fails leaves the others running.
    """
    say(f"{name}:")
    start = time.perf_counter()
    try:
        tables = import_module(f"eval.bench.bench_{name}").run(session)
        for table in tables:
            print(table, flush=True)
        if page is not None:
            _write(page, name, tables, here)
    except ExcerptError as error:
        print(f"eval.bench: {name} failed: {error}", file=sys.stderr, flush=True)
        return False
    except Exception:  # noqa: BLE001  # whatever it is, it is shown, and the other benchmarks still run
        print(f"eval.bench: {name} failed:", file=sys.stderr, flush=True)
        traceback.print_exc()
        return False
    say(f"{name} took {time.perf_counter() - start:.0f} s")
    return True


def _write(page: Path, name: str, tables: Sequence[Table], here: str) -> None:
    """Write the tables of a benchmark between its markers on a page, with their command."""
    command = f"`python -m eval.bench {name} --data IR_FOLDER`: {here}."
    table = "\n\n".join([*(each.markdown() for each in tables), command])
    page.write_text(with_table(page.read_text("utf-8"), name, table), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
