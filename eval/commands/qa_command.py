"""`excerpt-eval qa`."""

from pathlib import Path
from typing import Annotated

import typer

from eval.commands.run_options import Json, Limit, Runs, Save, can_write, runs_folder
from eval.commands.run_output import print_run, write_lines
from eval.data.splits import Part


def qa(
    data: Annotated[
        str, typer.Option("--data", help="SQuAD JSON, QA JSONL or CSV; 'seeds' is our gold set.")
    ],
    open_: Annotated[
        bool, typer.Option("--open", help="Retrieve from all the contexts, not its own alone.")
    ] = False,
    index: Annotated[
        Path | None, typer.Option("--index", help="Ask this index instead of the contexts.")
    ] = None,
    predictions: Annotated[
        Path | None, typer.Option("--predictions", help="Write one JSON line a question.")
    ] = None,
    reader: Annotated[str | None, typer.Option("--reader", help="A reader by name.")] = None,
    fusion: Annotated[str | None, typer.Option("--fusion", help="A fusion by name.")] = None,
    k: Annotated[int, typer.Option("-k", min=1, help="Answers to ask for.")] = 3,
    read: Annotated[int, typer.Option("--read", min=1, help="Passages to read.")] = 8,
    part: Annotated[
        Part | None,
        typer.Option(
            "--part",
            help="Ask on articles of this part of the reader's split alone; "
            "it was trained on `train`, so `report` is what it does on others.",
        ),
    ] = None,
    limit: Limit = None,
    threads: Annotated[int, typer.Option("--threads", min=1, help="Questions at once.")] = 2,
    runs: Runs = None,
    save: Save = None,
    as_json: Json = False,
) -> None:
    """Measure answers: how often right, cited, honestly refused, and how sure."""
    from eval.harness.qa import QAConfig, run_qa
    from eval.harness.results import prediction
    from eval.runs.check import save_baseline

    can_write(predictions)
    can_write(save)
    config = QAConfig(open_, index, reader, fusion, k, read, part, limit, threads)
    run = run_qa(data, runs_folder(runs), config)
    if predictions is not None:
        write_lines(predictions, run.rows, prediction)
    if save is not None:
        save_baseline(run, config.facts(), save)
    print_run(run, as_json=as_json)
