"""Files that are read in a process of their own: what crashes, hangs or eats there stays there."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import LoadError
from index.ingest.walk import FileEntry, file_entry
from index.ingest.worker import DiskError, Limits, Worker, is_risky
from index.types import Document

ROOT = Path(__file__).parents[3]

LOADERS = """
import os, time
from index.loaders.plain import PlainTextLoader

class WildLoader(PlainTextLoader):
    name = "wild"

    def load(self, data, *, uri, key):
        if data == b"crash":
            os.abort()
        if data == b"hang":
            time.sleep(60)
        if data == b"eat":
            held = bytearray(64 << 30)
        if data == b"print":
            print("not a reply", flush=True)
        if data == b"raise":
            raise RuntimeError("what is this?")
        yield from super().load(data, uri=uri, key=key)
"""

PROGRAM = """
import sys
from pathlib import Path
from index.errors import LoadError
from index.ingest.walk import file_entry
from index.ingest.worker import Limits, Worker

worker = Worker(Limits(seconds=2))
for word in ("Bees hum.", "crash", "hang", "eat", "print", "raise", "Ants walk."):
    path = Path(sys.argv[1]) / "a.wild"
    path.write_text(word)
    try:
        (document,) = worker.load(file_entry(path, "wild"), "")
        print(word, "->", document.text)
    except LoadError as error:
        print(word, "->", error)
worker.close()
"""


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker(Limits(seconds=30))
    yield made
    made.close()


def page(path: Path, words: str) -> FileEntry:
    path.write_text(f"<html><head><title>A page</title></head><body><p>{words}</p></body></html>")
    return file_entry(path, "html")


def test_it_yields_what_the_loader_would(worker: Worker, tmp_path: Path) -> None:
    for words in ("Bees hum.", "Ants walk."):
        (document,) = worker.load(page(tmp_path / "a.html", words), "")
        assert isinstance(document, Document)
        assert words in document.text


def test_a_file_that_vanished_is_told(worker: Worker, tmp_path: Path) -> None:
    found = page(tmp_path / "a.html", "Bees hum.")
    found.path.unlink()
    with pytest.raises(LoadError, match="vanished"):
        list(worker.load(found, ""))
    assert list(worker.load(page(tmp_path / "b.html", "Ants walk."), ""))


def test_documents_that_nobody_took_are_not_the_next_file_s(worker: Worker, tmp_path: Path) -> None:
    many = tmp_path / "a.jsonl"
    many.write_text("".join(f'{{"text": "Bee {number}."}}\n' for number in range(1000)))
    first = worker.load(file_entry(many, "jsonl"), "")
    next(first)
    first.close()
    (document,) = worker.load(page(tmp_path / "b.html", "Ants walk."), "")
    assert isinstance(document, Document)
    assert "Ants" in document.text


def test_what_a_loader_does_stays_with_its_file(tmp_path: Path) -> None:
    package = tmp_path / "site"
    info = package / "wild-1.0.dist-info"
    info.mkdir(parents=True)
    (package / "wild.py").write_text(textwrap.dedent(LOADERS))
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: wild\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[excerpt.loaders]\nwild = wild:WildLoader\n[excerpt.suffixes]\n.wild = wild:WildLoader\n"
    )
    path = os.pathsep.join([str(package), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
        timeout=120,
    )
    assert done.stdout.splitlines() == [
        "Bees hum. -> Bees hum.",
        "crash -> its loader crashed (signal 6)",
        "hang -> reading it took more than 2 s and was given up",
        "eat -> its loader needs more memory than it may have",
        "print -> print",
        "raise -> the loader 'wild' failed on it (RuntimeError: what is this?)",
        "Ants walk. -> Ants walk.",
    ], done.stderr


def test_a_failing_disk_is_no_fault_of_the_file(worker: Worker, tmp_path: Path) -> None:
    found = page(tmp_path / "a.html", "Bees hum.")
    with pytest.raises(DiskError):
        raise_in_worker(worker, found)


def raise_in_worker(worker: Worker, found: FileEntry) -> None:
    """Read a file whose first bytes cannot be read: the memory of a process, at address 0."""
    found.path.unlink()
    found.path.symlink_to("/proc/self/mem")
    list(worker.load(found, ""))


@pytest.mark.parametrize(
    ("form", "size", "risky"),
    [
        ("text", 10**9, False),
        ("markdown", 1000, False),
        ("markdown", 10**6, True),
        ("pdf", 1, True),
    ],
)
def test_plain_and_small_files_are_read_at_once(form: str, size: int, risky: bool) -> None:
    assert is_risky(form, size) is risky
