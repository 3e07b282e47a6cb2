"""What stands on page after page is quoted, ranked behind, and answered from where asked for."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.store import FileStore
from index.store.memory_store import MemoryStore
from index.types import Passage
from retrieval import Engine

TOWNS = ("Arden", "Belmar", "Corvin", "Delph", "Elmsby", "Farrow")
KEEPERS = ("Ines Okwu", "Tomas Reuel", "Petra Lund", "Ivo Brandt", "Mara Silva", "Noel Achard")
FOOTER = (
    "The lamp trust, founded by Bertha Kemble, keeps every lighthouse open to visitors.\n"
    "Copyright of all pages is held by Osric Vane and the trustees of the lamp trust."
)


def page(town: str, keeper: str) -> str:
    return (
        f"The lighthouse at {town} stands on a rock of red granite north of the harbour.\n"
        f"Since last spring {keeper} has been the keeper of the lighthouse at {town}.\n"
        f"A narrow stair leads up to the lamp room of {town} and its old lens.\n\n{FOOTER}\n"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "pages"
    root.mkdir()
    for town, keeper in zip(TOWNS, KEEPERS, strict=True):
        (root / f"{town.lower()}.txt").write_text(page(town, keeper))
    return root


@pytest.fixture
def store(folder: Path, tmp_path: Path) -> Iterator[FileStore]:
    with FileStore.create(tmp_path / "index") as store:
        store.sync([folder])
        yield store


def repeated(passage: Passage) -> list[str]:
    at = passage.span.start
    return [
        each.span.of(" " * at + passage.text)
        for each in passage.marks
        if each.kind == "boilerplate"
    ]


def all_repeated(store: FileStore) -> list[list[str]]:
    with store.snapshot() as snapshot:
        return [
            [words for each in snapshot.document_passages(found.id) for words in repeated(each)]
            for found in snapshot.documents()
        ]


def test_what_every_page_has_is_marked_in_what_is_found(store: FileStore) -> None:
    assert all_repeated(store) == [[FOOTER]] * 6


def test_the_store_in_memory_marks_the_same(folder: Path, store: FileStore) -> None:
    memory = MemoryStore.create("memory:", embedder=store.embedder)
    memory.sync([folder])
    with memory.snapshot() as snapshot, store.snapshot() as other:
        for each in other.documents():
            (mine,) = snapshot.document_passages(each.id)
            (theirs,) = other.document_passages(each.id)
            assert mine.marks == theirs.marks != ()


def test_a_page_answers_and_its_footer_only_where_it_is_asked_for(store: FileStore) -> None:
    engine = Engine(store, store.embedder)
    about = engine.ask("Who is the keeper of the lighthouse at Delph?")
    assert about.best is not None
    assert about.best.text == "Ivo Brandt"
    assert all("Kemble" not in each.text and "Vane" not in each.text for each in about.answers)
    asked = engine.ask("Who holds the copyright of the pages?")
    assert asked.best is not None
    assert "Osric Vane" in asked.best.text
    assert len(asked.answers[0].support) == 1


def test_what_is_deleted_or_changed_is_counted_no_longer(store: FileStore, folder: Path) -> None:
    before = store.snapshot()
    for town in TOWNS[:3]:
        (folder / f"{town.lower()}.txt").unlink()
    store.sync(allow_empty=True)
    assert all_repeated(store) == [[]] * 3
    assert store.verify() == []
    with before:
        (first, *_) = before.documents()
        (passage,) = before.document_passages(first.id)
        assert repeated(passage) == [FOOTER]
    (folder / "new.txt").write_text(page("Gant", "Una Rhee"))
    store.sync()
    assert all_repeated(store) == [[FOOTER]] * 4
    (folder / "new.txt").write_text(page("Gant", "Una Rhee").replace("trust", "fund"))
    store.sync()
    assert all_repeated(store) == [[]] * 4
    assert store.verify() == []


def test_an_index_from_before_is_written_to_and_counts_what_comes_in(
    store: FileStore, folder: Path
) -> None:
    with sqlite3.connect(store.path / "catalog.sqlite") as db:
        for table in ("sketches", "edge_lines", "line_counts", "repeated_lines"):
            db.execute(f"DROP TABLE {table}")
    db.close()
    assert all_repeated(store) == [[]] * 6
    for town in TOWNS:
        path = folder / f"{town.lower()}.txt"
        path.write_text(path.read_text() + "\n")
    store.sync()
    assert all_repeated(store) == [[FOOTER]] * 6
    assert store.verify() == []


def test_navigation_is_ranked_behind_and_found(tmp_path: Path) -> None:
    root = tmp_path / "site"
    root.mkdir()
    for n, town in enumerate(TOWNS):
        (root / f"{n}.html").write_text(
            f"<title>{town}</title><nav>Lamp repairs in Arden Belmar Corvin Delph</nav><main>"
            f"<p>Lamp repairs in {town} are done by a crew of {n + 2} in the winter.</p></main>"
        )
    with FileStore.create(tmp_path / "index") as store:
        store.sync([root])
        hits = Engine(store, store.embedder).search("lamp repairs in Corvin by a crew", 20).hits
        texts = [hit.passage.text for hit in hits]
        assert "in Corvin are done" in texts[0]
        assert texts[-1].startswith("Lamp repairs in Arden Belmar")
        scores = [hit.score for hit in hits]
        assert scores == sorted(scores, reverse=True)
