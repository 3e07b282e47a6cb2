"""Metadata that is given for all documents under a path."""

import json
from pathlib import Path

import pytest

from index.ingest.file_sources import Rules
from index.store import FileStore
from index.testing import HashingEmbedder
from index.types import Document


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore.create(tmp_path / "index", embedder=HashingEmbedder(), model="hashing")


def documents(store: FileStore) -> dict[str, Document]:
    with store.snapshot() as snapshot:
        return {Path(each.uri).name: each for each in snapshot.documents()}


def test_it_wins_over_the_file_and_gives_way_to_what_lies_beside_it(
    store: FileStore, tmp_path: Path
) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.md").write_text("---\nteam: north\nkind: note\n---\nBees hum.\n")
    (folder / "b.txt").write_text("Ants walk.")
    (folder / "b.txt.meta.json").write_text(json.dumps({"team": "west"}))
    rules = Rules(metadata=("team=south", "year=2024", "code=02134", "tag=a", "tag=b"))
    store.sync([folder], rules=rules)
    found = documents(store)
    assert found["a.md"].metadata["team"] == "south"
    assert found["a.md"].metadata["kind"] == "note"
    assert found["b.txt"].metadata["team"] == "west"
    assert found["b.txt"].metadata["year"] == 2024
    assert found["b.txt"].metadata["code"] == "02134"
    assert found["b.txt"].metadata["tag"] == ("a", "b")


def test_it_stays_with_the_path_and_another_one_is_taken_over(
    store: FileStore, tmp_path: Path
) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.txt").write_text("Bees hum.")
    store.sync([folder], rules=Rules(metadata=("team=south",)))
    (folder / "b.txt").write_text("Ants walk.")
    assert store.sync().added == 1
    assert {each.metadata["team"] for each in documents(store).values()} == {"south"}
    report = store.sync([folder], rules=Rules(metadata=("team=west",)))
    assert (report.changed, report.unchanged, report.passages_embedded) == (2, 0, 0)
    assert {each.metadata["team"] for each in documents(store).values()} == {"west"}
    store.sync([folder], rules=Rules())
    assert all("team" not in each.metadata for each in documents(store).values())
