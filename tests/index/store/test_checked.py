"""Damage: what a sync looks at again, what is noticed when it is read, what is gone without."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.store import FileStore, StoreConfig
from index.store.files import FileChecks
from index.store.layout import Layout
from index.store.lock import WriteLock
from index.testing import HashingEmbedder, make_document
from index.vectors import SegmentWriter
from retrieval.engine import Engine

CONFIG = StoreConfig(repaired=2)
BEES = [f"Bee {number} hums in garden {number * 7}." for number in range(60)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FileStore]:
    path = tmp_path / "index"
    with FileStore.create(path, embedder=HashingEmbedder(), model="hashing", config=CONFIG) as made:
        made.add([make_document(f"bee{n}", words) for n, words in enumerate(BEES)])
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "docs"
    made.mkdir()
    (made / "a.txt").write_text("Ants walk.")
    return made


def again(store: FileStore) -> FileStore:
    return FileStore.open(store.path, embedder=HashingEmbedder(), config=CONFIG)


def long_ago(store: FileStore) -> None:
    """Make the index's files as old as those of an index that was left alone for a while."""
    for path in store.path.rglob("*"):
        os.utime(path, ns=(1, time.time_ns() - 60_000_000_000))


def flip(path: Path, at: int = -1) -> None:
    """Change a byte in place and keep the times of the file, as a disk that rots does."""
    status = path.stat()
    with path.open("r+b") as file:
        at = status.st_size // 2 if at < 0 else at
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 0x40]))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def segment_of(store: FileStore) -> Path:
    return store.path / "vectors" / "1.faiss"


def test_a_sync_looks_again_only_at_what_changed_on_the_disk_or_was_believed_for_long(
    store: FileStore, folder: Path
) -> None:
    long_ago(store)
    store.sync([folder])
    flip(segment_of(store))
    with again(store) as other:
        other.sync([folder])
        assert any("1.faiss" in problem for problem in other.verify())
    checked = store.path / "checked.json"
    whole = json.loads(checked.read_text())
    assert "1.faiss" in whole
    whole["1.faiss"][3] -= 8 * 86_400
    checked.write_text(json.dumps(whole))
    with again(store) as other:
        other.sync([folder])
        assert other.verify() == []


def test_a_file_that_was_just_written_is_looked_at_again(store: FileStore, folder: Path) -> None:
    """The clocks of file systems are coarse: a second change might bear the time of the first."""
    store.sync([folder])
    checked = store.path / "checked.json"
    assert "1.faiss" not in json.loads(checked.read_text())
    flip(segment_of(store))
    with again(store) as other:
        other.sync([folder])
        assert other.verify() == []


@pytest.mark.parametrize("what", ["{", "[]", '{"1.faiss": [1]}', '{"1.faiss": ["a", "b", 1, 2]}'])
def test_a_damaged_note_of_what_was_checked_is_no_note(
    store: FileStore, folder: Path, what: str
) -> None:
    (store.path / "checked.json").write_text(what)
    flip(segment_of(store))
    with again(store) as other:
        other.sync([folder])
        assert other.verify() == []


def test_a_large_file_that_was_written_to_since_is_noticed_when_it_is_opened(
    store: FileStore, folder: Path
) -> None:
    long_ago(store)
    store.sync([folder])
    layout = Layout(store.path)
    with store.begin() as writer:
        fresh = FileChecks(layout)
        assert not fresh.damage(writer.db, 1, limit=10)
        flip(segment_of(store))
        assert not FileChecks(layout).damage(writer.db, 1, limit=10)
        os.utime(segment_of(store))
        found = FileChecks(layout).damage(writer.db, 1, limit=10)
        assert found.segments == ("1.faiss",)


def test_a_vector_that_rots_is_noticed_when_it_is_read_told_and_mended(
    store: FileStore, folder: Path
) -> None:
    long_ago(store)
    store.sync([folder])
    with Engine(store, store.embedder) as engine:
        engine.search(BEES[5])
        place = segment_of(store)
        with place.open("r+b") as file:  # the highest bit of the exponents of row 5
            for column in range(32):
                file.seek(SegmentWriterHeader + (5 * 32 + column) * 4 + 3)
                byte = file.read(1)[0]
                file.seek(-1, os.SEEK_CUR)
                file.write(bytes([byte ^ 0x40]))
        found = engine.search(BEES[5])
        assert "the vectors of 1 passages are damaged" in found.notes[-1]
        assert "bee5" in [hit.passage.document_id for hit in found.hits], "its words still find it"
        assert np.isfinite([hit.score for hit in found.hits]).all()
        assert "damaged" in engine.ask(BEES[5]).notes[-1]
        store.sync([folder])
        engine.refresh()
        assert engine.search(BEES[5]).notes == ()
    assert store.verify() == []


SegmentWriterHeader = 45
"""Bytes before the first row."""


def test_the_header_is_as_long_as_that(tmp_path: Path) -> None:
    writer = SegmentWriter(tmp_path / "one", 32)
    writer.append(np.array([1]), np.eye(32, dtype=np.float32)[:1])
    writer.finish()
    assert (tmp_path / "one").stat().st_size == SegmentWriterHeader + 32 * 4 + 8


def cut_terms(store: FileStore) -> None:
    for path in (store.path / "terms" / "1").glob("*.idx"):
        path.write_bytes(path.read_bytes()[:-3])


def test_lost_terms_of_many_are_gone_without_told_and_made_anew_meanwhile(store: FileStore) -> None:
    cut_terms(store)
    with again(store) as other:
        with Engine(other, other.embedder) as engine:
            found = engine.search(BEES[5])
            assert found.hits[0].passage.document_id == "bee5"
            assert "the words of 60 passages are damaged" in found.notes[-1]
            other.tend(1)
            engine.refresh()
            assert engine.search(BEES[5]).notes == ()
        with other.snapshot() as snapshot:
            assert snapshot.counts.without_terms == 0
            assert len(snapshot.terms.search("garden", 90)[0]) == 60
        assert other.verify() == []


def test_lost_terms_of_an_index_that_is_written_to_are_gone_without(tmp_path: Path) -> None:
    path = tmp_path / "index"
    with FileStore.create(path, embedder=HashingEmbedder(), model="hashing") as made:
        made.add([make_document(f"bee{n}", words) for n, words in enumerate(BEES)])
        cut_terms(made)
        with (
            FileStore.open(path, embedder=HashingEmbedder()) as other,
            WriteLock(path / "write.lock"),
            other.snapshot() as snapshot,
        ):
            assert snapshot.counts.without_terms == 60
        with made.snapshot() as snapshot:
            assert snapshot.counts.without_terms == 0
        assert made.verify() == []
