"""Inverted lists in an index: made when a sync is done, stated, swept away with their segment."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.store import FileStore, StoreConfig
from index.testing import HashingEmbedder, make_document

WORDS = [f"word{number}" for number in range(40)]


def text(number: int) -> str:
    return " ".join(np.random.default_rng(number).choice(WORDS, 6))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FileStore]:
    config = StoreConfig(lists_from=300)
    embedder = HashingEmbedder()
    path = tmp_path / "index"
    with FileStore.create(path, embedder=embedder, model="hashing", config=config) as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "docs"
    made.mkdir()
    for number in range(400):
        (made / f"{number}.txt").write_text(text(number))
    return made


def lists(store: FileStore) -> set[str]:
    return {path.name for path in (store.path / "lists").iterdir() if path.suffix != ".lock"}


def test_a_large_segment_has_lists_once_the_sync_is_done(store: FileStore, folder: Path) -> None:
    store.sync([folder])
    assert lists(store) == {"1.faiss.ivf", "1.faiss.json"}
    status = store.status()
    assert (status["vectors_scanned"], status["vectors_in_lists"]) == (0, 400)
    assert float(str(status["recall_at_10"])) >= 0.99
    assert store.verify() == []
    with store.snapshot() as snapshot:
        for number in (3, 77, 200):
            query = store.embedder.embed_query(text(number))
            best = snapshot.vectors.search(query, 1)[0].tolist()
            assert snapshot.passages(best)[0].text == text(number)


def test_a_search_that_goes_on_takes_the_lists_up(store: FileStore) -> None:
    store.add([make_document(str(number), text(number)) for number in range(200)])
    assert lists(store) == set()
    store.add([make_document(str(number), text(number)) for number in range(200, 900)])
    until = time.monotonic() + 60
    while "2.faiss.json" not in lists(store) and time.monotonic() < until:
        time.sleep(0.05)
    assert {"2.faiss.ivf", "2.faiss.json"} <= lists(store)
    assert store.status()["vectors_scanned"] == 200


def test_many_rows_outside_the_largest_segment_become_one_with_it(store: FileStore) -> None:
    for begin, end, segments in ((0, 500, 1), (500, 700, 2), (700, 801, 1), (801, 1001, 2)):
        store.add([make_document(str(number), text(number)) for number in range(begin, end)])
        assert store.status()["segments"] == segments
    assert store.verify() == []


def test_the_lists_go_with_their_segment(store: FileStore, folder: Path) -> None:
    store.sync([folder])
    for number in range(150):
        (folder / f"{number}.txt").unlink()
    store.sync()
    store.sync([folder])
    (folder / "new.txt").write_text("Something else.")
    store.sync()
    store.add([make_document("one", "more")])
    named = {str(row) for row in (store.path / "vectors").iterdir()}
    for name in lists(store):
        assert str(store.path / "vectors" / name.rpartition(".")[0]) in named
    assert "1.faiss.ivf" not in lists(store)
    assert store.verify() == []


def test_damaged_lists_are_told_and_searched_without(store: FileStore, folder: Path) -> None:
    store.sync([folder])
    path = store.path / "lists" / "1.faiss.ivf"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    (problem,) = store.verify()
    assert "inverted lists" in problem
    path.write_bytes(data[:100])
    with FileStore.open(store.path, embedder=HashingEmbedder()) as again, again.snapshot() as seen:
        query = store.embedder.embed_query(text(5))
        assert seen.passages(seen.vectors.search(query, 1)[0].tolist())[0].text == text(5)
