"""Lines that stand in document after document are marked as in an index on disk."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from index.milvus.milvus_store import MilvusStore
from index.milvus.settings import MilvusConfig
from index.store.memory_store import MemoryStore
from index.testing import HashingEmbedder, Make, make_document
from index.types import Document

pytestmark = pytest.mark.slow

HEADER = "The Pilot Office of Grey Harbour, open from eight until noon"
FOOTER = "Printed for the harbour council, and not to be sold to anybody"


def notice(number: int, what: str = "a buoy") -> Document:
    text = (
        f"{HEADER}\n\nNotice {number} tells pilots that {what} was laid at berth {number}.\n"
        f"Ships of more than {number + 3} metres keep well to the west of it.\n\n{FOOTER}\n"
    )
    return make_document(f"n{number}", text)


def marks(store: Any) -> dict[tuple[str, int], list[tuple[int, int]]]:
    with store.snapshot() as snapshot:
        return {
            (each.document_id, each.span.start): [(m.span.start, m.span.end) for m in each.marks]
            for document in snapshot.documents()
            for each in snapshot.document_passages(document.id)
        }


def test_they_are_followed_as_documents_come_and_go(new_index: Make, cache: MilvusConfig) -> None:
    store, other = new_index(), MemoryStore.create("memory:")
    for each in (store, other):
        each.add([notice(number) for number in range(3)])
    assert marks(store) == marks(other)
    assert not any(marks(store).values())
    for each in (store, other):
        each.add([notice(3), notice(4, "a wreck"), make_document("bees", "Bees hum.")])
    five = marks(store)
    assert five == marks(other)
    assert [len(found) for found in five.values()] == [0, 2, 2, 2, 2, 2]
    old = store.snapshot()
    for each in (store, other):
        each.add([notice(4, "a light")])
        each.remove(["n0", "n1"])
    assert marks(store) == marks(other)
    assert not any(marks(store).values())
    assert [len(each.marks) for each in old.document_passages("n4")] == [2]
    (file,) = cache.cache.rglob("lines.sqlite")
    file.write_bytes(b"This is no database any more." * 200)
    for each in (store, other):
        each.add([notice(0), notice(1)])
    assert marks(store) == marks(other) == {**five, **marks(other)}
    assert any(marks(store).values())


def test_a_machine_that_was_long_away_counts_anew(new_index: Make, tmp_path: Path) -> None:
    config = MilvusConfig(retain=0.0, cache=tmp_path / "hasty")
    away = MilvusConfig(retain=0.0, cache=tmp_path / "away")
    location = new_index().location
    store, other = (
        MilvusStore.open(location, embedder=HashingEmbedder(), config=each)
        for each in (config, away)
    )
    store.add([notice(number) for number in range(4)])
    assert all(marks(other).values())
    for number in range(6):
        store.add([notice(0, f"lamp {number}")])
    store.remove(["n1"])
    store.remove(["n2"])
    assert not any(marks(other).values())
    with sqlite3.connect(next((tmp_path / "away").rglob("lines.sqlite"))) as db:
        assert db.execute("SELECT count(*) FROM edge_lines").fetchone() == (2,)
