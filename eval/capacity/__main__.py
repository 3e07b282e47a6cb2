"""`python -m eval.capacity`: prints docs/capacity.md; `measure` takes the rates anew."""

import argparse
import platform
import sys
from collections.abc import Sequence
from pathlib import Path

from eval.capacity.capacity_page import page
from eval.capacity.rates import RATES, read_rates, write_rates
from index.cores import usable_cores


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the page, or measure; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m eval.capacity", description=__doc__)
    parser.add_argument("--rates", type=Path, default=RATES, help="a file of rates")
    commands = parser.add_subparsers(dest="command")
    measuring = commands.add_parser("measure", help="measure the rates into that file")
    measuring.add_argument("corpora", type=Path, nargs="+", help="JSONL files of documents")
    measuring.add_argument("--passages", type=int, default=40_000, help="how many are indexed")
    given = parser.parse_args(arguments)
    if given.command is None:
        sys.stdout.write(page(read_rates(given.rates)))
        return 0
    from eval.capacity.measure import measure

    measured = measure(given.corpora, given.passages)
    names = " ".join(path.parent.name for path in given.corpora)
    about = {
        "command": f"python -m eval.capacity measure CORPUS… --passages {given.passages}",
        "machine": f"{usable_cores()} cores ({platform.machine()}; corpora: {names})",
    }
    write_rates({**about, **measured}, given.rates)
    return 0


if __name__ == "__main__":
    sys.exit(main())
