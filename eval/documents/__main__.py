"""`python -m eval.documents fetch --into FOLDER`, and `ask --data FOLDER`."""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from eval.data.document_sets import SETS, DocumentSet, read_document_questions, read_set
from eval.documents.fetch import fetch
from eval.documents.outcomes import Outcome, outcomes, write
from eval.documents.summary import table
from index.errors import ExcerptError

"""The sets that come with the repository."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch the documents of the question sets, or ask their questions."""
    parser = argparse.ArgumentParser(prog="python -m eval.documents", description=main.__doc__)
    parser.add_argument("--sets", type=Path, default=SETS, help="folder of SET.toml and SET.jsonl")
    commands = parser.add_subparsers(dest="command", required=True)
    fetching = commands.add_parser("fetch", help="take the documents out of Debian's packages")
    fetching.add_argument("--into", type=Path, required=True)
    asking = commands.add_parser("ask", help="index each set and ask its questions")
    asking.add_argument("--data", type=Path, required=True, help="where they were fetched into")
    asking.add_argument("--part", choices=("calibrate", "report"), help="only sets of this split")
    asking.add_argument("--set", action="append", help="only this set; can be given again")
    asking.add_argument("--reader", default="fast")
    asking.add_argument("--outcomes", type=Path, help="write a line of JSON a question here")
    options = parser.parse_args(arguments)
    try:
        run = _fetch if options.command == "fetch" else _ask
        run(options)
    except ExcerptError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _fetch(options: argparse.Namespace) -> None:
    for path in sorted(options.sets.glob("*.toml")):
        each = read_set(path)
        fetch(each, options.into / each.name)
        print(f"{each.name}: {len(each.files)} files")


def _ask(options: argparse.Namespace) -> None:
    every = [outcome for each in _selected(options) for outcome in _outcomes(each, options)]
    if options.outcomes:
        options.outcomes.write_text("\n".join(map(write, every)) + "\n", encoding="utf-8")
    print(table(f"{len(every)} questions, reader {options.reader}", every))


def _selected(options: argparse.Namespace) -> Iterator[DocumentSet]:
    for path in sorted(options.sets.glob("*.toml")):
        each = read_set(path)
        if options.part in (None, each.split) and each.name in (options.set or [each.name]):
            yield each


def _outcomes(each: DocumentSet, options: argparse.Namespace) -> Iterator[Outcome]:
    questions = read_document_questions(options.sets / f"{each.name}.jsonl")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "index"
        yield from outcomes(each.name, options.data / each.name, place, questions, options.reader)


if __name__ == "__main__":
    sys.exit(main())
