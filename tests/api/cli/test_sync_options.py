"""What `excerpt index` takes besides paths: rules, lists of paths, documents, and changes."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from api.cli.index_command import left_out_line, rules_in_words, rules_of, skipped_lines
from api.cli.watching import follow
from index.errors import InputError
from index.ingest.file_sources import Rules
from index.store import FileStore
from index.types import LoadProblem, SyncReport

ROOT = Path(__file__).parents[3]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "documents"
    made.mkdir()
    for name in ("bees.txt", "ants.md", "draft.txt", ".hidden.txt"):
        (made / name).write_text(f"These are the {name} words.")
    return made


def titles(excerpt, index: Path) -> list[str]:
    listed = json.loads(excerpt("list", "--index", str(index), "--json").stdout)["documents"]
    return sorted(Path(each["uri"]).name for each in listed)


def test_rules_are_recorded_with_the_paths_and_what_they_leave_out_is_told(
    excerpt, folder, tmp_path
):
    index = ("--index", str(tmp_path / "ix"))
    rules = ("--include", "*.txt", "--exclude", "draft*")
    done = excerpt("index", str(folder), *index, *rules)
    assert done.returncode == 0, done.stderr
    assert "1 added" in done.stdout
    assert "left out: 1 hidden, 1 not included, 1 excluded" in done.stdout
    (folder / "wasps.md").write_text("Wasps sting.")
    assert "0 added" in excerpt("index", *index).stdout
    shown = excerpt("index", "--roots", *index).stdout
    assert shown == f"{folder}  (only *.txt; without draft*)\n"
    again = json.loads(excerpt("index", *index, "--include", "", "--json").stdout)
    assert (again["added"], again["left_out"]) == (3, {"hidden": 1})


def test_paths_and_documents_are_taken_from_a_list(excerpt, folder, tmp_path):
    index = tmp_path / "ix"
    chosen = f"{folder / 'bees.txt'}\n\n{folder / 'ants.md'}\n"
    done = excerpt("index", "--from", "-", "--index", str(index), input=chosen)
    assert "2 added" in done.stdout, done.stderr
    assert titles(excerpt, index) == ["ants.md", "bees.txt"]
    lines = '{"_id": "owl", "text": "Owls watch."}\nbroken\n'
    records = tmp_path / "records"
    records.write_text('\n {"_id": "owl", "text": "Owls watch."}\n{broken\n')
    done = excerpt("index", "--from", str(records), "--index", str(index))
    assert "1 added" in done.stdout
    assert f"skipped {records}:3" in done.stderr
    done = excerpt("index", "--from", "-", "--index", str(tmp_path / "new"), input=lines)
    assert done.returncode == 0, done.stderr
    assert "Owls watch." in excerpt("show", "owl", "--index", str(tmp_path / "new")).stdout
    empty = excerpt("index", "--from", "-", "--index", str(index), input="\n")
    assert empty.returncode == 2
    assert "lists no paths" in empty.stderr


def test_a_watched_folder_is_kept_in_step(folder, tmp_path):
    program = "from api.cli.main import main; main()"
    watching = subprocess.Popen(
        [sys.executable, "-u", "-c", program, "index", str(folder), "--watch"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "EXCERPT_INDEX": str(folder / "index")},
    )
    try:
        assert watching.stdout
        assert watching.stderr
        assert "3 added" in watching.stdout.readline()
        assert "left out" in watching.stdout.readline()
        assert "watching 1 path" in watching.stderr.readline()
        (folder / "owls.txt").write_text("Owls watch.")
        assert "1 added" in watching.stdout.readline()
        watching.stdout.readline()
        (folder / "owls.txt").unlink()
        assert "1 removed" in watching.stdout.readline()
        watching.send_signal(signal.SIGINT)
        assert watching.wait(60) == 0
    finally:
        watching.kill()


@pytest.mark.parametrize("interrupted", [1, 2])
def test_an_interruption_while_a_sync_is_shown_ends_the_watch(folder, tmp_path, interrupted):
    store = FileStore.create(tmp_path / "index")
    shown = []

    def keep_writing():
        while len(shown) < interrupted:
            (folder / "owls.txt").write_text("Owls watch.")
            time.sleep(1)

    def show(report):
        shown.append(report.added)
        if len(shown) == interrupted:
            signal.raise_signal(signal.SIGINT)
            pytest.fail("the signal was not heard")
        threading.Thread(target=keep_writing).start()

    follow(store, store.sync([folder]), show)
    assert shown == [3, 1][:interrupted]


def test_many_problems_are_told_a_reason_a_line():
    few = [LoadProblem(f"/{n}", "no loader reads it") for n in range(3)]
    assert list(skipped_lines(few)) == [f"skipped /{n}: no loader reads it" for n in range(3)]
    many = [LoadProblem(f"/{n}", "it is empty" if n % 3 else f"broken at {n}") for n in range(60)]
    lines = list(skipped_lines(many))
    assert lines[0] == "skipped /1 and 39 more: it is empty"
    assert lines[1] == "skipped /0: broken at 0"
    assert lines[-2:] == [
        "skipped for 11 other reasons as well",
        "60 were skipped; all of them: excerpt status --skipped",
    ]


def test_an_empty_pattern_is_none():
    assert rules_of(None, None, no_ignore=False) is None
    assert rules_of([""], None, no_ignore=False) == Rules()
    assert rules_of(["*.txt"], ["a", ""], no_ignore=True) == Rules(("*.txt",), ("a",), False)
    given = rules_of(None, None, no_ignore=False, metadata=["a = 1", "b=x=y"])
    assert given == Rules(metadata=("a=1", "b=x=y"))
    for wrong in ("a", "=b", "a="):
        with pytest.raises(InputError, match="key=value"):
            rules_of(None, None, no_ignore=False, metadata=[wrong])
    assert rules_in_words(Rules()) == ""
    assert rules_in_words(Rules(metadata=("a=1",))) == "metadata a=1"
    assert rules_in_words(Rules(("a", "b"), ("c",), False)) == (
        "only a b; without c; ignore files disregarded"
    )


def test_what_was_left_out_comes_with_the_way_to_have_it_in():
    report = SyncReport(1, left_out=((".gitignore", 1200), ("excluded", 2), (".excerptignore", 1)))
    assert left_out_line(report) == (
        "left out: 1,200 by .gitignore, 2 excluded, 1 by .excerptignore "
        '(to have them in: --no-ignore, --exclude "")'
    )
