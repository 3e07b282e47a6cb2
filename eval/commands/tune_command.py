"""`excerpt-eval tune`."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from eval.commands.run_options import Json, Limit, Runs, runs_folder
from eval.commands.run_output import print_json
from eval.errors import DataError

_FEWEST = 20


def tune(
    data: Annotated[
        str,
        typer.Option(
            "--data",
            help="A BEIR folder, named as for `retrieval` (fusion, depth, passage size), or "
            "questions, named as for `qa` (the threshold of not_found).",
        ),
    ],
    split: Annotated[str, typer.Option("--split", help="Which qrels.")] = "test",
    tokens: Annotated[
        list[int] | None, typer.Option("--tokens", min=16, help="Passage sizes to try as well.")
    ] = None,
    reader: Annotated[str | None, typer.Option("--reader", help="A reader by name.")] = None,
    open_: Annotated[bool, typer.Option("--open", help="Ask over all the contexts.")] = False,
    limit: Limit = None,
    runs: Runs = None,
    as_json: Json = False,
) -> None:
    """Choose settings by cross-validation; no change where the gain is within noise."""
    from eval.data.question_sets import SEEDS, packaged

    place = Path(packaged(data))
    if place.is_dir() and data != SEEDS:
        found = _retrieval(place, split, tokens or [], limit)
    else:
        found = _threshold(data, runs_folder(runs), reader, open_, limit)
    if as_json:
        print_json(found)
        return
    print(f"{found['data']}: {found['n']} questions, {found['measure']}")
    print(f"  in use        {found['current_value']:.4f}  {found['current']}")
    gain = found["gain"]
    print(f"  held-out gain {gain['value']:+.4f}  (95 % interval {gain['low']:+.4f} to "
          f"{gain['high']:+.4f})")  # fmt: skip
    print(f"  recommended   {found['chosen']}: {found['reason']}")


def _enough(data: str, count: int) -> None:
    if count < _FEWEST:
        raise DataError(f"{data}: has {count} questions to tune on; {_FEWEST} are the fewest")


def _retrieval(place: Path, split: str, tokens: list[int], limit: int | None) -> dict[str, Any]:
    from eval.tuning.choose import choose
    from eval.tuning.sweep import TUNED, measure_settings

    grid = measure_settings(place, split, tokens, limit)
    _enough(grid.data, len(grid.queries))
    found = choose(grid.values, grid.queries, is_floor=lambda setting: setting.is_arm)
    arms = {name: max(float(values.mean()) for setting, values in grid.values.items()
                      if setting.fusion == name) for name in ("dense", "lexical")}  # fmt: skip
    return {"data": grid.data, "n": len(grid.queries), "measure": TUNED, "arms": arms,
            **asdict(found), "changes": found.changes}  # fmt: skip


def _threshold(
    data: str, runs: Path, reader: str | None, opened: bool, limit: int | None
) -> dict[str, Any]:
    from eval.harness.qa import QAConfig, run_qa
    from eval.tuning.choose import choose
    from eval.tuning.thresholds import threshold_values

    run = run_qa(data, runs, QAConfig(open=opened, reader=reader, limit=limit))
    ids, values = threshold_values(run)
    _enough(run.plan.data, len(ids))
    if run.measures["abstention_AUROC"] is None:
        raise DataError(f"{data}: a threshold needs answerable and unanswerable questions")
    found = choose(values, ids)
    return {"data": run.plan.data, "n": len(ids), "measure": "F1", "run": str(run.folder),
            **asdict(found), "changes": found.changes}  # fmt: skip
