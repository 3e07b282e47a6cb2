import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from api import models

QUESTION = "who leads Operation Southern Spear?"
ROOT = Path(__file__).parents[3]


@pytest.fixture
def corpus(tmp_path):
    """Return a folder of two documents and the folder of an index that is not there yet."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "keeper.txt").write_text("The lighthouse keeper is called Ada Moreau.\n")
    (folder / "captain.md").write_text("# Boats\n\nThe submarine captain is called Ilya Brandt.\n")
    return folder, tmp_path / "index"


def test_without_an_index_the_seeds_answer_and_it_is_said(excerpt):
    done = excerpt("ask", QUESTION, "--json")
    assert done.returncode == 0, done.stderr
    assert "excerpt index PATH" in done.stderr
    found = models.AskResponse.model_validate_json(done.stdout)
    assert found.answers
    assert found.index.documents == 1


def test_a_person_sees_the_words_in_their_sentence_with_source_and_position(excerpt):
    done = excerpt("ask", QUESTION)
    assert done.returncode == 0, done.stderr
    assert re.search(r"\.txt:\d+:\d+$", done.stdout, re.MULTILINE)
    assert re.search(r"\d+% sure", done.stdout)
    assert done.stdout.startswith(("answered", "uncertain"))


def test_what_the_documents_do_not_say_exits_with_3(excerpt, seed_index):
    nowhere = ("ask", "who?", "--filter", "title = nosuch", "--index", str(seed_index))
    done = excerpt(*nowhere)
    assert done.returncode == 3
    assert "nothing to look at" in done.stdout
    assert "no document passes the filter" in done.stdout
    assert "do not say" not in done.stdout
    printed = excerpt(*nowhere, "--json")
    assert printed.returncode == 3
    assert json.loads(printed.stdout)["verdict"] == "not_found"


def test_explain_says_at_which_step_the_words_were_lost(excerpt, seed_index):
    at = ("--index", str(seed_index), "--json")
    done = excerpt("explain", QUESTION, "--expected", "Alvin Holsey", *at)
    assert done.returncode == 0, done.stderr
    steps = json.loads(done.stdout)["steps"]
    assert steps[0]["stage"] == "chunking"
    nowhere = excerpt("explain", QUESTION, "--expected", "words of no document", *at)
    assert nowhere.returncode == 2
    assert "words of no document" in json.loads(nowhere.stderr)["detail"]


def test_index_search_show_status_rm_verify(excerpt, corpus):
    folder, index = corpus
    at = ("--index", str(index), "--json")
    made = json.loads(excerpt("index", str(folder), *at).stdout)
    assert (made["generation"], made["added"], made["problems"]) == (1, 2, [])
    again = json.loads(excerpt("index", *at).stdout)
    assert (again["generation"], again["unchanged"], again["passages_embedded"]) == (1, 2, 0)

    found = json.loads(excerpt("search", "submarine captain", "-k", "1", *at).stdout)
    (passage,) = found["passages"]
    document = json.loads(excerpt("show", passage["document_id"], *at).stdout)
    assert document["text"][passage["start"] : passage["end"]] == passage["text"]

    span = f"{passage['start']}:{passage['end']}"
    shown = excerpt("show", passage["document_id"], "--span", span, "--index", str(index))
    assert shown.stdout == passage["text"]

    status = json.loads(excerpt("status", *at).stdout)
    assert (status["generation"], status["documents"], status["passages"]) == (1, 2, 2)

    removed = json.loads(excerpt("rm", passage["document_id"], *at).stdout)
    assert (removed["generation"], removed["removed"]) == (2, 1)
    gone = excerpt("show", passage["document_id"], *at)
    assert gone.returncode == 1
    assert json.loads(gone.stderr)["status"] == 404

    verified = excerpt("verify", *at)
    assert verified.returncode == 0
    assert json.loads(verified.stdout) == {"ok": True, "generation": 2, "problems": []}


def test_people_read_the_status_without_converting_anything(excerpt, seed_index):
    done = excerpt("status", "--index", str(seed_index))
    facts = dict(re.split(r"  +", line, maxsplit=1) for line in done.stdout.splitlines())
    assert facts["passages"] == "4"
    assert facts["generations"] == "0, 1"
    assert re.fullmatch(r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d\d:\d\d", facts["committed"])
    for part in ("size", "catalog", "terms", "vectors"):
        assert re.fullmatch(r"[\d.,]+ ([KM]iB|bytes)", facts[part]), part
    assert facts["lists"] == "0 bytes"


def test_the_environment_names_the_index(excerpt, seed_index):
    done = excerpt("status", "--json", env={"EXCERPT_INDEX": str(seed_index)})
    assert json.loads(done.stdout)["documents"] == 1


def test_once_something_is_indexed_it_is_what_is_asked(excerpt, corpus, tmp_path):
    home = {"XDG_DATA_HOME": str(tmp_path / "data")}
    assert excerpt("index", str(corpus[0]), env=home).returncode == 0
    done = excerpt("search", "lighthouse", "--json", env=home)
    assert done.stderr == ""
    assert json.loads(done.stdout)["index"]["documents"] == 2


def test_a_filter_decides_before_ranking(excerpt, corpus):
    folder, index = corpus
    assert excerpt("index", str(folder), "--index", str(index)).returncode == 0
    done = excerpt(
        "search",
        "submarine",
        "--filter",
        'media_type = "text/plain"',
        "--json",
        "--index",
        str(index),
    )
    assert ["Ada Moreau" in each["text"] for each in json.loads(done.stdout)["passages"]] == [True]


def test_verify_says_what_does_not_hold(excerpt, corpus):
    folder, index = corpus
    assert excerpt("index", str(folder), "--index", str(index)).returncode == 0
    segment = next(path for path in (index / "vectors").iterdir() if path.is_file())
    content = bytearray(segment.read_bytes())
    content[-1] ^= 1
    segment.write_bytes(content)
    done = excerpt("verify", "--json", "--index", str(index))
    assert done.returncode == 1
    assert any(segment.name in problem for problem in json.loads(done.stdout)["problems"])


def test_a_pipe_that_closes_early_is_quiet(clean_home, seed_index):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "api.cli.main", "search", "Spear", "--index", str(seed_index)],
            env={**clean_home, "PYTHONPATH": str(ROOT)},
            stdout=closed,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
    assert (done.returncode, done.stderr) == (1, "")


def test_help_needs_no_heavy_library():
    imported = imported_by("--help")
    assert "typer" in imported
    assert imported.isdisjoint({"numpy", "rich", "pydantic", "fastapi", "onnxruntime", "faiss"})


def test_asking_imports_nothing_that_it_does_not_use(seed_index):
    imported = imported_by("ask", QUESTION, "--json", "--index", str(seed_index))
    assert "retrieval.engine" in imported
    unused = {"torch", "transformers", "fastapi", "rich", "lark", "trafilatura", "lxml", "sklearn"}
    assert imported.isdisjoint(unused)


def test_nothing_is_kept_or_sent_for_others(clean_home, tmp_path, seed_index):
    env = {**clean_home, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    env.pop("ORT_DISABLE_TELEMETRY", None)
    command = [sys.executable, "-m", "api.cli.main", "ask", QUESTION, "--index", str(seed_index)]
    subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=False, timeout=60)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def imported_by(*arguments):
    """Return the names of the modules that a command imports."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "api.cli.main", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}


@pytest.mark.parametrize(("command", "offered"), [("index", False), ("rm", False), ("ask", True)])
def test_commands_that_change_an_index_do_not_offer_the_seeds(excerpt, command, offered):
    said = " ".join(re.sub(r"[│\s]+", " ", excerpt(command, "--help").stdout).split())
    assert ("sample articles" in said) == offered
