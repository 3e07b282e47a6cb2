"""From an answer to its place: list, show and rm by path, a page's picture."""

import json
import zlib
from pathlib import Path

import pytest

FERRY = Path(__file__).parents[2] / "index" / "loaders" / "files" / "ferry.pdf"


@pytest.fixture(scope="module")
def folder(excerpt, tmp_path_factory):
    folder = tmp_path_factory.mktemp("places")
    (folder / "docs").mkdir()
    (folder / "docs" / "ferry.pdf").write_bytes(FERRY.read_bytes())
    (folder / "docs" / "log.txt").write_text("One.\nTwo.\nThree.\nFour.\n")
    done = excerpt("index", str(folder / "docs"), "--index", str(folder / "ix"))
    assert done.returncode == 0, done.stderr
    return folder


def test_documents_are_listed(excerpt, folder):
    done = excerpt("list", "--json", "--index", str(folder / "ix"))
    listed = json.loads(done.stdout)["documents"]
    assert [Path(each["uri"]).name for each in listed] == ["ferry.pdf", "log.txt"]
    assert listed[0]["title"] == "The Marlow Ferry"


def test_a_filter_leaves_some_out(excerpt, folder):
    done = excerpt("list", "--filter", "pages > 1", "--index", str(folder / "ix"))
    assert [line.split("\t")[1] for line in done.stdout.splitlines()] == ["The Marlow Ferry"]


def test_a_path_with_a_line_is_shown(excerpt, folder):
    log = folder / "docs" / "log.txt"
    shown = excerpt("show", f"{log}:2", "--index", str(folder / "ix"))
    assert shown.stdout == "Two."
    around = excerpt("show", f"{log}:3", "--context", "1", "--index", str(folder / "ix"))
    assert around.stdout == "Two.\nThree.\nFour."


def test_a_line_that_is_not_there_is_said(excerpt, folder):
    done = excerpt("show", f"{folder / 'docs' / 'log.txt'}:99", "--index", str(folder / "ix"))
    assert done.returncode == 2
    assert "there is no line 99" in done.stderr


def test_a_page_is_drawn_with_its_words_marked(excerpt, folder):
    ferry, picture = folder / "docs" / "ferry.pdf", folder / "page.png"
    text = excerpt("show", str(ferry), "--index", str(folder / "ix")).stdout
    start = text.index("half past seven")
    done = excerpt(
        "show", str(ferry), "--span", f"{start}:{start + 15}", "--png", str(picture),
        "--index", str(folder / "ix"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    data = picture.read_bytes()
    assert data.startswith(b"\x89PNG")
    body = data.index(b"IDAT") + 4
    pixels = zlib.decompressobj().decompress(data[body:])
    assert bytes((255, 224, 64)) * 20 in pixels


def test_a_text_has_no_page_to_draw(excerpt, folder):
    log = folder / "docs" / "log.txt"
    done = excerpt("show", str(log), "--png", str(folder / "x.png"), "--index", str(folder / "ix"))
    assert done.returncode == 2
    assert "no page" in done.stderr


def test_a_path_is_removed(excerpt, folder):
    done = excerpt("rm", str(folder / "docs" / "log.txt"), "--index", str(folder / "ix"))
    assert "1 removed" in done.stdout
