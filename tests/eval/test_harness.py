"""Whole runs: the real engine and reader on the sets that come with the package."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.data.splits import squad2_part
from eval.errors import DataError
from eval.harness.qa import QAConfig, run_qa
from eval.harness.results import prediction
from eval.runs.record import Run
from index.store import FileStore
from retrieval.reader.sentence import SentenceReader


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
        yield


def closed(  # type: ignore[no-untyped-def]  # as run_qa
    runs: Path, reader: SentenceReader | None = None, data: Path | str = "seeds", **options: object
):
    return run_qa(data, runs, QAConfig(**options), reader=reader or SentenceReader())  # type: ignore[arg-type]  # passed through


def test_every_prediction_keeps_the_contract(tmp_path: Path) -> None:
    run = closed(tmp_path, open=True, limit=40)
    article = (Path(__file__).parents[2] / "seeds" / "000_4cd1c7cb977fb5b8.txt").read_text("utf-8")
    lines = [prediction(row) for row in run.rows]
    assert [line["id"] for line in lines] == run.ids
    verdicts = {line["verdict"] for line in lines}
    assert verdicts <= {"answered", "uncertain", "not_found"}
    for line in lines:
        assert (line["text"] is None) == (line["verdict"] == "not_found") == (line["start"] is None)
        assert 0 <= line["confidence"] <= 1
        best = line["best"]
        assert article[best["start"] : best["end"]] == best["text"]
        if line["text"] is not None:
            assert article[line["start"] : line["end"]] == line["text"]


def test_open_and_closed_runs_are_the_same_every_time(tmp_path: Path) -> None:
    for opened in (False, True):
        one, two = (closed(tmp_path, open=opened, limit=20) for _ in range(2))
        assert one.measures == two.measures
        first, second = (run.folder / "results.jsonl" for run in (one, two))
        assert first.read_bytes() == second.read_bytes()


def test_every_question_that_went_wrong_names_a_stage(tmp_path: Path) -> None:
    run = closed(tmp_path, open=True)
    for row in run.rows:
        assert (row["stage"] is None) == (row["columns"]["exact"] == 1.0)
        if row["stage"]:
            assert row["stage"]["stage"] in {"chunking", "arms", "fusion", "reading", "verdict"}
            assert row["stage"]["detail"]


def qa_set(path: Path, *texts: tuple[str, str, str, str]) -> Path:
    """Write a set of (title, context, question, answer)."""
    rows = [
        {"title": title, "context": context, "question": question,
         "answers": [{"text": answer, "start": context.index(answer)}]}
        for title, context, question, answer in texts
    ]  # fmt: skip
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return path


def test_long_contexts_are_read_where_the_engine_finds_the_passages(tmp_path: Path) -> None:
    lines = [f"In the year {1300 + n} the town of Orrin kept {n} bells." for n in range(400)]
    lines[333] = "The mill at Feldmark was built by Ada Stone."
    short = "The well at Brann was dug by Tom Reed. It was deep."
    data = qa_set(
        tmp_path / "qa.jsonl",
        ("Orrin", " ".join(lines), "Who built the mill at Feldmark?", lines[333]),
        ("Brann", short, "Who dug the well at Brann?", short[:38]),
    )
    rows = list(closed(tmp_path / "runs", data=data).rows)
    for row in rows:
        assert row["columns"]["best_exact"] == 1
        assert row["columns"]["character_iou"] == 1
    # A few passages of the long context were chosen; the short one was read as it is.
    timed = (tmp_path / "runs").glob("*/timings.jsonl")
    stages = [json.loads(line).keys() for line in next(timed).read_text().splitlines()]
    assert ["dense" in each for each in stages] == [True, False]


def test_a_context_of_several_passages_is_read_to_its_end(tmp_path: Path) -> None:
    lines = [f"In the year {1300 + n} the town of Orrin kept {n} bells." for n in range(40)]
    lines[-1] = "The mill at Feldmark was built by Ada Stone."
    data = qa_set(
        tmp_path / "qa.jsonl", ("Orrin", " ".join(lines), "Who built the mill?", lines[-1])
    )
    (row,) = closed(tmp_path / "runs", data=data).rows
    assert row["columns"]["character_iou"] == 1


def test_questions_on_the_articles_of_one_part(tmp_path: Path) -> None:
    titles = [f"Article {n}" for n in range(12)]
    data = qa_set(
        tmp_path / "qa.jsonl",
        *((title, f"{title} is about bees.", f"What is {title}?", "bees") for title in titles),
    )
    asked = {
        part: [row["question"] for row in closed(tmp_path, data=data, part=part, open=True).rows]
        for part in ("train", "calibrate", "report")
    }
    for part, questions in asked.items():
        assert questions == [f"What is {t}?" for t in titles if squad2_part(t) == part]
        assert questions
    only = qa_set(tmp_path / "one.jsonl", (titles[0], "Bees.", "What?", "Bees"))
    absent = next(part for part in asked if part != squad2_part(titles[0]))
    with pytest.raises(DataError, match=f"part '{absent}'"):
        closed(tmp_path, data=only, part=absent)


def test_a_users_own_index_and_questions(tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    text = "The mill was built by Ada Stone. It burnt down in 1911."
    (folder / "mill.txt").write_text(text, "utf-8")
    FileStore.create(tmp_path / "index").sync([folder])
    questions = tmp_path / "mine.jsonl"
    answer = {"text": "It burnt down in 1911.", "start": text.index("It burnt")}
    rows = [
        {"question": "What burnt down in 1911?", "document": "mill.txt", "answers": [answer]},
        {"question": "Who built the mill?"},
    ]
    questions.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    config = QAConfig(index=tmp_path / "index")
    run = run_qa(questions, tmp_path / "runs", config, reader=SentenceReader())
    assert run.measures["best_EM"] == 1.0
    assert run.measures["character_IoU"] == 1.0
    assert run.plan.n == 2
    rows[0]["answers"] = [{"text": "It burnt", "start": 0}]
    questions.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    with pytest.raises(DataError, match=r"should read 'It burnt' but mill\.txt has 'The mill'"):
        run_qa(questions, tmp_path / "runs", config, reader=SentenceReader())
    rows[0]["document"] = "well.txt"
    questions.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    with pytest.raises(DataError, match=r"no document in the index is 'well\.txt'"):
        run_qa(questions, tmp_path / "runs", config, reader=SentenceReader())


def test_contexts_are_found_in_a_users_own_index_by_their_text(tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    mill, well = "The mill was built by Ada Stone.", "The well was dug by Tom Reed."
    (folder / "mill.txt").write_text(mill, "utf-8")
    (folder / "well.txt").write_text(well, "utf-8")
    FileStore.create(tmp_path / "index").sync([folder])
    rows = [("Mills", mill, "Who built the mill?", mill), ("Wells", well, "Who dug?", well)]
    data = qa_set(tmp_path / "qa.jsonl", *rows)
    run = closed(tmp_path / "runs", data=data, index=tmp_path / "index")
    assert run.measures["character_IoU"] == 1.0
    assert run.measures["citation_recall"] == 1.0
    part = squad2_part("Mills")
    asked = closed(tmp_path / "runs", data=data, index=tmp_path / "index", part=part).rows
    assert "Who built the mill?" in [row["question"] for row in asked]
    (folder / "copy.txt").write_text(well, "utf-8")
    FileStore.open(tmp_path / "index").sync([folder])
    ship = "The ship was lost."
    data = qa_set(tmp_path / "qa.jsonl", *rows, ("Ships", ship, "What was lost?", ship))
    with pytest.raises(DataError) as refused:
        closed(tmp_path / "refused", data=data, index=tmp_path / "index")
    assert "line-3: no document in the index has the text of its context" in str(refused.value)
    assert "line-2: 2 documents in the index have the text of its context" in str(refused.value)
    assert not (tmp_path / "refused").exists()


def test_a_name_of_several_documents_is_refused_and_ids_go_first(tmp_path: Path) -> None:
    documents = tmp_path / "docs.jsonl"
    records = [
        {"id": "a", "title": "b", "text": "The mill was built by Ada Stone."},
        {"id": "b", "title": "a", "text": "The well was dug by Tom Reed."},
        {"id": "c", "title": "Ships", "text": "The ship was lost in May."},
        {"id": "d", "title": "Ships", "text": "The ship was found in June."},
    ]
    documents.write_text("\n".join(map(json.dumps, records)), "utf-8")
    FileStore.create(tmp_path / "index").sync([documents])

    def asked(name: str, answer: str) -> Run:
        row = {"question": "What of it?", "document": name, "answers": [answer]}
        (tmp_path / "qa.jsonl").write_text(json.dumps(row), "utf-8")
        return closed(tmp_path / "runs", data=tmp_path / "qa.jsonl", index=tmp_path / "index")

    for name in ("a", "b"):
        (row,) = asked(name, "x").rows
        assert row["expected"]["document_id"] == name
    for name in ("Ships", "docs.jsonl"):
        with pytest.raises(
            DataError, match=rf"\d documents in the index are '{name}': .*c, d|a, b"
        ):
            asked(name, "x")


def test_questions_without_contexts_need_an_index(tmp_path: Path) -> None:
    questions = tmp_path / "mine.csv"
    questions.write_text("question\nWho built the mill?\n", "utf-8")
    with pytest.raises(DataError, match="--open"):
        run_qa(questions, tmp_path, QAConfig(), reader=SentenceReader())
    with pytest.raises(DataError, match="--index"):
        run_qa(questions, tmp_path, QAConfig(open=True), reader=SentenceReader())
