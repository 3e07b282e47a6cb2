"""No measure of the shipped engine has dropped below what was last accepted."""

from importlib.resources import files
from pathlib import Path

import pytest

from eval.commands.check_command import rerun
from eval.data.question_sets import packaged
from eval.runs.check import check, load_baseline

BASELINES = sorted((Path(str(files("eval"))) / "baselines").glob("*.json"))


@pytest.mark.parametrize("path", BASELINES, ids=[path.stem for path in BASELINES])
def test_no_measure_dropped(
    path: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    baseline = load_baseline(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
        check(rerun(baseline, str(packaged(baseline.data)), tmp_path), baseline)


def test_there_are_baselines_for_retrieval_answers_and_speakers() -> None:
    kinds = {load_baseline(path).kind for path in BASELINES}
    assert kinds >= {"retrieval", "qa", "attribution"}
