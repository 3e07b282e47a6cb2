"""Little room, few open files, an engine nobody closes: it is said, and nothing whole is lost."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from index.errors import InputError

QUESTION = "Who keeps the hives of the abbey?"


@pytest.fixture
def index(excerpt, tmp_path):
    folder = tmp_path / "docs"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number}.txt").write_text(f"Hive {number} stands by the abbey's wall.\n" * 30)
    (folder / "keeper.txt").write_text("Odo Lanner keeps the hives of the abbey since last May.\n")
    done = excerpt("index", str(folder), "--index", str(tmp_path / "ix"))
    assert done.returncode == 0, done.stderr
    return tmp_path / "ix"


def is_whole_and_answers(excerpt, index: Path) -> None:
    assert excerpt("verify", "--index", str(index)).returncode == 0
    done = excerpt("ask", QUESTION, "--index", str(index))
    assert "Odo Lanner" in done.stdout


@pytest.mark.parametrize("size", [0, 4 << 10])
def test_no_file_may_grow_and_it_is_asked(excerpt, index, size):
    for arguments in (["ask", QUESTION], ["status"], ["search", "hives"]):
        limit = (resource.RLIMIT_FSIZE, size)
        done = excerpt(*arguments, "--index", str(index), limit=limit)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("size", [0, 8 << 10, 64 << 10])
def test_no_file_may_grow_and_what_was_written_is_whole(excerpt, index, size):
    (index.parent / "docs" / "3.txt").write_text("Hive 3 was moved to the orchard.\n" * 3000)
    done = excerpt("index", "--index", str(index), limit=(resource.RLIMIT_FSIZE, size))
    assert done.returncode == 1
    assert "what it held is safe" in done.stderr
    assert "Traceback" not in done.stderr
    assert "delete" not in done.stderr
    is_whole_and_answers(excerpt, index)


@pytest.mark.parametrize("files", [6, 10, 12, 14, 24])
def test_few_files_may_be_open(excerpt, index, files):
    limit = (resource.RLIMIT_NOFILE, files)
    (index.parent / "docs" / "3.txt").write_text("Hive 3 was moved to the orchard.\n" * 300)
    for arguments in (["ask", QUESTION], ["index"]):
        done = excerpt(*arguments, "--index", str(index), limit=limit)
        assert done.returncode in (0, 1)
        assert "Traceback" not in done.stderr
        assert "delete" not in done.stderr
        assert not done.returncode or "oo many open files" in done.stderr
    is_whole_and_answers(excerpt, index)


def test_an_engine_that_nobody_closes_ends_without_a_word(index):
    program = (
        "from retrieval import Engine\n"
        f"engine = Engine.open({str(index)!r})\n"
        f"print(engine.ask({QUESTION!r}).answers[0].text)\n"
        "held = engine.snapshot()\nheld.__enter__()\n"
        "more = Engine.open(engine.store.location)\nmore.search('hives')\n"
    )
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error::ResourceWarning", "-c", program],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=Path(__file__).parents[3],
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Odo Lanner" in done.stdout


@pytest.mark.parametrize("k", [None, 0, -1, 2.5, "3", True, 1001])
def test_how_many_is_a_number(engine, k):
    for work in (engine.ask, engine.search):
        with pytest.raises(InputError, match="k is"):
            work(QUESTION, k)


@pytest.mark.parametrize("question", [None, 3, b"Who?"])
def test_a_question_is_text(engine, question):
    for work in (engine.ask, engine.search):
        with pytest.raises(InputError, match="the question is"):
            work(question)
