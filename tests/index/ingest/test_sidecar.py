"""Metadata that lies beside a file."""

import json
import zipfile
from pathlib import Path

import pytest

from index.store import FileStore


@pytest.fixture
def store(tmp_path):
    with FileStore.create(tmp_path / "index") as made:
        yield made


@pytest.fixture
def folder(tmp_path) -> Path:
    made = tmp_path / "docs"
    made.mkdir()
    (made / "note.txt").write_text("The pilot is Rhea Lund.")
    return made


def beside(path: Path, about: object) -> Path:
    place = path.with_name(f"{path.name}.meta.json")
    place.write_text(about if isinstance(about, str) else json.dumps(about))
    return place


def documents(store):
    with store.snapshot() as snapshot:
        return sorted(snapshot.documents(), key=lambda each: each.uri)


def test_it_is_the_files_and_no_document_of_its_own(store, folder):
    about = {"title": "A note", "team": "a", "tags": ["x"], "text": "Not its words.", "gone": None}
    beside(folder / "note.txt", about)
    store.sync([folder])
    (note,) = documents(store)
    assert (note.title, note.text) == ("A note", "The pilot is Rhea Lund.")
    assert dict(note.metadata) == {"team": "a", "tags": ("x",), "text": "Not its words."}


def test_it_wins_over_what_the_file_says(store, folder):
    (folder / "page.md").write_text(
        "---\ntitle: Old\nteam: b\nauthor: Ada\n---\nWords of a page.\n"
    )
    beside(folder / "page.md", {"title": "New", "team": "a"})
    store.sync([folder / "page.md"])
    (page,) = documents(store)
    assert (page.title, page.metadata["team"], page.metadata["author"]) == ("New", "a", "Ada")


def test_when_it_changes_comes_or_goes_the_file_is_read_again(store, folder):
    store.sync([folder])
    place = beside(folder / "note.txt", {"team": "a"})
    assert store.sync().changed == 1
    assert documents(store)[0].metadata["team"] == "a"
    assert store.sync().unchanged == 1
    beside(folder / "note.txt", {"team": "b"})
    assert store.sync().changed == 1
    place.unlink()
    assert store.sync().changed == 1
    assert "team" not in documents(store)[0].metadata


def test_all_documents_of_an_archive_have_it_but_no_title(store, folder):
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        archive.writestr("one.txt", "One thing.")
        archive.writestr("two.md", "# Two\n\nAnother thing.")
    beside(folder / "all.zip", {"title": "All", "team": "a"})
    store.sync([folder / "all.zip"])
    assert [each.metadata["team"] for each in documents(store)] == ["a", "a"]
    assert "All" not in [each.title for each in documents(store)]


@pytest.mark.parametrize("wrong", ["[]", "{", '{"title": 3}', "x" * (2 << 20)])
def test_one_that_is_malformed_is_told_and_the_file_is_read_without(store, folder, wrong):
    beside(folder / "note.txt", wrong)
    report = store.sync([folder])
    (problem,) = report.problems
    assert problem.uri.endswith("note.txt.meta.json")
    assert [each.text for each in documents(store)] == ["The pilot is Rhea Lund."]
    assert len(store.sync().problems) == 1


def test_without_a_file_of_its_name_it_is_an_ordinary_document(store, folder):
    beside(folder / "elsewhere.txt", {"text": "The cook is Ada."})
    store.sync([folder])
    assert "The cook is Ada." in [each.text for each in documents(store)]


def test_it_cannot_be_indexed_by_itself(store, folder):
    place = beside(folder / "note.txt", {"team": "a"})
    (problem,) = store.sync([place]).problems
    assert "metadata of note.txt" in problem.reason
