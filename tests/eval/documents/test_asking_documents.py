"""Question sets over real documents: their files, and what counts as right."""

import json
from pathlib import Path

import pytest

from eval.data.document_sets import read_document_questions, read_set
from eval.documents.__main__ import SETS, main
from eval.documents.outcomes import outcomes
from eval.documents.summary import table

PAGE = """<html><head><title>Kiln</title></head><body><h1>The kiln</h1>
<p>The kiln is fired  every
Friday by Mara Holt. It holds at most 40 bowls.</p></body></html>"""
ROWS = [
    {
        "id": "k-1",
        "file": "kiln.html",
        "question": "Who fires the kiln?",
        "kind": "name",
        "style": "plain",
        "twist": None,
        "answerable": True,
        "answers": [{"text": "Mara Holt", "within": "every Friday by Mara Holt."}],
        "yes_no": None,
    },
    {
        "id": "k-2",
        "file": "kiln.html",
        "question": "Who painted the harbour mural in Quito?",
        "kind": "name",
        "style": "plain",
        "twist": "topic",
        "answerable": False,
        "answers": [],
        "yes_no": None,
    },
]


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    (tmp_path / "kiln.toml").write_text(
        'name = "kiln"\nkind = "manual"\npackages = ["kiln=1"]\nfiles = ["kiln.html"]\n'
        'licence = "MIT"\nsplit = "report"\n'
    )
    (tmp_path / "kiln.jsonl").write_text("\n".join(map(json.dumps, ROWS)))
    return tmp_path


def test_every_set_that_comes_along_can_be_read() -> None:
    named = [read_set(path) for path in sorted(SETS.glob("*.toml"))]
    assert {each.kind for each in named} == {
        "manual", "policy", "faq", "changes", "speech", "howto"
    }  # fmt: skip
    assert {each.split for each in named} == {"train", "calibrate", "report"}
    for each in named:
        rows = read_document_questions(SETS / f"{each.name}.jsonl")
        assert len({row.id for row in rows}) == len(rows) > 100
        assert {row.file for row in rows} <= set(each.files)
        assert 0.2 < sum(not row.answers for row in rows) / len(rows) < 0.5


def test_questions_are_asked_of_an_index_of_the_files(sets: Path, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "kiln.html").write_text(PAGE)
    questions = read_document_questions(sets / "kiln.jsonl")
    found = list(outcomes("kiln", folder, tmp_path / "index", questions, "fast"))
    assert [each.right for each in found] == [True, False]
    assert found[0].found
    assert found[1].verdict == "not_found"
    assert "k-" not in str(table("Kiln", found))
    assert "set kiln" in str(table("Kiln", found))


def test_the_command_asks_the_sets_of_a_split(
    sets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data" / "kiln"
    folder.mkdir(parents=True)
    (folder / "kiln.html").write_text(PAGE)
    ask = ["--sets", str(sets), "ask", "--data", str(tmp_path / "data"), "--part"]
    written = tmp_path / "outcomes.jsonl"
    assert main([*ask, "report", "--outcomes", str(written)]) == 0
    assert "2 questions, reader fast" in capsys.readouterr().out
    assert [json.loads(line)["id"] for line in written.read_text().splitlines()] == ["k-1", "k-2"]
    assert main([*ask, "calibrate"]) == 0
    assert "0 questions" in capsys.readouterr().out
