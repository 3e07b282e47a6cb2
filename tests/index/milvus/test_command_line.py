"""The commands over an index in Milvus, as over a folder."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

Excerpt = Callable[..., subprocess.CompletedProcess[str]]
QUESTION = "who leads Operation Southern Spear?"


def answers(found: dict[str, Any]) -> list[tuple[str, int, int]]:
    cited = [each["citation"] for each in found["answers"]]
    return [(each["quote"], each["start"], each["end"]) for each in cited]


def test_a_url_in_place_of_a_folder_gives_the_same(
    server: Any, new_name: Callable[[], str], excerpt: Excerpt, tmp_path: Path
) -> None:
    seeds = Path(__file__).parents[3] / "seeds"
    url = server.url(new_name())
    places = [str(tmp_path / "index"), url]
    for index in places:
        done = excerpt("index", "--index", index, str(seeds))
        assert done.returncode == 0, done.stderr
        assert "4 passages embedded" in done.stdout
    folder, milvus = (
        json.loads(excerpt("ask", "--json", "--index", index, QUESTION).stdout) for index in places
    )
    assert answers(milvus) == answers(folder)
    assert answers(milvus)
    assert milvus["verdict"] == folder["verdict"]
    document = milvus["answers"][0]["citation"]["document_id"]
    listed = json.loads(excerpt("list", "--json", "--index", url).stdout)
    assert [each["id"] for each in listed["documents"]] == [document]
    shown = json.loads(excerpt("show", "--json", "--index", url, document).stdout)
    quote, start, end = answers(milvus)[0]
    assert shown["text"][start:end] == quote
    status = json.loads(excerpt("status", "--json", "--index", url).stdout)
    assert (status["location"], status["passages"], status["terms"]) == (url, 4, "local")
    verified = excerpt("verify", "--index", url)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    found = excerpt("search", "--index", url, "--filter", "type = pdf", "strike group")
    assert found.returncode == 0, found.stderr


def test_what_goes_wrong_is_one_line_without_the_token(excerpt: Excerpt) -> None:
    secret = "hunter2-token"
    away = "milvus://127.0.0.1:1/books?timeout=2"
    done = excerpt("status", "--index", away, env={"EXCERPT_MILVUS_TOKEN": secret})
    assert done.returncode == 1
    assert "127.0.0.1:1 cannot be reached" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    wrong = excerpt("status", "--index", f"milvus://{secret}@localhost/two words")
    assert wrong.returncode == 2
    assert secret not in done.stderr + done.stdout + wrong.stderr + wrong.stdout
