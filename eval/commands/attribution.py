"""`excerpt-eval attribution`."""

from pathlib import Path
from typing import Annotated

import typer

from eval.commands.options import Json, Limit, Runs, can_write, runs_folder
from eval.commands.output import print_run, write_lines


def attribution(
    data: Annotated[Path, typer.Option("--data", help="JSONL {sentence, speakers}.")],
    predictions: Annotated[
        Path | None, typer.Option("--predictions", help="Write {speaker, stance}, one a line.")
    ] = None,
    limit: Limit = None,
    runs: Runs = None,
    as_json: Json = False,
) -> None:
    """Measure who said it, on sentences with their speakers."""
    from eval.harness.attribution import prediction, run_attribution

    can_write(predictions)
    run = run_attribution(data, runs_folder(runs), limit)
    if predictions is not None:
        write_lines(predictions, run.rows, prediction)
    print_run(run, as_json=as_json)
