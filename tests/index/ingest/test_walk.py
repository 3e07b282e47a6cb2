"""The walk: every file once, in order, and a reason for what cannot be read."""

import os
import socket
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest

from index.errors import LoadError
from index.ingest.file_sources import Rules
from index.ingest.rules import Chooser
from index.ingest.walk import FileEntry, open_file, walk
from index.types import LoadProblem


def make(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)


def found(root: Path) -> list[str]:
    return [str(x.path.relative_to(root)) for x in walk(root) if isinstance(x, FileEntry)]


def problems(root: Path) -> list[LoadProblem]:
    return [x for x in walk(root) if isinstance(x, LoadProblem)]


def test_files_come_in_one_order_with_their_loaders(tmp_path: Path) -> None:
    make(tmp_path, "b.txt", "a/z.md", "a/b/c.html", "README", "d.JSONL")
    assert found(tmp_path) == ["README", "a/b/c.html", "a/z.md", "b.txt", "d.JSONL"]
    loaders = [x.format.name for x in walk(tmp_path) if isinstance(x, FileEntry)]
    assert loaders == ["text", "html", "markdown", "text", "jsonl"]


def test_keys_are_url_safe_stable_and_unlike(tmp_path: Path) -> None:
    make(tmp_path, "a/notes here.txt", "b/notes here.txt", "ä/ö.txt")
    keys = [x.key for x in walk(tmp_path) if isinstance(x, FileEntry)]
    assert len(set(keys)) == 3
    assert [quote(key, safe="") for key in keys] == keys
    assert keys == [x.key for x in walk(tmp_path / ".") if isinstance(x, FileEntry)]
    (single,) = walk(tmp_path / "a" / "notes here.txt")
    assert isinstance(single, FileEntry)
    assert single.key == keys[0]
    assert single.uri == str(tmp_path.resolve() / "a" / "notes here.txt")


def test_hidden_files_and_index_folders_are_passed_over(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", ".hidden.txt", ".git/b.txt", "ix/catalog.sqlite", "ix/terms/1/c.txt")
    make(tmp_path, "out/d.txt")
    assert found(tmp_path) == ["a.txt", "out/d.txt"]
    left = [x for x in walk(tmp_path, skip=[tmp_path / "out"]) if isinstance(x, FileEntry)]
    assert [x.path.name for x in left] == ["a.txt"]
    assert problems(tmp_path) == []


def test_formats_that_nobody_reads_are_reported_once_a_suffix(tmp_path: Path) -> None:
    make(tmp_path, "a.gif", "b.GIF", "c/d.gif", "e.xyz", "f.txt")
    reasons = [problem.reason for problem in problems(tmp_path)]
    assert reasons == [
        "3 files with the suffix .gif skipped (such as a.gif): no loader reads that format; "
        "save it as PNG or PDF",
        "1 file with the suffix .xyz skipped (such as e.xyz): no loader reads that format",
    ]


def test_a_suffix_that_is_part_of_a_name_leaves_it_to_the_content(tmp_path: Path) -> None:
    texts = ["Apache-2.0", "NEWS.Debian", "README.1st", "README.source", "notes of Mr. Smith"]
    make(tmp_path, *texts, "main.wasm", "IMAGE.GIF")
    (tmp_path / "libz.so.1").write_bytes(b"\x7fELF\0\0\1")
    (tmp_path / "archive.7z").write_bytes(b"7z\xbc\xaf\x27\x1c\0\4")
    (tmp_path / "README.zst").write_bytes(b"\x28\xb5\x2f\xfd\0")
    os.mkfifo(tmp_path / "pipe.1")
    assert found(tmp_path) == texts
    skipped = " ".join(problem.reason for problem in problems(tmp_path))
    for suffix in (".1 ", ".7z", ".gif", ".wasm", ".zst"):
        assert f"1 file with the suffix {suffix}" in skipped
    assert "pipe" not in skipped


def test_what_people_wrote_is_read_whatever_its_suffix(tmp_path: Path) -> None:
    notes = "The gate opens at nine; ask the keeper for a key, please.\n"
    written = {
        "CHANGES.internals": notes,
        "calendar.history": "04/01\tThe bridge is opened, 1932\n04/02\tA fair is held\n",
        "minutes.june": "Übung am Fluß: wir üben täglich, schließlich.\n",
    }
    other = {
        "site.css": "body { margin: 0 } the rest of the words are plain words here",
        "server.pem": f"-----BEGIN CERTIFICATE-----\n{notes}",
        "table.dat": "1 2 3 4 5\n6 7 8 9 10\n",
        "code.zz9": "x+=1; y-=2; f(x,y); g(z)->h[3]; a=b|c; d<<=2;\n",
    }
    for name, text in (written | other).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert found(tmp_path) == sorted(written)
    assert len(problems(tmp_path)) == len(other)


def test_special_files_and_broken_links_are_reported(tmp_path: Path) -> None:
    make(tmp_path, "a.txt")
    os.mkfifo(tmp_path / "fifo.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    (tmp_path / "null.txt").symlink_to("/dev/null")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(tmp_path / "socket.txt"))
        reasons = {Path(problem.uri).name: problem.reason for problem in problems(tmp_path)}
    assert found(tmp_path) == ["a.txt"]
    assert reasons["fifo.txt"] == "it is a FIFO, not a regular file"
    assert reasons["socket.txt"] == "it is a socket, not a regular file"
    assert reasons["null.txt"] == "it is a device, not a regular file"
    assert "broken link to" in reasons["gone.txt"]
    assert reasons["loop.txt"].startswith("it cannot be read: ")


def test_links_are_followed_without_going_in_circles(tmp_path: Path) -> None:
    root, other = tmp_path / "root", tmp_path / "other"
    make(root, "a/b.txt")
    make(other, "c.txt")
    (root / "a" / "up").symlink_to(root)
    (root / "0-before-a").symlink_to(root / "a")
    (root / "z").symlink_to(other)
    (other / "back").symlink_to(other)
    (root / "file.txt").symlink_to(other / "c.txt")
    assert found(root) == ["a/b.txt", "file.txt", "z/c.txt"]


def test_a_folder_nested_deeper_than_pythons_stack(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    try:
        for _ in range(1200):
            os.mkdir("d", dir_fd=here)
            deeper = os.open("d", os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = deeper
        assert found(tmp_path) == []
    finally:
        os.close(here)
        # pytest's own cleaning would run into the recursion limit here.
        subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)


def test_a_single_file_is_a_root_and_text_by_its_content(tmp_path: Path) -> None:
    make(tmp_path, "data.unknown", "image.gif")
    (tmp_path / "image.gif").write_bytes(b"GIF89a\r\n\0\0")
    (one,) = walk(tmp_path / "data.unknown")
    assert isinstance(one, FileEntry)
    assert one.format.name == "text"
    (image,) = walk(tmp_path / "image.gif")
    assert isinstance(image, LoadProblem)
    assert "no loader reads the format '.gif'" in image.reason


def test_a_root_that_is_not_there_is_reported(tmp_path: Path) -> None:
    (problem,) = walk(tmp_path / "nowhere")
    assert isinstance(problem, LoadProblem)
    assert "no such file or folder" in problem.reason


def test_a_folder_that_vanishes_midway_is_reported(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "b/c.txt", "d.txt")
    walking = walk(tmp_path)
    first = next(walking)
    (tmp_path / "b" / "c.txt").unlink()
    (tmp_path / "b").rmdir()
    (tmp_path / "d.txt").unlink()
    rest = list(walking)
    assert isinstance(first, FileEntry)
    assert [type(x) for x in rest] == [LoadProblem, LoadProblem]


def test_a_name_that_is_not_utf8_is_walked_and_named(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("x")
    (one,) = walk(tmp_path)
    assert isinstance(one, FileEntry)
    assert one.uri.endswith("caf\\xe9.txt")
    with open_file(one.path) as file:
        assert file.read() == b"x"


def test_reading_never_waits_on_a_fifo_and_says_what_went_wrong(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for name, reason in (("fifo", "it is a FIFO"), ("gone", "vanished"), ("", "cannot be read")):
        with pytest.raises(LoadError, match=reason), open_file(tmp_path / name):
            pass


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_listed_is_reported(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "secret/b.txt")
    (tmp_path / "secret").chmod(0)
    try:
        (problem,) = problems(tmp_path)
        assert "cannot be listed: Permission denied" in problem.reason
    finally:
        (tmp_path / "secret").chmod(0o755)


@pytest.mark.parametrize(
    ("name", "content", "form"),
    [
        ("Inbox", b"From a@b Mon Mar  3 10:00:00 2031\nSubject: Bees\n\nThey hum.\n", "mbox"),
        (
            "1899412.M3P7.host:2,S",
            b"Return-Path: <a@b>\nFrom: a@b\nSubject: Bees\nDate: today\n\nHum.\n",
            "eml",
        ),
        ("report", b"%PDF-1.7\n", "pdf"),
        ("index", b"\n<!DOCTYPE html><p>Bees</p>", "html"),
        ("notes", b"From here on the bees hum.\nDate: unknown\n", "text"),
        ("saved.mhtml", b"MIME-Version: 1.0\n\nBees", "eml"),
        ("page.txt", b"%PDF-1.7\n", "text"),
    ],
)
def test_a_file_without_a_suffix_is_what_its_content_says(
    name: str, content: bytes, form: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    assert [each.format.name for each in walk(tmp_path) if isinstance(each, FileEntry)] == [form]


def test_locks_and_backups_are_hidden(tmp_path: Path) -> None:
    for name in ("~$plan.docx", "plan.txt~", "plan.txt"):
        (tmp_path / name).write_text("Bees hum.")
    chooser = Chooser(tmp_path, Rules())
    met = [each for each in walk(tmp_path, (), chooser) if isinstance(each, FileEntry)]
    assert [each.path.name for each in met] == ["plan.txt"]
    assert chooser.left_out == {"hidden": 2}
