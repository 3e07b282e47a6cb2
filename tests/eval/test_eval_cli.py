"""The command as it is run: its output, its files, its exit codes."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
import pytrec_eval

from eval.data import read_beir
from eval.data.question_sets import packaged
from eval.runs.check import load_baseline

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def excerpt_eval(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    environment = os.environ | {
        "EXCERPT_RUNS": str(tmp_path / "runs"),
        "XDG_CACHE_HOME": str(tmp_path_factory.getbasetemp() / "cache"),
    }

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "eval.cli", *map(str, arguments)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    return run


def test_retrieval_prints_what_its_trec_run_gives_anyone(excerpt_eval: Run, tmp_path: Path) -> None:
    trec = tmp_path / "run.trec"
    done = excerpt_eval("retrieval", "--data", "tiny", "--run", trec, "--json")
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert (printed["data"], printed["n"]) == ("tiny", 26)
    data = read_beir(packaged("tiny"))
    with trec.open(encoding="utf-8") as opened:
        saved = pytrec_eval.parse_run(opened)
    judge = pytrec_eval.RelevanceEvaluator(data.qrels, {"ndcg_cut.10", "recall.100", "map_cut.100"})
    values = judge.evaluate(saved)
    for name, peer in {
        "nDCG@10": "ndcg_cut_10", "R@100": "recall_100", "AP@100": "map_cut_100",
    }.items():  # fmt: skip
        mean = sum(each[peer] for each in values.values()) / len(data.qrels)
        assert printed["measures"][name] == pytest.approx(mean, abs=1e-6)


def test_qa_compare_report(excerpt_eval: Run, tmp_path: Path) -> None:
    predictions = tmp_path / "predictions.jsonl"
    options = ("--data", "seeds", "--reader", "sentence", "--limit", "30", "--json")
    done = excerpt_eval("qa", *options, "--predictions", predictions)
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert printed["n"] == 30
    assert {"EM", "F1", "answerable_F1", "abstention_AUROC", "ECE"} <= printed["measures"].keys()
    assert len(predictions.read_text("utf-8").splitlines()) == 30
    folder = printed["run"]
    assert done.stderr.endswith(f"saved as {Path(folder).name} in {Path(folder).parent}\n")
    same = excerpt_eval("compare", Path(folder).name, folder)
    assert same.returncode == 0, same.stderr
    assert "no difference" in same.stdout
    as_json = json.loads(excerpt_eval("compare", folder, folder, "--json").stdout)
    assert as_json["flips"] == []
    page = tmp_path / "report.html"
    reported = excerpt_eval("report", Path(folder).name[:-2], folder, "--html", page, "--json")
    assert reported.returncode == 0, reported.stderr
    made = json.loads(reported.stdout)
    assert made["html"] == str(page)
    assert [each["measures"] for each in made["runs"]] == [printed["measures"]] * 2
    assert "Reliability." in page.read_text("utf-8")


def test_predictions_have_the_ids_of_the_data_as_it_writes_them(
    excerpt_eval: Run, tmp_path: Path
) -> None:
    data, predictions = tmp_path / "asked.jsonl", tmp_path / "predictions.jsonl"
    row = {"question": "Who burnt the mill?", "context": "Ann Lee burnt the mill."}
    ids = [7, "07", None]
    data.write_text("\n".join(json.dumps(row | {"id": each}) for each in ids), "utf-8")
    options = ("--data", data, "--reader", "sentence", "--predictions", predictions)
    done = excerpt_eval("qa", *options)
    assert done.returncode == 0, done.stderr
    written = [json.loads(line)["id"] for line in predictions.read_text("utf-8").splitlines()]
    assert written == [7, "07", "line-3"]


@pytest.mark.parametrize("key", ["a b", ""])
def test_an_id_that_a_trec_run_cannot_hold_is_told_before_any_work(
    excerpt_eval: Run, tmp_path: Path, key: str
) -> None:
    folder, trec = tmp_path / "data", tmp_path / "run.trec"
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text(
        json.dumps({"_id": "1", "text": "Mills burn."})
        + "\n"
        + json.dumps({"_id": key, "text": "Ships sail."})
    )
    (folder / "queries.jsonl").write_text(json.dumps({"_id": "q", "text": "What burns?"}))
    (folder / "qrels" / "test.tsv").write_text("q\t1\t1\n")
    done = excerpt_eval("retrieval", "--data", folder, "--run", trec)
    assert done.returncode == 2
    assert repr(key) in done.stderr
    assert not trec.exists()
    assert not (tmp_path / "runs").exists()


def test_attribution(excerpt_eval: Run, tmp_path: Path) -> None:
    data = tmp_path / "said.jsonl"
    rows = [
        {"sentence": "Ann Lee said the mill burnt.", "speakers": [{"text": "Ann Lee", "start": 0}]},
        {"sentence": "The mill burnt in May.", "speakers": []},
    ]
    data.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    predictions, baseline = tmp_path / "predictions.jsonl", tmp_path / "said.json"
    options = ("--predictions", predictions, "--save", baseline, "--json")
    done = excerpt_eval("attribution", "--data", data, *options)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["measures"]["F1"] == 1.0
    first, second = map(json.loads, predictions.read_text("utf-8").splitlines())
    assert first["speaker"] == {"text": "Ann Lee", "start": 0, "end": 7}
    assert second == {"speaker": None, "stance": "stated"}
    assert excerpt_eval("check", "--baseline", baseline, "--data", data).returncode == 0


def test_check_passes_and_fails_by_exit_code(excerpt_eval: Run, tmp_path: Path) -> None:
    baseline = tmp_path / "seeds.json"
    options = ("--data", "seeds", "--reader", "sentence", "--limit", "30")
    assert excerpt_eval("qa", *options, "--save", baseline).returncode == 0
    passed = excerpt_eval("check", "--baseline", baseline, "--json")
    assert passed.returncode == 0, passed.stderr
    (checked,) = json.loads(passed.stdout)["checked"]
    assert (checked["baseline"], checked["updated"], checked["n"]) == (str(baseline), False, 30)
    assert passed.stderr == ""
    good = tmp_path / "good.json"
    shutil.copyfile(baseline, good)
    kept = json.loads(baseline.read_text("utf-8"))
    kept["columns"]["exact"] = json.dumps([1.0] * 30)
    baseline.write_text(json.dumps(kept), "utf-8")
    done = excerpt_eval("check", "--baseline", good, "--baseline", baseline, "--json")
    assert done.returncode == 1
    assert "dropped by more than noise" in json.loads(done.stderr)["detail"]


def test_a_baseline_is_checked_with_the_model_that_made_it(
    excerpt_eval: Run, tmp_path: Path
) -> None:
    baseline = tmp_path / "tiny.json"
    model = Path(str(files("index"))) / "embedding" / "weights"
    options = ("--data", "tiny", "--limit", "4", "--save", baseline)
    assert excerpt_eval("retrieval", *options, "--model", model).returncode == 0
    assert excerpt_eval("check", "--baseline", baseline).returncode == 0
    headers = [json.loads(each.read_text()) for each in (tmp_path / "runs").glob("*/run.json")]
    assert [each["plan"]["config"]["model"] for each in headers] == [str(model)] * 2
    assert excerpt_eval("retrieval", *options).returncode == 0
    assert "model" not in load_baseline(baseline).options


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("qa", "--data", "nowhere.jsonl"), "nowhere.jsonl"),
        (("retrieval", "--data", "nowhere"), "expected a BEIR folder"),
        (("retrieval", "--data", "tiny", "--split", "dev"), "one of: test"),
        (("retrieval", "--data", "tiny", "--fusion", "magic"), "magic"),
        (("qa", "--data", "seeds", "--reader", "magic"), "magic"),
        (("qa", "--data", "seeds", "--predictions", "no/such/folder.jsonl"), "its folder is not"),
        (("compare", "a", "b"), "is not a saved run"),
        (("check", "--baseline", "none.json"), "is not a baseline"),
        (("tune", "--data", "seeds", "--reader", "sentence", "--limit", "5"), "20 are the fewest"),
        (("qa",), "--data"),
        (("judge",), "judge"),
    ],
)
def test_misuse_is_told_in_one_message(
    arguments: tuple[str, ...], words: str, excerpt_eval: Run
) -> None:
    done = excerpt_eval(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    problem = json.loads(excerpt_eval(*arguments, "--json").stderr)
    assert words in problem["detail"]
    assert list(problem) == ["type", "title", "status", "detail"]
    assert problem["status"] == 422
    assert problem["title"] not in problem["type"]
