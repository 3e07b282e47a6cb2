"""What a user gets wrong, through the real command: the exit code, the words, nothing lost."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
KEEPER = "The lighthouse keeper is called Ada Moreau.\n"


@pytest.fixture
def folder(tmp_path):
    """Return a folder with one good document."""
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "good.txt").write_text(KEEPER)
    return documents


@pytest.fixture
def index(excerpt, folder, tmp_path):
    """Return an index of `folder`."""
    path = tmp_path / "index"
    assert excerpt("index", str(folder), "--index", str(path)).returncode == 0
    return path


def failure(done, code):
    """Return the problem that a command printed, having checked its exit code."""
    assert done.returncode == code, (done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return json.loads(done.stderr.strip().splitlines()[-1])


@pytest.mark.parametrize("paths", [(), ("/no/such",), ("documents", "/no/such")])
def test_paths_that_do_not_exist_make_no_index(excerpt, folder, tmp_path, paths):
    done = excerpt("index", *paths, "--index", "new/index", "--json", cwd=tmp_path)
    assert "name" in failure(done, 2)["detail"]
    assert sorted(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ask", ""), "empty"),
        (("ask", " \n\t"), "empty"),
        (("search", ""), "empty"),
        (("ask",), "question"),
        (("ask", "x", "-k", "0"), "-k"),
        (("ask", "x", "-k", "many"), "-k"),
        (("ask", "x", "-k", "1001"), "than or equal to 1000"),
        (("search", "x", "-k", "1001"), "than or equal to 1000"),
        (("ask", "x", "--nosuch"), "--nosuch"),
        (("ask", "who", "is", "Ian", "Murdock"), "put the question in quotes"),
        (("ask", "Is", "it?"), "put the question in quotes"),
        (("nosuch",), "nosuch"),
        (("ask", "x", "--filter", "title ="), "filter"),
        (("ask", "x", "--filter", "nosuch = 1"), "nosuch"),
        (("ask", "x", "--filter", "(" * 60_000 + "title = 1"), "filter"),
        (("ask", "x", "--filter", "not " * 15_000 + "title = 1"), "filter"),
        (("show", "x", "--span", "3"), "span"),
        (("index", "/nonexistent/folder"), "/nonexistent/folder"),
    ],
)
def test_misuse_exits_with_2_and_says_what(excerpt, seed_index, arguments, words):
    copy = () if arguments[0] == "nosuch" else ("--index", str(seed_index))
    if arguments[0] == "show":
        found = json.loads(excerpt("search", "Spear", "--json", *copy).stdout)
        arguments = ("show", found["passages"][0]["document_id"], *arguments[2:])
    problem = failure(excerpt(*arguments, "--json", *copy), 2)
    assert words.casefold() in problem["detail"].casefold()
    assert len(problem["detail"]) < 1_000


@pytest.mark.parametrize(
    "arguments",
    [("show", "\udcff"), ("rm", "\udcff"), ("explain", "who?", "--expected", "x\udcff#0-3")],
)
def test_a_document_whose_name_is_not_utf_8_is_not_in_the_index(excerpt, seed_index, arguments):
    problem = failure(excerpt(*arguments, "--json", "--index", str(seed_index)), 1)
    assert problem["title"] == "Not in the index"


def test_people_are_told_where_the_right_command_line_is_described(excerpt):
    for arguments, command in ((("ask",), "excerpt ask"), (("nosuch",), "excerpt")):
        done = excerpt(*arguments)
        assert done.returncode == 2
        assert done.stderr.endswith(f"; see: {command} --help\n")


def test_people_see_where_in_a_filter_it_goes_wrong(excerpt, seed_index):
    done = excerpt("ask", "x", "--filter", "title = = 1", "--index", str(seed_index))
    _, shown, caret = done.stderr.splitlines()
    assert shown.strip() == "title = = 1"
    assert shown[caret.index("^")] == "="


@pytest.mark.parametrize(
    "question",
    [
        'title:"x" AND (NOT y) OR *:* ~2 ^3 [a TO b] "unclosed',
        "'; DROP TABLE documents; --",
        "?!…—",
        "谁领导这次行动?",
        "who \u202e leads \x1b[31m it",
        "a" * 100_000,
    ],
)
def test_odd_questions_are_answered_or_refused(excerpt, seed_index, question):
    done = excerpt("ask", question, "--index", str(seed_index))
    assert done.returncode in {0, 2, 3}, done.stderr
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stdout


def test_a_question_of_a_megabyte(excerpt, seed_index):
    done = excerpt("ask", "-", "--index", str(seed_index), input="who leads it? " * 75_000)
    assert done.returncode in {0, 2, 3}, done.stderr
    assert "Traceback" not in done.stderr


def test_a_question_that_is_not_utf8(clean_home, seed_index):
    done = subprocess.run(
        [sys.executable, "-m", "api.cli.main", "ask", b"caf\xe9?", "--index", str(seed_index)],
        env={**clean_home, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert "UTF-8" in done.stderr


def test_an_index_folder_that_is_not_there(excerpt, tmp_path):
    for command in (("ask", "x"), ("search", "x"), ("status",), ("verify",), ("rm", "x")):
        problem = failure(excerpt(*command, "--json", "--index", str(tmp_path / "no")), 1)
        assert str(tmp_path / "no") in problem["detail"]
        assert "excerpt index" in problem["detail"]
    assert not (tmp_path / "no").exists()


def test_a_folder_that_is_not_ours_is_left_alone(excerpt, folder, tmp_path):
    other = tmp_path / "photos"
    other.mkdir()
    (other / "cat.jpg").write_bytes(b"not an index")
    for command in (("ask", "x"), ("index", str(folder))):
        problem = failure(excerpt(*command, "--json", "--index", str(other)), 1)
        assert str(other) in problem["detail"]
    assert [path.name for path in other.iterdir()] == ["cat.jpg"]


def test_an_index_of_a_newer_version(excerpt, index):
    with sqlite3.connect(index / "catalog.sqlite") as record:
        record.execute("PRAGMA user_version = 9999")
    problem = failure(excerpt("ask", "who?", "--json", "--index", str(index)), 1)
    assert "newer" in problem["detail"]


def test_an_index_of_another_embedder(excerpt, index):
    with sqlite3.connect(index / "catalog.sqlite") as record:
        record.execute("UPDATE meta SET value = 'f00d' WHERE key = 'fingerprint'")
    problem = failure(excerpt("ask", "who?", "--json", "--index", str(index)), 1)
    assert "embedder" in problem["detail"]
    assert "excerpt index" in problem["detail"]


def test_an_index_whose_record_is_damaged(excerpt, folder, index):
    record = index / "catalog.sqlite"
    content = record.read_bytes()
    record.write_bytes(content[:4096] + os.urandom(len(content) - 4096))
    for command in (
        *(("ask", "x"), ("search", "x"), ("show", "x"), ("status",), ("verify",), ("rm", "x")),
        ("index", str(folder)),
    ):
        problem = failure(excerpt(*command, "--json", "--index", str(index)), 1)
        assert str(record) in problem["detail"]
        assert f"delete {index} and index again" in problem["detail"]


@pytest.mark.parametrize("part", ["vectors", "terms"])
def test_an_index_that_lost_a_file_says_so_or_rebuilds_it(excerpt, folder, index, part):
    shutil.rmtree(index / part)
    done = excerpt("search", "keeper", "--json", "--index", str(index))
    assert "Traceback" not in done.stderr
    if done.returncode:
        assert "excerpt index" in failure(done, 1)["detail"]
    assert excerpt("index", str(folder), "--index", str(index)).returncode == 0
    found = json.loads(excerpt("search", "keeper", "--json", "--index", str(index)).stdout)
    assert found["passages"][0]["text"] == KEEPER.strip()
    assert excerpt("verify", "--index", str(index)).returncode == 0


def test_files_that_cannot_be_read_are_reported_and_the_rest_goes_in(excerpt, folder, tmp_path):
    (folder / "latin.txt").write_bytes(
        "Le gardien s'appelle Zoé Lefèvre, né à Besançon.".encode("cp1252")
    )
    (folder / "empty.txt").write_bytes(b"")
    (folder / "broken.txt").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "pipe.txt")
    (folder / "lines.jsonl").write_text(
        "".join(
            "{not json\n"
            if number == 7
            else json.dumps({"text": f"Record {number} says so."}) + "\n"
            for number in range(1, 10)
        )
    )
    done = excerpt("index", str(folder), "--json", "--index", str(tmp_path / "index"))
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    reasons = {(Path(each["uri"]).name, each["line"]) for each in report["problems"]}
    assert ("lines.jsonl", 7) in reasons
    assert ("broken.txt", None) in reasons
    assert report["added"] >= 10
    found = excerpt("search", "gardien", "--json", "--index", str(tmp_path / "index"))
    assert "Zoé Lefèvre" in json.loads(found.stdout)["passages"][0]["text"]


def test_people_are_told_the_line_that_is_malformed(excerpt, folder, tmp_path):
    (folder / "lines.jsonl").write_text('{"text": "fine"}\n' * 6 + "{\n")
    done = excerpt("index", str(folder), "--index", str(tmp_path / "index"))
    assert "lines.jsonl:7: " in done.stderr
    assert "added" in done.stdout


def test_a_folder_with_no_documents(excerpt, tmp_path):
    (tmp_path / "empty").mkdir()
    at = ("--json", "--index", str(tmp_path / "index"))
    problem = failure(excerpt("index", str(tmp_path / "empty"), *at), 1)
    assert "no documents" in problem["detail"]
    assert ".txt" in problem["detail"]


def test_a_folder_of_which_nothing_can_be_read_is_one_problem_with_the_reasons(excerpt, tmp_path):
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "empty.txt").write_bytes(b"")
    at = ("--json", "--index", str(tmp_path / "index"))
    done = excerpt("index", str(tmp_path / "documents"), *at)
    assert done.stdout == ""
    (skipped,) = failure(done, 1)["report"]["problems"]
    assert "empty.txt" in skipped["uri"]


@pytest.mark.parametrize(
    "arguments", [("status", "--index", ""), ("index", ""), ("index", "a", "")]
)
def test_a_path_that_an_unset_variable_left_empty_is_not_the_current_folder(
    excerpt, folder, arguments
):
    before = sorted(folder.iterdir())
    problem = failure(excerpt(*arguments, "--json", cwd=folder), 2)
    assert "it is empty; name a file or folder" in problem["detail"]
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize("place", ["/proc/excerpt", "{file}/index"])
def test_an_index_folder_that_cannot_be_written(excerpt, folder, place):
    path = place.format(file=folder / "good.txt")
    problem = failure(excerpt("index", str(folder), "--json", "--index", path), 1)
    assert path in problem["detail"]


def test_a_second_writer_is_told_who_is_first(excerpt, folder, index):
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time\nfrom pathlib import Path\nfrom index.store.lock import WriteLock\n"
            "with WriteLock(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)",
            str(index / "write.lock"),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout.readline() == "held\n"
        problem = failure(excerpt("index", str(folder), "--json", "--index", str(index)), 1)
        assert str(holder.pid) in problem["detail"]
        assert excerpt("search", "keeper", "--index", str(index)).returncode == 0
    finally:
        holder.kill()
        holder.wait()


def test_interrupted_while_indexing_the_last_generation_still_answers(
    excerpt, clean_home, folder, index
):
    for number in range(4_000):
        (folder / f"{number}.txt").write_text(f"Note {number} is about boats and bells. " * 20)
    # Not `python -m`: there CPython ends by the signal itself, the message said or not, where it
    # came while a module that is imported makes a dataclass (an `exec`).
    command = Path(sys.executable).with_name("excerpt")
    indexing = subprocess.Popen(
        [str(command), "index", str(folder), "--index", str(index)],
        env={**clean_home, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A test run in the background is started with SIGINT ignored, and would pass that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    while (index / "write.lock").read_text().strip() != str(indexing.pid):
        assert indexing.poll() is None
        time.sleep(0.01)
    indexing.send_signal(signal.SIGINT)
    _, said = indexing.communicate(timeout=60)
    assert indexing.returncode == 130, said
    assert said.strip() == "excerpt: interrupted; the index keeps its last generation"
    found = json.loads(excerpt("search", "keeper", "--json", "--index", str(index)).stdout)
    assert found["index"]["generation"] == 1
    assert found["passages"][0]["text"] == KEEPER.strip()
    assert excerpt("verify", "--index", str(index)).returncode == 0
