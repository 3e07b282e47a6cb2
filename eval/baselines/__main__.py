"""`python -m eval.baselines [qa] [retrieval] --data DIR`: the README's tables of figures.

DIR holds the question sets in `tune/` and the retrieval sets in `ir/`. Questions are those on
articles that the reader was neither trained on nor chosen by (`--part report`). Its confidence was
fitted to them among others, so that its calibration error is not shown:
`eval.calibration.calibrate` tells it by fits to other articles. Every row is one run of
`excerpt-eval`, whose command stands below the table; a run that was interrupted goes on.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from eval.commands.options import runs_folder
from eval.harness.ir import IRConfig, run_retrieval
from eval.harness.qa import QAConfig, run_qa
from eval.measures import MEASURES
from eval.peers.excerpts import any_split
from eval.runs.record import Run
from eval.runs.statistics import interval
from index.errors import ExcerptError
from retrieval.search.fusion import DEFAULT_FUSION

QUESTION_SETS = ("squad1", "squad2", "fairytaleqa", "omosqa")
RETRIEVAL_SETS = ("scifact", "cranfield", "cisi", "cacm", "lisa")
FUSIONS = ("dense", "lexical", "rrf", "minmax", DEFAULT_FUSION)

_QA_COLUMNS = ("EM", "F1", "answerable_F1", "unanswerable_F1", "best_EM", "best_F1",
               "citation_precision", "abstention_AUROC")  # fmt: skip
_WITH_INTERVAL = ("F1",)

Cells = Sequence[str]


def markdown(header: Cells, rows: Sequence[Cells]) -> str:
    """Return a table as the README has it."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cells(run: Run) -> Iterator[str]:
    columns = run.columns
    measures = {each.name: each for each in MEASURES["qa"]}
    for name in _QA_COLUMNS:
        value = run.measures[name]
        found = interval(measures[name], columns) if name in _WITH_INTERVAL else None
        if value is None:
            yield "–"
        elif found is None:
            yield _short(value)
        else:
            yield f"{_short(value)} ({_short(found.low)} to {_short(found.high)})"


def _short(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")


def qa_table(data: Path, runs: Path, limit: int) -> str:
    """Ask every question set, each question of its own context and of all contexts."""
    rows = []
    for opened in (False, True):
        for name in QUESTION_SETS:
            path = data / "tune" / f"{name}.jsonl"
            run = run_qa(path, runs, QAConfig(open=opened, part="report", limit=limit))
            rows.append((name + (", open" if opened else ""), str(run.plan.n), *_cells(run)))
            _say(f"{rows[-1][0]}: {run.folder}")
    command = f"excerpt-eval qa --data TUNE/SET.jsonl --part report --limit {limit} [--open]"
    return f"{markdown(('', 'questions', *_QA_COLUMNS), rows)}\n\n`{command}`"


def retrieval_table(data: Path, runs: Path, _limit: int) -> str:
    """Rank every retrieval set's documents with every fusion."""
    figures: dict[str, list[str]] = {fusion: [] for fusion in FUSIONS}
    for name in RETRIEVAL_SETS:
        folder = data / "ir" / name
        split = any_split(folder).split
        for fusion in FUSIONS:
            run = run_retrieval(folder, split, runs, IRConfig(fusion=fusion))
            figures[fusion].append(_short(run.measures["nDCG@10"] or 0.0))
        _say(f"{name}: done")
    table = markdown(("nDCG@10", *RETRIEVAL_SETS), [(f, *cells) for f, cells in figures.items()])
    return f"{table}\n\n`excerpt-eval retrieval --data IR/SET [--split train] --fusion NAME`"


TABLES: dict[str, Callable[[Path, Path, int], str]] = {
    "qa": qa_table,
    "retrieval": retrieval_table,
}


def _say(message: str) -> None:
    print(f"  {message}", file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print tables by the command line's options and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m eval.baselines", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*TABLES, []], help="which (default: both)")
    parser.add_argument("--data", type=Path, required=True, help="folder with tune/ and ir/")
    parser.add_argument("--limit", type=int, default=600, help="questions a set (default 600)")
    parser.add_argument("--runs", type=Path, help="folder that keeps runs")
    options = parser.parse_args(arguments)
    try:
        for name in options.names or TABLES:
            print(f"\n{TABLES[name](options.data, runs_folder(options.runs), options.limit)}")
    except ExcerptError as error:
        print(f"eval.baselines: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
