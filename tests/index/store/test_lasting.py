"""What lasts: vectors of an interrupted write, a root that is away, the rights of other users."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from index.errors import IndexUnavailableError, InputError
from index.store import FileStore, StoreConfig
from index.store.embedded import EmbeddingCache
from index.store.session import FileWriter
from index.testing import HashingEmbedder, make_document

HERE = Path(__file__).parent


def open_store(index: Path) -> FileStore:
    return FileStore.create(index, embedder=HashingEmbedder(), model="hashing")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FileStore]:
    with open_store(tmp_path / "index") as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "docs"
    made.mkdir()
    return made


def write(folder: Path, count: int) -> None:
    for number in range(count):
        (folder / f"{number:04}.txt").write_text(f"Bee number {number} hums in a hive.")


KILLED = """
import os, signal, sys
sys.path[:0] = [{root!r}]
from pathlib import Path
from index.testing import HashingEmbedder
from index.store import FileStore, StoreConfig

class Counting(HashingEmbedder):
    def embed(self, texts):
        with open({log!r}, "a") as log:
            log.write("x" * len(texts))
        if os.path.getsize({log!r}) >= {limit}:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().embed(texts)

FileStore.create({index!r}, embedder=Counting(), model="hashing").sync([Path({docs!r})])
"""


def test_a_sync_killed_late_embeds_little_again(tmp_path: Path, folder: Path) -> None:
    total = 2000
    write(folder, total)
    log = tmp_path / "log"

    def embed_until(limit: int) -> tuple[int, int]:
        log.write_text("")
        program = KILLED.format(
            root=str(HERE.parents[2]),
            log=str(log),
            limit=limit,
            index=str(tmp_path / "index"),
            docs=str(folder),
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
        return done.returncode, log.stat().st_size

    code, first = embed_until(total * 9 // 10)
    assert (code, first < total) == (-signal.SIGKILL, True)
    code, second = embed_until(10 * total)
    assert code == 0
    assert second <= 0.15 * total
    with open_store(tmp_path / "index") as store:
        assert store.verify() == []
        assert store.status()["documents"] == total
    assert not list((tmp_path / "index").glob("embedded*")), "a committed write leaves none"


def test_a_damaged_embedding_cache_is_begun_anew(tmp_path: Path) -> None:
    place = tmp_path / "embedded.sqlite"
    place.write_bytes(b"no database" * 1000)
    cache = EmbeddingCache(place, "f", 2)
    vectors = np.array([[1, 0]], dtype="f4")
    cache.put(["a"], vectors)
    assert [v is None for v in cache.find(["a", "b"])] == [False, True]
    assert EmbeddingCache(place, "another model", 2).find(["a"]) == [None]


@pytest.mark.parametrize("how", ["away", "empty", "mostly gone"])
def test_a_root_that_lost_its_files_removes_nothing(
    store: FileStore, folder: Path, how: str
) -> None:
    write(folder, 30)
    store.sync([folder])
    shutil.rmtree(folder)
    if how != "away":
        folder.mkdir()
        write(folder, 3 if how == "mostly gone" else 0)
    report = store.sync()
    left = 3 if how == "mostly gone" else 0
    assert (report.removed, report.held) == (0, 30 - left)
    assert any("--allow-empty" in problem.reason for problem in report.problems)
    assert store.status()["documents"] == 30
    assert store.sync(allow_empty=True).removed == 30 - left


def test_a_few_deleted_files_are_removed_unasked(store: FileStore, folder: Path) -> None:
    write(folder, 30)
    store.sync([folder])
    for number in range(10):
        (folder / f"{number:04}.txt").unlink()
    assert (store.sync().removed, store.sync().held) == (10, 0)


def test_a_root_is_forgotten_with_its_documents(store: FileStore, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, 2)
    store.sync([tmp_path / "one", tmp_path / "two"])
    with pytest.raises(InputError, match="is not a recorded root; there are: "):
        store.forget([tmp_path / "one", tmp_path])
    assert store.forget([tmp_path / "one"]).removed == 2
    assert store.roots() == [tmp_path / "two"]
    assert store.verify() == []


def test_whatever_a_loader_raises_stays_with_its_file(store: FileStore, folder: Path) -> None:
    (folder / "a.html").write_text('<?xml version="1.0" encoding="utf-8"><p>Bees hum.</p>')
    (folder / "b.txt").write_text("Ants walk.")
    store.sync([folder])
    with store.snapshot() as snapshot:
        assert "Ants walk." in [document.text for document in snapshot.documents()]


def test_what_was_not_read_is_remembered(store: FileStore, folder: Path) -> None:
    for name in ("a.png", "b.png", "empty.txt", "good.txt"):
        (folder / name).write_text("Bees hum." if name == "good.txt" else "")
    store.sync([folder])
    assert sum(problem.files for problem in store.skipped()) == 3
    with store.snapshot() as snapshot:
        assert snapshot.counts.unread == 3
    (folder / "empty.txt").write_text("Ants walk.")
    store.sync()
    with store.snapshot() as snapshot:
        assert snapshot.counts.unread == 2


def test_an_index_that_was_replaced_is_noticed(tmp_path: Path, folder: Path) -> None:
    write(folder, 1)
    with open_store(tmp_path / "index") as store:
        store.sync([folder])
        identity = store.status()["identity"]
        (tmp_path / "index").rename(tmp_path / "moved")
        with pytest.raises(IndexUnavailableError, match="was deleted or moved away"):
            store.newest()
        with open_store(tmp_path / "index") as rebuilt:
            assert rebuilt.status()["identity"] != identity
            with pytest.raises(IndexUnavailableError, match="was replaced by another"):
                store.newest()


def test_other_users_may_read_what_they_may_enter(store: FileStore, folder: Path) -> None:
    mask = os.umask(0o022)
    try:
        write(folder, 3)
        store.sync([folder])
    finally:
        os.umask(mask)
    files = [path for path in (store.path / "terms" / "1").iterdir() if path.suffix != ".lock"]
    assert files
    assert {path.stat().st_mode & 0o777 for path in files if path.name[0] != "."} == {0o644}


def test_a_collection_that_fails_does_not_undo_the_commit(
    store: FileStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    write(folder, 1)
    monkeypatch.setattr("index.store.collect.collect", refuse)
    report = store.sync([folder])
    assert report.generation == store.newest() == 1
    assert "all is committed" in report.problems[-1].reason


def test_the_command_line_says_that_a_root_is_away_and_fails(tmp_path: Path, folder: Path) -> None:
    write(folder, 2)
    program = "from api.cli.main import main; main()"

    def excerpt(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", program, "index", "--index", str(tmp_path / "ix")]
        return subprocess.run(
            [*command, *arguments], capture_output=True, text=True, cwd=HERE.parents[2]
        )

    assert excerpt(str(folder)).returncode == 0
    shutil.rmtree(folder)
    away = excerpt()
    assert away.returncode == 1
    assert "it is away" in away.stderr
    assert "no documents" not in away.stderr
    assert excerpt("--roots").stdout.splitlines() == [str(folder)]
    assert "2 removed" in excerpt("--forget", str(folder)).stdout


def test_a_generation_that_was_seen_is_missed_when_an_older_record_is_written_over(tmp_path):
    file, index = tmp_path / "one.txt", tmp_path / "index"
    file.write_text("Ada Moreau keeps the lighthouse.")
    with FileStore.create(index) as store:
        store.sync([file])
        backup = (index / "catalog.sqlite").read_bytes()
        file.write_text("Ilya Brandt keeps the lighthouse.")
        with FileStore.open(index) as reader:
            assert reader.newest() == 1
            store.sync()
            assert reader.newest() == 2
            # A checkpoint writes to the same file, and is no reason to open it again.
            with closing(sqlite3.connect(index / "catalog.sqlite")) as db:
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            assert reader.newest() == 2
            (index / "catalog.sqlite").write_bytes(backup)
            with pytest.raises(IndexUnavailableError, match="was replaced by another"):
                reader.newest()


def test_what_a_write_holds_in_memory_is_bounded_however_long_documents_are(tmp_path: Path) -> None:
    """What is more is written down at once, and seen by nobody before it is committed."""
    config = StoreConfig(held_bytes=150_000)
    embedder = HashingEmbedder()
    path = tmp_path / "index"
    words = "Bees hum in the garden of number {}. " * 500

    def put(writer: FileWriter) -> int:
        for number in range(8):
            writer.put(make_document(f"bee{number}", words.replace("{}", str(number))))
        count = writer.db.execute("SELECT count(*) FROM documents").fetchone()[0]
        return int(count)

    with FileStore.create(path, embedder=embedder, model="hashing", config=config) as store:
        with store.begin() as writer:
            assert put(writer) >= 4
            assert store.status()["documents"] == 0
        assert store.status()["documents"] == 0
        with store.begin() as writer:
            put(writer)
            assert writer.commit().added == 8
        assert store.verify() == []
