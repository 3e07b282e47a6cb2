"""The commands over an index in Milvus, as over a folder."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

Excerpt = Callable[..., subprocess.CompletedProcess[str]]
QUESTION = "who keeps the bees at Weir House?"
TEXT = """\
Agnes Tolland keeps the bees at Weir House. She took them over in 1987 from her uncle.

The hives stand by the water, behind the old mill, where the limes bloom in July.
"""


def answers(found: dict[str, Any]) -> list[tuple[str, int, int]]:
    cited = [each["citation"] for each in found["answers"]]
    return [(each["quote"], each["start"], each["end"]) for each in cited]


def test_a_url_in_place_of_a_folder_gives_the_same(
    server: Any, new_name: Callable[[], str], excerpt: Excerpt, tmp_path: Path
) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "bees.txt").write_text(TEXT)
    url = server.url(new_name())
    places = [str(tmp_path / "index"), url]
    for index in places:
        done = excerpt("index", "--index", index, str(tmp_path / "notes"), timeout=300)
        assert done.returncode == 0, done.stderr
        assert "1 added" in done.stdout
    folder, milvus = (
        json.loads(excerpt("ask", "--json", "--index", index, QUESTION).stdout) for index in places
    )
    assert answers(milvus) == answers(folder)
    assert milvus["answers"][0]["text"] == "Agnes Tolland"
    assert milvus["verdict"] == folder["verdict"]
    document = milvus["answers"][0]["citation"]["document_id"]
    listed = json.loads(excerpt("list", "--json", "--index", url).stdout)
    assert [each["id"] for each in listed["documents"]] == [document]
    shown = json.loads(excerpt("show", "--json", "--index", url, document).stdout)
    quote, start, end = answers(milvus)[0]
    assert shown["text"][start:end] == quote
    status = json.loads(excerpt("status", "--json", "--index", url).stdout)
    assert (status["location"], status["documents"], status["terms"]) == (url, 1, "local")
    verified = excerpt("verify", "--index", url)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    found = excerpt("search", "--index", url, "--filter", "type = pdf", "hives")
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
