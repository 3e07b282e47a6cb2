"""The contract of `Store` and `Snapshot`, over real files on disk."""

import hashlib
import importlib.util
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from index.errors import InputError, NotFoundError
from index.filters import document_fields, matches, parse
from index.protocols import Embedder, Store
from index.store import FileStore
from index.types import Document, MetadataValue

_SPEC = importlib.util.spec_from_file_location(
    "store_hashing", Path(__file__).parents[1] / "index" / "store" / "hashing.py"
)
assert _SPEC is not None
assert _SPEC.loader is not None
hashing = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(hashing)

Make = Callable[[], Store]


def make_document(
    document_id: str, text: str, metadata: Mapping[str, MetadataValue] | None = None
) -> Document:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Document(
        document_id, f"memory:{document_id}", "A title", text, digest, "text/plain", metadata or {}
    )


def lay_out(folder: Path, files: Mapping[str, str]) -> None:
    folder.mkdir(exist_ok=True, parents=True)
    for path in folder.iterdir():
        if path.is_file() and path.name not in files:
            path.unlink()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def texts(store: Store, generation: int | None = None) -> list[str]:
    snapshot = store.snapshot(generation)
    try:
        return sorted(document.text for document in snapshot.documents())
    finally:
        snapshot.close()


@pytest.fixture(params=["files"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Return a function that makes an empty store; each implementation has a parameter."""
    return lambda: FileStore.create(
        tmp_path / "index", embedder=hashing.HashingEmbedder(), model="hashing"
    )


@pytest.fixture
def embedder() -> Embedder:
    made: Embedder = hashing.HashingEmbedder()
    return made


class TestStoreContract:
    def test_an_empty_store_has_an_empty_generation(self, make, embedder):
        store = make()
        snapshot = store.snapshot()
        assert (snapshot.counts.documents, snapshot.counts.passages) == (0, 0)
        assert len(snapshot.vectors.search(embedder.embed_query("bees"), 5)[0]) == 0
        assert len(snapshot.terms.search("bees", 5)[0]) == 0
        assert list(snapshot.documents()) == []
        assert store.newest() == snapshot.counts.generation
        assert store.verify() == []

    def test_what_is_added_is_found_by_both_arms_and_stored_as_it_was(self, make, embedder):
        store = make()
        added = make_document("bees", "Bees make honey.\r\nWasps make paper.", {"year": 2024})
        report = store.add([added, make_document("ants", "Ants build hills.")])
        assert (report.generation, report.added, report.passages_embedded) == (1, 2, 2)
        snapshot = store.snapshot()
        assert snapshot.document("bees") == added
        for ids, _ in (
            snapshot.vectors.search(embedder.embed_query("bees make honey."), 1),
            snapshot.terms.search("honey", 1),
        ):
            passage = snapshot.passages(ids.tolist())[0]
            assert passage.document_id == "bees"
            assert passage.span.of(added.text) == passage.text
        assert store.verify() == []

    @pytest.mark.parametrize(
        "text",
        [
            "\ufeffIt begins. İstanbul 🐝 e\u0301.",
            "NUL \x00 in it.",
            "lone \ud800 here",
            "שלום עולם.",
        ],
    )
    def test_any_text_comes_back_code_point_by_code_point(self, make, text):
        store = make()
        store.add([make_document("odd", text, {"note": text})])
        snapshot = store.snapshot()
        assert snapshot.document("odd").text == text
        assert snapshot.document("odd").metadata["note"] == text
        assert all(p.span.of(text) == p.text for p in snapshot.document_passages("odd"))
        assert store.verify() == []

    def test_a_document_is_replaced_by_id(self, make):
        store = make()
        store.add([make_document("a", "The old words."), make_document("b", "Other words.")])
        report = store.add(
            [make_document("a", "The new words."), make_document("b", "Other words.")]
        )
        assert (report.changed, report.unchanged, report.added) == (1, 1, 0)
        assert texts(store) == ["Other words.", "The new words."]
        assert len(store.snapshot().terms.search("old", 5)[0]) == 0

    def test_adding_what_is_there_makes_no_generation(self, make):
        store = make()
        store.add([make_document("a", "Some words.")])
        assert store.add([make_document("a", "Some words.")]).generation == 1

    def test_what_is_removed_is_found_by_no_arm(self, make, embedder):
        store = make()
        store.add([make_document("a", "Bees hum."), make_document("b", "Ants walk.")])
        report = store.remove(["a"])
        assert (report.generation, report.removed) == (2, 1)
        snapshot = store.snapshot()
        found = snapshot.vectors.search(embedder.embed_query("bees hum."), 9)[0]
        assert [p.document_id for p in snapshot.passages(found.tolist())] == ["b"]
        assert len(snapshot.terms.search("bees", 9)[0]) == 0
        with pytest.raises(NotFoundError, match="'a'"):
            snapshot.document("a")
        assert store.verify() == []

    def test_removing_something_unknown_removes_nothing(self, make):
        store = make()
        store.add([make_document("a", "Bees hum.")])
        with pytest.raises(NotFoundError, match="'zebra'"):
            store.remove(["a", "zebra"])
        assert (store.newest(), texts(store)) == (1, ["Bees hum."])

    def test_an_id_that_no_encoding_can_hold_is_not_in_the_index(self, make):
        store = make()
        store.add([make_document("?", "Bees hum.")])
        with store.snapshot() as snapshot:
            for ask in (store.remove, snapshot.document, snapshot.document_passages):
                with pytest.raises(NotFoundError, match=r"\\udcff"):
                    ask(["\udcff"] if ask == store.remove else "\udcff")

    def test_a_snapshot_stays_as_it_was_while_the_store_moves_on(self, make, embedder):
        store = make()
        store.add([make_document("a", "The old words.")])
        before = store.snapshot()
        for number in range(5):
            store.add([make_document("a", f"Newer words {number}.")])
        assert before.document("a").text == "The old words."
        assert before.terms.search("old", 5)[0].tolist() == [
            p.id for p in before.document_passages("a")
        ]
        ids = before.vectors.search(embedder.embed_query("words"), 5)[0]
        assert [p.text for p in before.passages(ids.tolist())] == ["The old words."]
        before.close()
        assert texts(store) == ["Newer words 4."]

    def test_an_older_generation_that_is_kept_can_be_asked(self, make):
        store = make()
        store.add([make_document("a", "The old words.")])
        store.add([make_document("a", "The new words.")])
        assert texts(store, 1) == ["The old words."]
        for number in range(5):
            store.add([make_document("a", f"Newer words {number}.")])
        with pytest.raises(NotFoundError, match="generation 1"):
            store.snapshot(1)

    def test_documents_come_in_id_order_and_passages_in_reading_order(self, make):
        store = make()
        long = " ".join(f"This is sentence number {n} of a long text." for n in range(200))
        store.add([make_document("b", long), make_document("a", "Short."), make_document("B", "!")])
        snapshot = store.snapshot()
        assert [d.id for d in snapshot.documents()] == ["B", "a", "b"]
        passages = snapshot.document_passages("b")
        assert len(passages) > 1
        assert passages == sorted(passages, key=lambda p: p.span)
        assert snapshot.passages([p.id for p in passages[::-1]]) == passages[::-1]
        with pytest.raises(NotFoundError):
            snapshot.document_passages("zebra")
        with pytest.raises(NotFoundError):
            snapshot.passages([passages[0].id, 10**9])

    @pytest.mark.parametrize(
        "expression",
        [
            "year > 2000",
            "not year > 2000",
            "tag = red or year = 1999",
            "id in (d0, d3)",
            "title = x",
        ],
    )
    def test_filters_select_what_brute_force_does(self, make, expression):
        store = make()
        documents = [
            make_document(
                f"d{n}", f"Words {n}.", {"year": 1998 + n, "tag": ("red", "blue")[: n % 3]}
            )
            for n in range(6)
        ]
        store.add([*documents, make_document("bare", "No fields.")])
        store.remove(["d5"])
        snapshot = store.snapshot()
        tree = parse(expression)
        expected = sorted(
            passage.id
            for document in snapshot.documents()
            if matches(tree, document_fields(document))
            for passage in snapshot.document_passages(document.id)
        )
        selected = snapshot.select(expression)
        assert (selected.dtype, selected.tolist()) == (np.int64, expected)

    def test_a_filter_on_an_unknown_field_is_an_error(self, make):
        store = make()
        store.add([make_document("a", "Words.", {"year": 1999})])
        with pytest.raises(InputError, match="yaer"):
            store.snapshot().select("yaer = 1999")


class TestSyncContract:
    def test_the_store_mirrors_a_folder(self, make, tmp_path):
        store, folder = make(), tmp_path / "docs"
        lay_out(folder, {"a.txt": "Bees hum.", "b.txt": "Ants walk.", "c.txt": "Owls watch."})
        assert store.sync([folder]).added == 3
        lay_out(folder, {"a.txt": "Bees hum.", "b.txt": "Ants run.", "d.txt": "Dogs bark."})
        report = store.sync()
        counted = (report.added, report.changed, report.removed, report.unchanged)
        assert counted == (1, 1, 1, 1)
        assert report.passages_embedded == 2
        assert texts(store) == ["Ants run.", "Bees hum.", "Dogs bark."]
        assert store.verify() == []

    def test_nothing_changed_makes_no_generation_and_embeds_nothing(self, make, tmp_path):
        store, folder = make(), tmp_path / "docs"
        lay_out(folder, {"a.txt": "Bees hum.", "b.txt": "Ants walk."})
        first = store.sync([folder])
        again = store.sync([folder])
        assert (again.generation, again.unchanged) == (first.generation, 2)
        assert (again.passages_embedded, again.wordpieces_embedded) == (0, 0)

    def test_ids_are_stable_across_edits(self, make, tmp_path):
        store, folder = make(), tmp_path / "docs"
        lay_out(folder, {"a.txt": "Bees hum."})
        store.sync([folder])
        before = [d.id for d in store.snapshot().documents()]
        lay_out(folder, {"a.txt": "Bees buzz."})
        store.sync([folder])
        assert [d.id for d in store.snapshot().documents()] == before

    def test_other_roots_stay(self, make, tmp_path):
        store = make()
        lay_out(tmp_path / "one", {"a.txt": "One."})
        lay_out(tmp_path / "two", {"b.txt": "Two."})
        store.sync([tmp_path / "one"])
        store.sync([tmp_path / "two"])
        assert texts(store) == ["One.", "Two."]
        lay_out(tmp_path / "one", {})
        lay_out(tmp_path / "two", {"b.txt": "Two.", "c.txt": "Three."})
        assert store.sync([tmp_path / "two"]).removed == 0
        assert (store.sync().removed, store.sync().held) == (0, 1)
        assert store.sync(allow_empty=True).removed == 1
        assert texts(store) == ["Three.", "Two."]

    def test_no_path_and_no_root_is_an_error(self, make):
        with pytest.raises(InputError, match="excerpt index PATH"):
            make().sync()

    def test_a_path_that_is_not_there_is_an_error(self, make, tmp_path):
        with pytest.raises(InputError, match="nowhere"):
            make().sync([tmp_path / "nowhere"])

    def test_problems_are_reported_every_time_and_the_rest_goes_in(self, make, tmp_path):
        store, folder = make(), tmp_path / "docs"
        lines = ['{"_id": "1", "text": "Bees hum."}', "{broken", '{"_id": "3", "text": "Owls."}']
        lay_out(folder, {"a.jsonl": "\n".join(lines), "b.txt": "Ants walk."})
        for _ in range(2):
            report = store.sync([folder])
            assert [problem.line for problem in report.problems] == [2]
            assert texts(store) == ["Ants walk.", "Bees hum.", "Owls."]
