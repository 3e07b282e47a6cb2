"""`python -m eval.baselines` prints a row a set and way of asking, from runs that are kept."""

import json
import shutil
from pathlib import Path

import pytest

from eval.baselines import __main__ as baselines
from eval.data.questions import packaged
from eval.data.splits import squad2_part

TITLES = [f"Article {n}" for n in range(40)]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "tune").mkdir()
    for name in baselines.QUESTION_SETS:
        rows = [
            {"title": title, "context": f"{title} was written by Ann Lee {n} of Brann.",
             "question": f"Who wrote {title}?", "answers": [f"Ann Lee {n}"]}
            for n, title in enumerate(TITLES)
        ]  # fmt: skip
        (tmp_path / "tune" / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)))
    for name in baselines.RETRIEVAL_SETS:
        shutil.copytree(packaged("tiny"), tmp_path / "ir" / name)
    return tmp_path


def test_the_readmes_tables(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs = str(data / "runs")
    assert baselines.main(["--data", str(data), "--runs", runs, "--limit", "4"]) == 0
    rows = [line.strip("| ").split(" | ") for line in capsys.readouterr().out.splitlines()
            if line.startswith("| ")]  # fmt: skip
    asked = [row for row in rows if row[0].split(",")[0] in baselines.QUESTION_SETS]
    assert [row[0] for row in asked] == [
        *baselines.QUESTION_SETS, *(f"{name}, open" for name in baselines.QUESTION_SETS)
    ]  # fmt: skip
    assert {row[1] for row in asked} == {"4"}
    ranked = {row[0]: row[1:] for row in rows if row[0] in baselines.FUSIONS}
    assert len(ranked) == len(baselines.FUSIONS)
    assert all(len(set(cells)) == 1 and 0.5 < float(cells[0]) < 1 for cells in ranked.values())
    kept = [json.loads(path.read_text()) for path in (data / "runs").glob("*/run.json")]
    assert len(kept) == 8 + 25
    parts = {run["plan"]["config"]["part"] for run in kept if run["plan"]["kind"] == "qa"}
    assert parts == {"report"}
    assert sum(squad2_part(title) == "report" for title in TITLES) >= 4


def test_a_set_that_is_not_there_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert baselines.main(["qa", "--data", str(tmp_path), "--runs", str(tmp_path)]) == 1
    assert "squad1.jsonl" in capsys.readouterr().err
