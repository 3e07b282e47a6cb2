"""Questions over documents: read, and their answers found in the extracted text."""

import json
from pathlib import Path

import pytest

from eval.data.document_sets import ExpectedAnswer, read_document_questions, read_set, resolve
from eval.errors import DataError
from index.types import Span

ROW = {
    "id": "quay-1", "file": "quay.txt", "question": "How deep is the quay?", "kind": "number",
    "style": "plain", "twist": None, "answerable": True, "yes_no": None,
    "answers": [{"text": "9 metres", "within": "quay is 9 metres deep"}],
}  # fmt: skip


def written(folder: Path, **changes: object) -> Path:
    path = folder / "quay.jsonl"
    path.write_text(json.dumps(ROW | changes) + "\n\n", "utf-8")
    return path


def test_a_question_is_read_and_its_answer_found(tmp_path: Path) -> None:
    question = read_document_questions(written(tmp_path))[0]
    text = "The lock is 9 metres wide. The quay\n   is 9\nmetres deep."
    assert question.answerable
    assert [span.of(text) for span in resolve(question.answers[0], text)] == ["9\nmetres"]
    assert resolve(ExpectedAnswer("9 metres", "the pier is 9 metres"), text) == []
    assert resolve(ExpectedAnswer("lock", "The lock"), text) == [Span(4, 8)]


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    for changes in ({"answerable": False}, {"answers": [{"text": "9"}]}):
        with pytest.raises(DataError, match="line 1"):
            read_document_questions(written(tmp_path, **changes))


def test_a_set_is_described(tmp_path: Path) -> None:
    path = tmp_path / "quay.toml"
    path.write_text(
        'name = "quay"\nkind = "manual"\npackages = ["quay=1"]\nfiles = ["a/b.txt"]\n'
        'licence = "MIT"\nsplit = "report"\n'
    )
    assert (read_set(path).files, read_set(path).split) == (("a/b.txt",), "report")
    path.write_text('name = "quay"\n')
    with pytest.raises(DataError, match="kind"):
        read_set(path)
