"""Files that vanish or change while they are being indexed, and one too large to hold."""

import errno
import io
import json
import os
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.loaders.jsonl import JsonlLoader
from index.store import FileStore, Progress
from index.testing import HashingEmbedder

_when_opened: dict[str, Callable[[], None]] = {}


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and _when_opened and isinstance(arguments[0], str | os.PathLike):
        _when_opened.pop(os.fspath(arguments[0]), lambda: None)()


sys.addaudithook(_hook)  # never removed; it does nothing while nothing waits


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FileStore]:
    embedder = HashingEmbedder()
    with FileStore.create(tmp_path / "index", embedder=embedder, model="hashing") as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "docs"
    made.mkdir()
    return made


def words(store: FileStore) -> list[str]:
    with store.snapshot() as snapshot:
        return sorted(document.text for document in snapshot.documents())


def line(identity: str, text: str) -> str:
    return json.dumps({"_id": identity, "text": text}) + "\n"


def test_a_file_that_vanishes_between_walk_and_reading(store: FileStore, folder: Path) -> None:
    for name in ("a", "b", "c"):
        (folder / f"{name}.txt").write_text(f"Text of {name}.")
    _when_opened[str(folder / "b.txt")] = (folder / "b.txt").unlink
    report = store.sync([folder])
    assert not _when_opened
    (problem,) = report.problems
    assert problem.uri == str(folder / "b.txt")
    assert problem.reason == "it vanished before it could be read"
    assert words(store) == ["Text of a.", "Text of c."]
    assert store.sync().problems == ()
    assert store.verify() == []


def test_a_known_file_that_vanishes_takes_its_documents_with_it(
    store: FileStore, folder: Path
) -> None:
    (folder / "a.txt").write_text("Text of a.")
    (folder / "b.txt").write_text("Text of b.")
    store.sync([folder])
    _when_opened[str(folder / "b.txt")] = (folder / "b.txt").unlink
    report = store.sync()
    assert (report.unchanged, report.removed, len(report.problems)) == (1, 1, 1)
    assert words(store) == ["Text of a."]


def test_a_file_that_vanishes_while_it_is_read_is_read_to_its_end(
    store: FileStore, folder: Path
) -> None:
    corpus = folder / "corpus.jsonl"
    corpus.write_text("".join(line(str(number), f"Bee {number}.") for number in range(9)))

    def unlink(progress: Progress) -> None:
        if progress.documents == 2:
            corpus.unlink()

    report = store.sync([folder], progress=unlink)
    assert (report.added, report.problems) == (9, ())
    assert store.sync(allow_empty=True).removed == 9


def test_a_file_that_grows_while_it_is_read_is_read_again(store: FileStore, folder: Path) -> None:
    corpus = folder / "corpus.jsonl"
    corpus.write_text(line("1", "One bee.") + line("2", "Two bees."))

    def append(progress: Progress) -> None:
        if progress.documents == 1:
            with corpus.open("a") as file:
                file.write(line("3", "Three bees."))

    (problem,) = store.sync([folder], progress=append).problems
    assert "changed while it was being read" in problem.reason
    report = store.sync()
    assert report.problems == ()
    assert words(store) == ["One bee.", "Three bees.", "Two bees."]
    assert store.sync().generation == report.generation


class BadSector(io.FileIO):
    """A file whose second half cannot be read once its digest has been taken."""

    was_read = False

    def readinto(self, buffer: bytearray) -> int:
        size = Path(self.name).stat().st_size
        if self.was_read and size // 2 <= self.tell() < size:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        count = super().readinto(buffer)
        self.was_read |= count == 0
        return count


def test_a_disk_that_fails_half_way_through_a_file_takes_nothing_from_the_index(
    store: FileStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = folder / "corpus.jsonl"
    lines = [line(str(number), f"Bee {number} hums. " * 50) for number in range(60)]
    corpus.write_text("".join(lines))
    store.sync([folder])
    corpus.write_text(line("0", "Bee 0 flew.") + "".join(lines[1:]))
    with monkeypatch.context() as patch:
        patch.setattr(
            "index.ingest.opened_file.open_file", lambda path: io.BufferedReader(BadSector(path))
        )
        report = store.sync()
    (problem,) = report.problems
    assert problem.reason == (
        "it cannot be read: Input/output error; what was read of it before is kept"
    )
    assert (report.changed, report.removed, report.unchanged) == (1, 0, 59)
    assert len(words(store)) == 60
    report = store.sync()
    assert (report.problems, report.removed, report.unchanged) == ((), 0, 60)


def test_a_document_that_moved_to_a_file_read_earlier_is_told_and_kept(
    store: FileStore, folder: Path
) -> None:
    """Its id is free only once the file it stood in is read."""
    (folder / "b.jsonl").write_text(line("1", "One bee.") + line("2", "Two bees."))
    store.sync([folder])
    (folder / "a.jsonl").write_text(line("2", "Two bees moved."))
    (folder / "b.jsonl").write_text(line("1", "One bee.") + line("2", "Two bees changed."))
    (problem,) = store.sync().problems
    assert problem.uri == str(folder / "a.jsonl")
    assert words(store) == ["One bee.", "Two bees changed."]


@pytest.mark.parametrize(("old", "new"), [("a", "b"), ("b", "a")])
def test_a_record_that_moves_between_files_is_never_lost(
    store: FileStore, folder: Path, old: str, new: str
) -> None:
    (folder / f"{old}.jsonl").write_text(line("1", "One bee.") + line("2", "Two bees."))
    (folder / f"{new}.jsonl").write_text(line("3", "Three bees."))
    store.sync([folder])
    (folder / f"{old}.jsonl").write_text(line("1", "One bee."))
    (folder / f"{new}.jsonl").write_text(line("3", "Three bees.") + line("2", "Two bees moved."))
    report = store.sync()
    assert report.problems == ()
    assert words(store) == ["One bee.", "Three bees.", "Two bees moved."]
    assert store.sync().generation == report.generation
    assert store.verify() == []


def test_of_a_large_file_one_line_is_held(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    text = "Bees hum. " * 500
    with corpus.open("w") as file:
        for number in range(2000):
            file.write(line(str(number), text))
    with corpus.open("rb") as file:
        tracemalloc.start()
        documents = JsonlLoader().load_stream(file, uri="/c", key="c", sha256="")
        assert sum(1 for _ in documents) == 2000
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < corpus.stat().st_size / 10
