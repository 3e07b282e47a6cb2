"""`python -m eval.baselines` makes the tables of figures and writes them into their page."""

import json
import shutil
from pathlib import Path

import pytest

from eval.baselines import __main__ as baselines
from eval.baselines.figures_page import shown
from eval.data.question_sets import packaged
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


def test_the_tables_of_data_sets(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs = str(data / "runs")
    names = ["qa", "retrieval", "--data", str(data)]
    assert baselines.main([*names, "--runs", runs, "--limit", "4"]) == 0
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


def test_a_data_set_of_which_no_folder_is_named_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert baselines.main(["retrieval", "--runs", str(tmp_path)]) == 1
    assert "--data" in capsys.readouterr().err


def test_what_comes_along_is_written_between_its_markers(tmp_path: Path) -> None:
    page = tmp_path / "figures.md"
    page.write_text("Above.\n<!-- baselines: attribution -->\nold\n<!-- end -->\nBelow \\1.\n")
    options = ["attribution", "--runs", str(tmp_path / "runs"), "--write", str(page)]
    assert baselines.main(options) == 0
    made = page.read_text("utf-8")
    assert (made.startswith("Above.\n"), made.endswith("Below \\1.\n")) == (True, True)
    assert "old" not in made
    assert float(shown(made, "attribution").splitlines()[2].split(" | ")[2]) > 0.5
    assert baselines.main(options) == 0
    assert page.read_text("utf-8") == made


def test_a_page_without_the_place_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (page := tmp_path / "figures.md").write_text("nothing\n")
    options = ["attribution", "--runs", str(tmp_path / "runs"), "--write", str(page)]
    assert baselines.main(options) == 1
    assert "'attribution'" in capsys.readouterr().err
    assert page.read_text() == "nothing\n"


PAGE = (Path(__file__).parents[2] / "docs" / "figures.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "columns", "rows"),
    [
        ("seeds", ("", "questions", *baselines._SEEDS), baselines.READERS),
        ("attribution", ("sentences", *baselines._ATTRIBUTION), None),
        ("gold", ("nDCG@10", *baselines.GOLD_SETS), baselines.FUSIONS),
        ("retrieval", ("nDCG@10", *baselines.RETRIEVAL_SETS), baselines.FUSIONS),
        (
            "qa",
            ("", "questions", *baselines._QA),
            [f"{name}{way}" for way in ("", ", open") for name in baselines.QUESTION_SETS],
        ),
    ],
)
def test_the_page_has_every_table_as_it_is_made(
    name: str, columns: tuple[str, ...], rows: list[str] | None
) -> None:
    header, rule, *body = shown(PAGE, name).split("\n\n")[0].splitlines()
    assert [cell.strip() for cell in header.strip("|").split("|")] == list(columns)
    assert rule == "| " + " | ".join(["---"] * len(columns)) + " |"
    names = [line.split("|")[1].strip() for line in body]
    assert rows is None or names == [row for row in rows if row in names]
    assert rows is None or names == list(rows) or name not in baselines.OURS
    assert all("." in line for line in body)
    assert shown(PAGE, name).split("\n\n")[1].startswith("`excerpt-eval ")
