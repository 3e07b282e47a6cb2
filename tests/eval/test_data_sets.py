"""Data sets are read, or refused with every fault and its line."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from eval.data import read_attribution, read_beir, read_questions
from eval.data.question_sets import packaged
from eval.errors import DataError
from index.types import Span

CONTEXT = "Café Müller opened in 1978. 🎭 Pina Bausch made it."


def jsonl(path: Path, *rows: Any) -> Path:
    lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def row(identity: str, **more: Any) -> dict[str, Any]:
    answers = [{"text": "Pina Bausch", "start": CONTEXT.index("Pina")}]
    return {
        "id": identity, "title": "Dance", "context": CONTEXT, "question": "Who made it?",
        "answers": answers, "answerable": True, **more,
    }  # fmt: skip


def beir(folder: Path, qrels: str = "query-id\tcorpus-id\tscore\nq1\td1\t2\n") -> Path:
    (folder / "qrels").mkdir(parents=True)
    jsonl(folder / "corpus.jsonl", {"_id": "d1", "title": "T", "text": "x"},
          {"_id": "d2", "text": "y"})  # fmt: skip
    jsonl(folder / "queries.jsonl", {"_id": "q1", "text": "x?"}, {"_id": "q2", "text": "y?"})
    (folder / "qrels" / "test.tsv").write_text(qrels, "utf-8")
    return folder


def test_qa_rows_share_their_contexts(tmp_path: Path) -> None:
    found = read_questions(jsonl(tmp_path / "qa.jsonl", row("1"), "", row("2")))
    assert [question.id for question in found.questions] == ["1", "2"]
    (context,) = found.contexts.values()
    assert context.text == CONTEXT
    span = found.questions[0].answers[0].span
    assert span is not None
    assert span.of(context.text) == "Pina Bausch"


def test_squad_json(tmp_path: Path) -> None:
    asked = [
        {"id": "a", "question": "When?", "answers": [{"text": "1978", "answer_start": 22}]},
        {"id": "b", "question": "Why?", "answers": [], "is_impossible": True},
    ]
    paragraphs = [{"context": CONTEXT, "qas": asked}]
    data = {"version": "v2.0", "data": [{"title": "Dance", "paragraphs": paragraphs}]}
    path = tmp_path / "dev.json"
    path.write_text(json.dumps(data), "utf-8")
    first, second = read_questions(path).questions
    assert first.answers[0].span == Span(22, 26)
    assert (first.answerable, second.answerable) == (True, False)


def test_a_users_own_questions(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text('question,answer,document\n"Who, then?",Bausch,\nWhen?,,dance.txt\n', "utf-8")
    first, second = read_questions(path).questions
    assert (first.text, first.answers[0].text, first.answerable) == ("Who, then?", "Bausch", True)
    assert (second.answerable, second.context, second.id) == (None, "dance.txt", "line-3")
    own = jsonl(tmp_path / "mine.jsonl", {"question": "Who?", "answers": ["Bausch", "Pina"]})
    assert [words.text for words in read_questions(own).questions[0].answers] == ["Bausch", "Pina"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_spreadsheet_as_any_program_saves_it(delimiter: str, tmp_path: Path) -> None:
    fields = (["Question", "Answer", "Start", "Context", "Answerable"],
              ['"Who made ""it"",\nthen?"', "Pina Bausch", str(CONTEXT.index("Pina")), CONTEXT, ""],
              ["When?", "", "", CONTEXT, "No"],
              ["Why?", "", "", "", "yes"],
              ["", "", "", "", ""])  # fmt: skip
    path = tmp_path / "mine.csv"
    path.write_bytes("\r\n".join(map(delimiter.join, fields)).encode("utf-8-sig"))
    first, second, third = read_questions(path).questions
    assert first.text == 'Who made "it",\nthen?'
    assert first.answers[0].span == Span(CONTEXT.index("Pina"), CONTEXT.index("Pina") + 11)
    assert (second.answerable, third.answerable) == (False, True)
    assert (second.id, third.context) == ("line-4", None)


def test_a_spreadsheet_with_a_long_context(tmp_path: Path) -> None:
    limit, context = csv.field_size_limit(), "Pina made it. " * 20_000
    path = tmp_path / "mine.csv"
    path.write_text(f"question,answer,start,context\nWho made it?,Pina,0,{context}\n", "utf-8")
    (held,) = read_questions(path).contexts.values()
    assert held.text == context
    assert csv.field_size_limit() == limit


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("frage,antwort\nWer?,Pina\n", ["line 1", "expected column names (question", "'frage'"]),
        ("question,answer\nWho, then?,Pina\n", ["line 2", "3 fields", "double quotes"]),
        ("question,answer,start\nWho?,Pina,x\n", ["line 2", "'start'", "'x'"]),
        ("question,answerable\nWho?,maybe\n", ["line 2", "'answerable'", "'maybe'"]),
        ("question,answer\n", ["has no questions"]),
        ("", ["has no questions"]),
        ("question,answer,start,context\nWho?,Pina,0,Ann and Pina\n", ["line 2", "'Ann '"]),
    ],
)
def test_bad_spreadsheets(text: str, words: list[str], tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(DataError) as caught:
        read_questions(path)
    for each in words:
        assert each in str(caught.value)


@pytest.mark.parametrize(
    ("whole", "words"),
    [
        ({"questions": []}, "expected SQuAD's"),
        ({"data": [{"title": "T"}]}, r"data\[0\]: has no paragraphs"),
        ({"data": [{"paragraphs": [7]}]}, r"paragraphs\[0\]: is not {context, qas}"),
        ({"data": [{"paragraphs": [{"context": "x", "qas": [7]}]}]}, r"qas\[0\]: expected an obj"),
        ({"data": []}, "has no questions"),
        ([], "has no questions"),
    ],
)
def test_bad_squad_files(whole: Any, words: str, tmp_path: Path) -> None:
    path = tmp_path / "dev.json"
    path.write_text(json.dumps(whole), "utf-8")
    with pytest.raises(DataError, match=words):
        read_questions(path)


def test_a_json_file_that_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "dev.json"
    path.write_text('{"version": "v2.0",\n "data": [', "utf-8")
    with pytest.raises(DataError, match=r"is not JSON: .* at line 2"):
        read_questions(path)


@pytest.mark.parametrize("value", ["[" * 100_000, "9" * 5_000])
def test_json_that_python_cannot_hold(value: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"mine\.json: is not JSON that can be read"):
        read_questions(jsonl(tmp_path / "mine.json", f"[{value}]"))
    lines = jsonl(tmp_path / "mine.jsonl", f'{{"question": {value}}}')
    for read in (read_questions, read_attribution):
        with pytest.raises(DataError, match=r"line 1: is not JSON that can be read"):
            read(lines)
    folder = beir(tmp_path / "set")
    lines.replace(folder / "queries.jsonl")
    with pytest.raises(DataError, match=r"line 1 is not JSON that can be read"):
        read_beir(folder)


def test_spans_that_do_not_match_are_all_listed_with_their_lines(tmp_path: Path) -> None:
    wrong = [{"text": "Pina Bausch", "start": 3}]
    path = jsonl(tmp_path / "qa.jsonl", row("1", answers=wrong), row("2"), row("3", answers=wrong))
    with pytest.raises(DataError) as caught:
        read_questions(path)
    message = str(caught.value)
    assert "line 1:" in message
    assert "line 3:" in message
    assert "line 2:" not in message
    assert "'Pina Bausch'" in message


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([row("1"), row("1")], ["line 2", "'1' was used before, line 1"]),
        ([row("1", question=" ")], ["line 1", "has no question"]),
        ([{"_id": "d", "text": "x"}], ["expected", "found keys ['_id', 'text']"]),
        (["{"], ["line 1", "not JSON"]),
        (["[1]", "[2]"], ["line 1", "found list"]),
        ([row("1", answerable=False)], ["not answerable but lists answers"]),
        ([row("1", answers=[])], ["answerable but lists no answers"]),
        ([row("1", answers=[{"text": "x", "start": -1}])], ["{text, start}"]),
        ([""], ["has no questions"]),
    ],
)
def test_bad_question_files(rows: list[Any], words: list[str], tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_questions(jsonl(tmp_path / "qa.jsonl", *rows))
    for each in words:
        assert each in str(caught.value)


def test_a_beir_folder_is_not_a_question_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="excerpt-eval retrieval"):
        read_questions(beir(tmp_path / "set"))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        read_questions(tmp_path / "none.jsonl")


def test_beir(tmp_path: Path) -> None:
    found = read_beir(beir(tmp_path / "tiny"))
    assert (found.name, found.queries, found.qrels) == ("tiny", {"q1": "x?"}, {"q1": {"d1": 2}})
    assert [document.id for document in found.documents()] == ["d1", "d2"]


@pytest.mark.parametrize(
    ("qrels", "words"),
    [
        ("q1\td9\t1\n", ["line 1", "no document", "'d9'"]),
        ("q\td\ts\nq1\td1\t1\nq7\td1\t1\n", ["line 3", "no query", "'q7'"]),
        ("q1\td1\t1\nq1\td1\t1\n", ["line 2", "judged before"]),
        ("q1\td1\tgood\n", ["line 1", "query, document and grade"]),
        ("q\td\ts\nq1\td1\tgood\n", ["line 2", "query, document and grade"]),
        ("q1\td1\t²\n", ["line 1", "query, document and grade"]),
        ("q1\td1\t0\n", ["judges no document relevant"]),
        ("query-id\tcorpus-id\tscore\n", ["judges nothing"]),
    ],
)
def test_bad_judgements(qrels: str, words: list[str], tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_beir(beir(tmp_path / "set", qrels))
    for each in words:
        assert each in str(caught.value)


def test_bad_beir_folders(tmp_path: Path) -> None:
    good = beir(tmp_path / "set")
    with pytest.raises(DataError, match="one of: test"):
        read_beir(good, "dev")
    with pytest.raises(DataError, match="found nothing"):
        read_beir(tmp_path / "none")
    jsonl(good / "corpus.jsonl", {"_id": "d1", "text": "x"}, {"_id": "d1", "text": "y"})
    with pytest.raises(DataError, match="line 2: the _id 'd1' was used before, on line 1"):
        read_beir(good)
    jsonl(good / "corpus.jsonl", {"_id": "d1", "text": "x"}, {"_id": "d2", "text": "y"})
    (good / "corpus.jsonl").write_bytes(b'{"_id": "d1", "text": "x"}\n{"_id": "\xff"}\n')
    with pytest.raises(DataError, match="line 2 is not UTF-8"):
        read_beir(good)
    queries = (good / "queries.jsonl").read_bytes()
    jsonl(good / "corpus.jsonl", {"_id": "d1", "text": "x"}, {"_id": "d2", "text": "y"})
    jsonl(good / "queries.jsonl", {"_id": "q1", "text": " "})
    with pytest.raises(DataError, match="line 1: the text of 'q1' is empty"):
        read_beir(good)
    (good / "queries.jsonl").write_bytes(queries)
    (good / "corpus.jsonl").write_text("\n", "utf-8")
    with pytest.raises(DataError, match="is empty"):
        read_beir(good)
    (good / "queries.jsonl").unlink()
    with pytest.raises(DataError, match=r"queries\.jsonl is missing, found corpus\.jsonl, qrels"):
        read_beir(good)


def test_a_users_own_folder_goes_before_the_packaged_set_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = Path(packaged("tiny"))
    assert (ours / "corpus.jsonl").exists()
    monkeypatch.chdir(tmp_path)
    assert packaged("tiny") == ours
    for other in ("./tiny", "../gold", "no-such-set", str(tmp_path)):
        assert packaged(other) == other
    beir(tmp_path / "tiny")
    assert packaged("tiny") == "tiny"


def test_attribution(tmp_path: Path) -> None:
    said = "Ann said no."
    good = {"sentence": said, "speakers": [{"text": "Ann", "start": 0}]}
    sentences, _ = read_attribution(jsonl(tmp_path / "a.jsonl", good))
    assert sentences[0].speakers[0].span == Span(0, 3)
    page = {"text": f"It rained. {said}", "sentence": said, "speakers": []}
    sentences, _ = read_attribution(jsonl(tmp_path / "p.jsonl", page))
    assert sentences[0].span == Span(11, 11 + len(said))
    with pytest.raises(DataError, match="should hold the sentence 'Ann said no"):
        read_attribution(jsonl(tmp_path / "q.jsonl", {**page, "text": said + said}))
    bad = {"sentence": said, "speakers": [{"text": "Ann", "start": 1}]}
    with pytest.raises(DataError, match="line 2: the speaker at 1 should read 'Ann'"):
        read_attribution(jsonl(tmp_path / "b.jsonl", good, bad))
    with pytest.raises(DataError, match=r"line 1: expected .* found keys \['text'\]"):
        read_attribution(jsonl(tmp_path / "c.jsonl", {"text": said}))
    with pytest.raises(DataError, match="has no sentences"):
        read_attribution(jsonl(tmp_path / "d.jsonl", ""))
