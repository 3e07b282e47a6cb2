"""`excerpt-eval check`."""

from pathlib import Path
from typing import Annotated

import typer

from eval.commands.options import Runs, runs_folder
from eval.commands.output import say
from eval.runs.check import Baseline, check, load_baseline, save_baseline
from eval.runs.record import Run


def _data(baseline: Baseline, named: str | None) -> str:
    """Return what to measure on: what was named, or the set of the package with that name."""
    from eval.data.questions import packaged

    return named or str(packaged(baseline.data))


def rerun(baseline: Baseline, data: str, runs: Path) -> Run:
    """Do again what made the baseline, with the code and models of now."""
    from eval.harness.attribution import AttributionConfig, run_attribution
    from eval.harness.ir import IRConfig, run_retrieval
    from eval.harness.qa import QAConfig, run_qa

    options = dict(baseline.options)
    if baseline.kind == "retrieval":
        return run_retrieval(Path(data), options.pop("split"), runs, IRConfig(**options))
    if baseline.kind == "attribution":
        return run_attribution(Path(data), runs, AttributionConfig(**options))
    return run_qa(data, runs, QAConfig(**options))


def run_check(
    baseline: Annotated[list[Path], typer.Option("--baseline", help="A kept baseline.")],
    data: Annotated[
        str | None, typer.Option("--data", help="The data, where it does not come with us.")
    ] = None,
    update: Annotated[
        bool, typer.Option("--update", help="Accept what is measured now as the baseline.")
    ] = False,
    runs: Runs = None,
) -> None:
    """Fail when a measure dropped below its baseline by more than its noise."""
    for path in baseline:
        kept = load_baseline(path)
        run = rerun(kept, _data(kept, data), runs_folder(runs))
        if update:
            save_baseline(run, kept.options, path)
            say(f"{path}: now what {run.folder} measured")
            continue
        check(run, kept)
        say(f"{path}: {run.plan.n} questions, no measure dropped by more than noise")
