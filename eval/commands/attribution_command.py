"""`excerpt-eval attribution`."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from eval.commands.run_options import Json, Limit, Runs, Save, can_write, runs_folder
from eval.commands.run_output import print_run, write_lines


def attribution(
    data: Annotated[
        Path, typer.Option("--data", help="JSONL {sentence, speakers}, or attribution.jsonl, ours.")
    ],
    predictions: Annotated[
        Path | None, typer.Option("--predictions", help="Write {speaker, stance}, one a line.")
    ] = None,
    limit: Limit = None,
    runs: Runs = None,
    save: Save = None,
    as_json: Json = False,
) -> None:
    """Measure who said it, on sentences with their speakers."""
    from eval.data.question_sets import packaged
    from eval.harness.attribution_runs import AttributionConfig, prediction, run_attribution
    from eval.runs.check import save_baseline

    can_write(predictions)
    can_write(save)
    config = AttributionConfig(limit)
    run = run_attribution(Path(packaged(str(data))), runs_folder(runs), config)
    if predictions is not None:
        write_lines(predictions, run.rows, prediction)
    if save is not None:
        save_baseline(run, asdict(config), save)
    print_run(run, as_json=as_json)
