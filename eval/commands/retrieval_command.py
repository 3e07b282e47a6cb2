"""`excerpt-eval retrieval`."""

from pathlib import Path
from typing import Annotated

import typer

from eval.commands.run_options import Json, Limit, Runs, Save, can_write, runs_folder
from eval.commands.run_output import print_run


def retrieval(
    data: Annotated[
        Path,
        typer.Option(
            "--data",
            help="A BEIR folder; 'tiny', 'parts' and 'paraphrases' are ours where there is "
            "none of that name.",
        ),
    ],
    split: Annotated[str, typer.Option("--split", help="Which qrels.")] = "test",
    run: Annotated[Path | None, typer.Option("--run", help="Write a TREC run.")] = None,
    fusion: Annotated[str | None, typer.Option("--fusion", help="A fusion by name.")] = None,
    model: Annotated[str | None, typer.Option("--model", help="An embedder by name.")] = None,
    limit: Limit = None,
    runs: Runs = None,
    save: Save = None,
    as_json: Json = False,
) -> None:
    """Measure rankings of documents, each scored by its best passage."""
    from eval.data.question_sets import packaged
    from eval.harness.ir import IRConfig, run_retrieval
    from eval.runs.check import save_baseline
    from index.embedding import DEFAULT_MODEL

    can_write(run)
    can_write(save)
    config = IRConfig(fusion, model or DEFAULT_MODEL, limit)
    done = run_retrieval(Path(packaged(str(data))), split, runs_folder(runs), config, run)
    if save is not None:
        named = {"model": model} if model else {}  # without it, the default of the day is checked
        save_baseline(done, {"split": split, "fusion": fusion, "limit": limit, **named}, save)
    print_run(done, as_json=as_json)
