"""The check against pytrec_eval passes on true figures and fails on figures that are off."""

from dataclasses import replace
from pathlib import Path

import pytest

from eval import cross_check
from eval.data.question_sets import packaged
from eval.harness.ir import IRConfig, run_retrieval
from eval.runs.trec import write_run

TINY = Path(packaged("tiny"))


@pytest.fixture
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.mark.usefixtures("cache")
def test_our_figures_are_pytrec_evals(capsys: pytest.CaptureFixture[str]) -> None:
    assert cross_check.main(["--data", str(TINY)]) == 0
    assert "26" in capsys.readouterr().out
    assert cross_check.main(["--data", str(TINY.parent)]) == 0


@pytest.mark.usefixtures("cache")
def test_figures_that_are_off_are_seen(tmp_path: Path) -> None:
    run = run_retrieval(TINY, "test", tmp_path, IRConfig())
    write_run(tmp_path / "run.trec", run)
    theirs = cross_check.peer_scores(tmp_path / "run.trec", TINY / "qrels" / "test.tsv")
    assert cross_check.agreement(run, theirs).holds
    for name in ("nDCG@10", "RR@10", "AP@100", "R@100"):
        off = replace(run, measures={**run.measures, name: (run.measures[name] or 0) + 2e-6})
        assert not cross_check.agreement(off, theirs).holds
    rankings = (tmp_path / "run.trec").read_text().splitlines()
    (tmp_path / "run.trec").write_text("\n".join(rankings[:-50]) + "\n")
    fewer = cross_check.peer_scores(tmp_path / "run.trec", TINY / "qrels" / "test.tsv")
    assert not cross_check.agreement(run, fewer).holds


def test_a_folder_without_sets_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cross_check.main(["--data", str(tmp_path)]) == 1
    assert "has no BEIR folder" in capsys.readouterr().err
