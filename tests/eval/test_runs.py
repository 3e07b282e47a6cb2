"""Runs are saved, resumed, compared and checked; the worker here is a real function, not a mock."""

import json
import os
import shutil
from pathlib import Path

import pytest

from eval.commands.check_command import rerun
from eval.errors import RegressionError, RunError
from eval.measures.answer_columns import EngineAnswer, Place, score
from eval.runs.check import check, load_baseline, save_baseline
from eval.runs.comparison import compare
from eval.runs.driver import Outcome, execute
from eval.runs.record import Plan, Run, load, packed
from eval.types import Question
from index.types import Span
from retrieval.types import Words

TEXT = "Bob leads. Ann left."
N = 60


def questions(n: int = N) -> list[Question]:
    return [
        Question(
            id=f"q{number}",
            text=f"Who leads {number}?",
            context="d",
            answerable=number % 3 > 0,
            answers=(Words("Bob", Span(0, 3)),) if number % 3 else (),
        )
        for number in range(n)
    ]


def plan(n: int = N, **config: object) -> Plan:
    return Plan("qa", "made.jsonl", "0" * 64, n, config, {}, {}, {"version": "1"})


def worker(right_every: int = 1, sure: float | None = None):  # type: ignore[no-untyped-def]  # a factory
    """Answers right on every n-th answerable question, and knows how sure to be unless told."""

    def work(question: Question) -> Outcome:
        number = int(question.id[1:])
        good = number % 3 > 0 and number % right_every == 0
        span = Span(0, 3) if good else Span(11, 14)
        words = span.of(TEXT)
        confidence = (0.95 if good else 0.05) if sure is None else sure
        verdict = "answered" if confidence > 0.5 else "not_found"
        given = EngineAnswer(
            None if verdict == "not_found" else words, words, Place("d", span), confidence
        )
        row = {
            "id": question.id, "question": question.text, "kind": "",
            "expected": {"answers": [{"text": each.text, "start": 0, "end": 3}
                                     for each in question.answers]},
            "given": {"text": given.text, "verdict": verdict, "confidence": confidence,
                      "document_id": "d", "start": span.start, "end": span.end,
                      "best": {"text": words, "start": span.start, "end": span.end}},
            "sources": {"expected": None, "given": None},
            "columns": packed(score(question, given, lambda _: TEXT)),
        }  # fmt: skip
        return row, {"total": 1.0 + number, "read": 1.0}

    return work


def made(runs: Path, *, work=None, n: int = N, **config: object) -> Run:  # type: ignore[no-untyped-def]  # as worker
    return execute(plan(n, **config), questions(n), work or worker(), runs)


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = made(tmp_path), made(tmp_path)
    assert first.folder != second.folder
    one, two = (run.folder / "results.jsonl" for run in (first, second))
    assert one.read_bytes() == two.read_bytes()
    assert first.measures == second.measures
    assert first.ids == [question.id for question in questions()]
    assert first.measures["EM"] == 1.0
    assert first.timings["p50_ms"] == pytest.approx(30.5)


class Stop(Exception):  # noqa: N818  # stands for Ctrl-C
    pass


@pytest.mark.parametrize("torn", [b"", b'{"half":', b'{"id": "q99"}\n'])
def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path, torn: bytes) -> None:
    whole = made(tmp_path / "whole")
    asked: list[str] = []
    work = worker()

    def stopping(question: Question) -> Outcome:
        asked.append(question.id)
        if len(asked) > 30:
            raise Stop
        return work(question)

    with pytest.raises(Stop):
        made(tmp_path / "cut", work=stopping)
    (folder,) = (tmp_path / "cut").iterdir()
    kept = (folder / "results.jsonl").read_bytes().count(b"\n")
    assert 0 < kept <= 30
    with pytest.raises(RunError, match="was interrupted"):
        load(folder)
    with (folder / "results.jsonl").open("ab") as results:
        results.write(torn)
    again: list[str] = []

    def counting(question: Question) -> Outcome:
        again.append(question.id)
        return work(question)

    resumed = made(tmp_path / "cut", work=counting)
    assert resumed.folder == folder
    assert len(again) == N - kept
    assert (folder / "results.jsonl").read_bytes() == (whole.folder / "results.jsonl").read_bytes()
    assert resumed.measures == whole.measures


def test_another_plan_does_not_go_on_with_it(tmp_path: Path) -> None:
    def failing(question: Question) -> Outcome:
        raise Stop

    with pytest.raises(Stop):
        made(tmp_path, work=failing, reader="one")
    run = made(tmp_path, reader="two")
    assert len(list(tmp_path.iterdir())) == 2
    assert len(run.ids) == N


def test_two_processes_do_not_carry_out_one_run(tmp_path: Path) -> None:
    def asking_while_another_does(question: Question) -> Outcome:
        with pytest.raises(RunError, match=rf"process {os.getpid()} .* --runs"):
            made(tmp_path)
        return worker()(question)

    run = made(tmp_path, work=asking_while_another_does)
    assert len(run.ids) == N
    assert [folder.name for folder in tmp_path.iterdir()] == [run.folder.name]


def test_what_else_lies_among_the_runs_is_left_alone(tmp_path: Path) -> None:
    for name, text in {"broken": "{", "foreign": '{"my": 1}'}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "run.json").write_text(text)
    assert len(made(tmp_path).ids) == N
    assert (tmp_path / "broken" / "run.json").read_text() == "{"


def test_no_more_than_a_few_results_wait_in_memory(tmp_path: Path) -> None:
    taken = 0

    def items():  # type: ignore[no-untyped-def]  # a generator for one assertion
        nonlocal taken
        for question in questions(500):
            taken += 1
            yield question

    from eval.runs.driver import in_order

    outcomes = in_order(worker(), items(), 2)
    next(outcomes)
    assert taken <= 20
    outcomes.close()


def test_a_run_compared_with_itself(tmp_path: Path) -> None:
    run = made(tmp_path)
    found = compare(run, run)
    assert found.verdict == "no difference"
    assert not found.flips
    assert {each.p_value for each in found.differences} == {1.0}


def test_what_got_worse_is_named_with_the_questions_that_flipped(tmp_path: Path) -> None:
    good, bad = made(tmp_path), made(tmp_path, work=worker(right_every=2))
    found = compare(good, bad)
    assert "worse EM" in found.verdict
    em = next(each for each in found.differences if each.measure.name == "EM")
    assert em.difference.value == pytest.approx(bad.measures["EM"] - 1.0)  # type: ignore[operator]  # defined here
    assert em.difference.low <= em.difference.value <= em.difference.high < 0
    assert em.p_value < 0.01
    odd = {f"q{n}" for n in range(N) if n % 3 and n % 2}
    assert {flip.a["id"] for flip in found.flips} == odd
    reverse = compare(bad, good)
    assert "better EM" in reverse.verdict


def test_a_change_within_noise_is_no_difference(tmp_path: Path) -> None:
    good, slightly = made(tmp_path), made(tmp_path, work=worker(right_every=1))
    rows = [json.loads(line) for line in (slightly.folder / "results.jsonl").open()]
    rows[1]["columns"]["exact"] = 0.0
    (slightly.folder / "results.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")
    found = compare(good, load(slightly.folder))
    assert "EM" not in found.verdict
    assert len(found.flips) == 1


def test_runs_of_other_questions_are_not_compared(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="not the same ones"):
        compare(made(tmp_path), made(tmp_path, n=30))


def test_check_passes_its_own_run_and_catches_broken_parts(tmp_path: Path) -> None:
    good = made(tmp_path)
    path = tmp_path / "baseline.json"
    save_baseline(good, {"reader": "made"}, path)
    baseline = load_baseline(path)
    assert baseline.options == {"reader": "made"}
    check(made(tmp_path), baseline)
    with pytest.raises(RegressionError) as reader:
        check(made(tmp_path, work=worker(right_every=7)), baseline)
    assert "EM: 1.0000 -> " in str(reader.value)
    assert "95 % interval" in str(reader.value)
    with pytest.raises(RegressionError) as calibrator:
        check(made(tmp_path, work=worker(sure=0.99)), baseline)
    message = str(calibrator.value)
    assert "ECE" in message
    assert "Brier" in message
    assert "abstention_AUROC" in message


def test_what_rounding_makes_of_a_figure_is_no_drop(tmp_path: Path) -> None:
    run, path = made(tmp_path), tmp_path / "baseline.json"
    save_baseline(run, {}, path)
    kept = json.loads(path.read_text())
    for name in ("exact", "f1"):
        values = [value + 4e-7 for value in json.loads(kept["columns"][name])]
        kept["columns"][name] = json.dumps(values)
    path.write_text(json.dumps(kept))
    check(run, load_baseline(path))


def test_a_measure_that_is_new_since_the_baseline_is_not_held_against_it(tmp_path: Path) -> None:
    run, path = made(tmp_path), tmp_path / "baseline.json"
    save_baseline(run, {}, path)
    kept = json.loads(path.read_text())
    del kept["columns"]["f1"], kept["measures"]["F1"]
    path.write_text(json.dumps(kept))
    check(run, load_baseline(path))
    with pytest.raises(RegressionError, match="EM"):
        check(made(tmp_path, work=worker(right_every=7)), load_baseline(path))


def test_a_baseline_of_other_questions_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    save_baseline(made(tmp_path, n=30), {}, path)
    with pytest.raises(RunError, match="other questions"):
        check(made(tmp_path), load_baseline(path))
    path.write_text("{}")
    with pytest.raises(RunError, match="is not a baseline"):
        load_baseline(path)
    save_baseline(made(tmp_path), {}, path)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"kind": "taste"}))
    with pytest.raises(RunError, match="unknown kind 'taste'"):
        load_baseline(path)


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("qa", {"lengthy": 1}),
        ("retrieval", {"fusion": None}),
        ("retrieval", {"split": "test", "lengthy": 1}),
        ("attribution", {"lengthy": 1}),
        ("qa", [1]),
    ],
)
def test_a_baseline_with_other_options_is_refused(
    tmp_path: Path, kind: str, options: object
) -> None:
    path = tmp_path / "baseline.json"
    save_baseline(made(tmp_path / "runs"), {}, path)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"kind": kind, "options": options}))
    with pytest.raises(RunError, match=rf"baseline\.json: its options .* {kind} .* --save"):
        rerun(load_baseline(path), "seeds", tmp_path / "runs")


def test_folders_that_are_no_runs(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="is not a saved run"):
        load(tmp_path)
    run = made(tmp_path / "runs")
    shutil.copytree(run.folder, tmp_path / "copy")
    assert load(tmp_path / "copy").measures == run.measures
