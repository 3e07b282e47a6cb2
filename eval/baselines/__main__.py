"""`python -m eval.baselines [NAME…] [--data DIR] [--write docs/figures.md]`: tables of figures.

`seeds`, `attribution` and `gold` are measured on the sets that come along; `qa` and `retrieval` on
those in DIR, the question sets in `tune/` and the retrieval sets in `ir/`. Questions of `qa` are
those on articles that the reader was neither trained on nor chosen by (`--part report`). Its
confidence was fitted to them among others, so that its calibration error is not shown:
`eval.calibration.calibrate` tells it by fits to other articles. Every row is one run of
`excerpt-eval`, whose command stands below the table; a run that was interrupted goes on.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.baselines.figures_page import with_table
from eval.commands.run_options import runs_folder
from eval.data.question_sets import packaged
from eval.errors import DataError
from eval.harness.attribution_runs import AttributionConfig, run_attribution
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
GOLD_SETS = ("tiny", "parts", "paraphrases")
FUSIONS = ("dense", "lexical", "rrf", "minmax", DEFAULT_FUSION)
READERS = ("fast", "sentence")
ATTRIBUTION = "attribution.jsonl"

_QA = ("F1", "best_EM", "best_F1")
_SEEDS = ("answerable_EM", "answerable_refused", "unanswerable_F1", "best_EM", "best_F1",
          "citation_precision", "abstention_AUROC", "ECE")  # fmt: skip
_ATTRIBUTION = ("F1", "precision", "recall", "false_speaker_rate")
_WITH_INTERVAL = ("F1",)

Cells = Sequence[str]


@dataclass(frozen=True, slots=True)
class Sources:
    """What tables are made from: the folder of data sets, that of runs, questions a set."""

    data: Path | None
    runs: Path
    limit: int

    def place(self, *names: str) -> Path:
        """Return the path of a data set.

        Raises:
            DataError: when no folder of them was named.
        """
        if self.data is None:
            raise DataError(f"{'/'.join(names)}: name the folder of data sets with --data")
        return self.data.joinpath(*names)


def markdown(header: Cells, rows: Sequence[Cells]) -> str:
    """Return a table as the page has it."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cells(run: Run, names: Sequence[str]) -> Iterator[str]:
    columns = run.columns
    measures = {each.name: each for each in MEASURES[run.plan.kind]}
    for name in names:
        value = run.measures[name]
        spread = interval(measures[name], columns) if name in _WITH_INTERVAL else None
        if value is None:
            yield "–"
        elif spread is None:
            yield _short(value)
        else:
            yield f"{_short(value)} ({_short(spread.low)} to {_short(spread.high)})"


def _short(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")


def qa_table(sources: Sources) -> str:
    """Ask every question set, each question of its own context and of all contexts."""
    rows = []
    for opened in (False, True):
        for name in QUESTION_SETS:
            path = sources.place("tune", f"{name}.jsonl")
            config = QAConfig(open=opened, part="report", limit=sources.limit)
            run = run_qa(path, sources.runs, config)
            rows.append((name + (", open" if opened else ""), str(run.plan.n), *_cells(run, _QA)))
            _say(f"{rows[-1][0]}: {run.folder}")
    limit = f"--limit {sources.limit}"
    command = f"excerpt-eval qa --data TUNE/SET.jsonl --part report {limit} [--open]"
    return f"{markdown(('', 'questions', *_QA), rows)}\n\n`{command}`"


def seeds_table(sources: Sources) -> str:
    """Ask the gold questions of the shipped article, with every reader that comes along."""
    rows = []
    for reader in READERS:
        run = run_qa("seeds", sources.runs, QAConfig(open=True, reader=reader))
        rows.append((reader, str(run.plan.n), *_cells(run, _SEEDS)))
        _say(f"seeds, {reader}: {run.folder}")
    command = "excerpt-eval qa --data seeds --open --reader NAME"
    return f"{markdown(('', 'questions', *_SEEDS), rows)}\n\n`{command}`"


def attribution_table(sources: Sources) -> str:
    """Say whose words the gold sentences report."""
    run = run_attribution(Path(packaged(ATTRIBUTION)), sources.runs, AttributionConfig())
    table = markdown(("sentences", *_ATTRIBUTION), [(str(run.plan.n), *_cells(run, _ATTRIBUTION))])
    return f"{table}\n\n`excerpt-eval attribution --data {ATTRIBUTION}`"


def _rankings(sources: Sources, sets: Sequence[str], places: Sequence[Path]) -> str:
    figures: dict[str, list[str]] = {fusion: [] for fusion in FUSIONS}
    for name, place in zip(sets, places, strict=True):
        split = any_split(place).split
        for fusion in FUSIONS:
            run = run_retrieval(place, split, sources.runs, IRConfig(fusion=fusion))
            figures[fusion].append(_short(run.measures["nDCG@10"] or 0.0))
        _say(f"{name}: done")
    return markdown(("nDCG@10", *sets), [(fusion, *cells) for fusion, cells in figures.items()])


def retrieval_table(sources: Sources) -> str:
    """Rank every retrieval set's documents with every fusion."""
    table = _rankings(
        sources, RETRIEVAL_SETS, [sources.place("ir", name) for name in RETRIEVAL_SETS]
    )
    return f"{table}\n\n`excerpt-eval retrieval --data IR/SET [--split train] --fusion NAME`"


def gold_table(sources: Sources) -> str:
    """Rank the documents of our own sets with every fusion."""
    table = _rankings(sources, GOLD_SETS, [Path(packaged(name)) for name in GOLD_SETS])
    return f"{table}\n\n`excerpt-eval retrieval --data SET --fusion NAME`"


OURS: dict[str, Callable[[Sources], str]] = {
    "seeds": seeds_table,
    "attribution": attribution_table,
    "gold": gold_table,
}
"""Tables of sets that come along."""

TABLES: dict[str, Callable[[Sources], str]] = {
    **OURS,
    "qa": qa_table,
    "retrieval": retrieval_table,
}


def _say(message: str) -> None:
    print(f"  {message}", file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print tables by the command line's options, or write them, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m eval.baselines", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        choices=[*TABLES, []],
        help="which (default: all, or those of the sets that come along where no --data is named)",
    )
    parser.add_argument("--data", type=Path, help="folder with tune/ and ir/")
    parser.add_argument("--limit", type=int, default=600, help="questions a set (default 600)")
    parser.add_argument("--runs", type=Path, help="folder that keeps runs")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="write them into this page")
    options = parser.parse_args(arguments)
    sources = Sources(options.data, runs_folder(options.runs), options.limit)
    try:
        for name in options.names or (OURS if options.data is None else TABLES):
            table = TABLES[name](sources)
            if options.write is None:
                print(f"\n{table}")
            else:
                page = options.write.read_text("utf-8")
                options.write.write_text(with_table(page, name, table), "utf-8")
    except ExcerptError as error:
        print(f"eval.baselines: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
