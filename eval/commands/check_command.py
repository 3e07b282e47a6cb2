"""`excerpt-eval check`."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from eval.commands.run_options import Json, Runs, runs_folder
from eval.commands.run_output import print_json, say, summary
from eval.errors import RunError
from eval.runs.check import Baseline, check, load_baseline, save_baseline
from eval.runs.record import Run


def _data(baseline: Baseline, named: str | None) -> str:
    """Return what to measure on: what was named, or the set of the package with that name."""
    from eval.data.question_sets import packaged

    return named or str(packaged(baseline.data))


def _runner(baseline: Baseline, data: str, runs: Path) -> Callable[[], Run]:
    """Return the measurement that made the baseline, or fail for what its options lack or add."""
    from eval.harness.attribution_runs import AttributionConfig, run_attribution
    from eval.harness.ir import IRConfig, run_retrieval
    from eval.harness.qa import QAConfig, run_qa

    options = dict(baseline.options)
    if baseline.kind == "retrieval":
        split = options.pop("split")
        return partial(run_retrieval, Path(data), split, runs, IRConfig(**options))
    if baseline.kind == "attribution":
        return partial(run_attribution, Path(data), runs, AttributionConfig(**options))
    return partial(run_qa, data, runs, QAConfig(**options))


def rerun(baseline: Baseline, data: str, runs: Path) -> Run:
    """Do again what made the baseline, with the code and models of now.

    Raises:
        RunError: when its options are not those of a measurement of its kind.
    """
    try:
        measured = _runner(baseline, data, runs)
    except (KeyError, TypeError, ValueError) as error:
        raise RunError(
            f"{baseline.path}: its options {baseline.options} are not those of "
            f"excerpt-eval {baseline.kind} ({error}); make it again with --save"
        ) from error
    return measured()


def run_check(
    baseline: Annotated[list[Path], typer.Option("--baseline", help="A kept baseline.")],
    data: Annotated[
        str | None, typer.Option("--data", help="The data, where it does not come with us.")
    ] = None,
    update: Annotated[
        bool, typer.Option("--update", help="Accept what is measured now as the baseline.")
    ] = False,
    runs: Runs = None,
    as_json: Json = False,
) -> None:
    """Fail when a measure dropped below its baseline by more than its noise."""
    checked = []
    for path in baseline:
        kept = load_baseline(path)
        run = rerun(kept, _data(kept, data), runs_folder(runs))
        if update:
            save_baseline(run, kept.options, path)
            said = f"now what {run.folder} measured"
        else:
            check(run, kept)
            said = f"{run.plan.n} questions, no measure dropped by more than noise"
        if not as_json:
            say(f"{path}: {said}")
        checked.append({"baseline": str(path), "updated": update, **summary(run)})
    if as_json:
        print_json({"checked": checked})
