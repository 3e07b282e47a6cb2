"""`python -m eval.assertion affirmed --data FILE`, and `yes-no --data FILE`."""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from eval.assertion.affirmed import called
from eval.assertion.yes_no_report import decided
from eval.data.question_sets import read_questions
from index.errors import ExcerptError


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure how the polarity of answers is read, or what decides yes or no."""
    parser = argparse.ArgumentParser(prog="python -m eval.assertion", description=main.__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    affirmed = commands.add_parser("affirmed", help="gold answers that are called not affirmed")
    affirmed.add_argument("--show", action="store_true", help="print each of them")
    yes_no = commands.add_parser("yes-no", help="what is decided, and how much of it is right")
    for command in (affirmed, yes_no):
        command.add_argument("--data", type=Path, required=True)
    options = parser.parse_args(arguments)
    try:
        print(_affirmed(options) if options.command == "affirmed" else _yes_no(options))
    except ExcerptError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _affirmed(options: argparse.Namespace) -> str:
    every = list(called(read_questions(options.data)))
    other = [each for each in every if each.polarity != "affirmed"]
    shown = [
        f"{each.polarity} [{each.cue}] {each.question} {each.answer!r}\n    {each.sentence}"
        for each in (other if options.show else [])
    ]
    share = len(other) / max(1, len(every))
    counts = ", ".join(f"{name} {n}" for name, n in Counter(e.polarity for e in other).items())
    summary = f"{len(other)} of {len(every)} gold answers ({share:.2%}) not affirmed: {counts}"
    return "\n".join((*shown, summary))


def _yes_no(options: argparse.Namespace) -> str:
    every = list(decided(options.data))
    said = [each for each in every if each.here is not None]
    right = sum(each.here == each.people for each in said)
    share = right / max(1, len(said))
    return f"{len(said)} of {len(every)} questions decided, {right} of them right ({share:.1%})"


if __name__ == "__main__":
    sys.exit(main())
