"""The contracts of the index's protocols, published: what every implementation keeps to.

Inherit a class in a test module and give its fixtures; pytest runs the contract. Needs pytest.

    from index.testing import StoreContract

    class TestMyStore(StoreContract):
        @pytest.fixture
        def make(self):
            return lambda: MyStore(HashingEmbedder())
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.errors import IndexLockedError, InputError, NotFoundError
from index.filters import document_fields, matches, parse
from index.ingest.cutting import EmbeddedPassage
from index.ingest.passages import Draft
from index.ingest.sources import Rules
from index.protocols import Embedder, Loader, Store, Vectors
from index.text.tables import names_of
from index.types import Document, LoadProblem, Mark, MetadataValue, Span

Make = Callable[[], Store]
TEXTS = [
    "Admiral Alvin Holsey commands U.S. Southern Command.",
    "a",
    "Größe, naïve café; 漢字 and 😀‍🔥",
    "null \x00 byte and e\u0301 combining",
    "The storm made landfall on Monday. " * 12,
]


class HashingEmbedder:
    """Implements the `Embedder` protocol; texts with the same words have the same vector."""

    dim = 32
    max_tokens = 512
    fingerprint = "5ca1ab1e" * 8

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) + 2 for text in texts]

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        rows = [self.embed_query(text) for text in texts]
        return np.stack(rows) if rows else np.empty((0, self.dim), dtype=np.float32)

    def embed_query(self, text: str) -> Vectors:
        vector = np.full(self.dim, 1e-3, dtype=np.float32)
        for word in text.lower().split():
            digest = hashlib.md5(word.encode("utf-8", "surrogatepass")).digest()
            vector[digest[0] % self.dim] += 1 if digest[1] & 1 else -1
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


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


class StoreContract:
    """Inherit, and give the fixture `make`, which makes an empty store."""

    @pytest.fixture
    def make(self) -> Make:
        """Return a function that makes an empty store over `HashingEmbedder`."""
        raise AssertionError("a contract needs its implementation")

    @pytest.fixture
    def embedder(self) -> Embedder:
        """Return the embedder that the store is made with."""
        return HashingEmbedder()

    def test_an_empty_store_has_an_empty_generation(self, make: Make, embedder: Embedder) -> None:
        store = make()
        snapshot = store.snapshot()
        assert (snapshot.counts.documents, snapshot.counts.passages) == (0, 0)
        assert len(snapshot.vectors.search(embedder.embed_query("bees"), 5)[0]) == 0
        assert len(snapshot.terms.search("bees", 5)[0]) == 0
        assert list(snapshot.documents()) == []
        assert store.newest() == snapshot.counts.generation
        assert store.verify() == []

    def test_marks_are_kept_with_the_document_and_its_passages(self, make: Make) -> None:
        store = make()
        marks = (Mark(Span(5, 6), "bar"), Mark(Span(12, 21), "hidden"))
        added = replace(make_document("bees", "Bees | honey. Not seen."), marks=marks)
        store.add([added])
        with store.snapshot() as snapshot:
            assert snapshot.document("bees") == added
            assert [each.marks for each in snapshot.document_passages("bees")] == [marks]

    def test_what_is_added_is_found_by_both_arms_and_stored_as_it_was(
        self, make: Make, embedder: Embedder
    ) -> None:
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
    def test_any_text_comes_back_code_point_by_code_point(self, make: Make, text: str) -> None:
        store = make()
        store.add([make_document("odd", text, {"note": text})])
        snapshot = store.snapshot()
        assert snapshot.document("odd").text == text
        assert snapshot.document("odd").metadata["note"] == text
        assert all(p.span.of(text) == p.text for p in snapshot.document_passages("odd"))
        assert store.verify() == []

    def test_a_document_is_replaced_by_id(self, make: Make) -> None:
        store = make()
        store.add([make_document("a", "The old words."), make_document("b", "Other words.")])
        report = store.add(
            [make_document("a", "The new words."), make_document("b", "Other words.")]
        )
        assert (report.changed, report.unchanged, report.added) == (1, 1, 0)
        assert texts(store) == ["Other words.", "The new words."]
        assert len(store.snapshot().terms.search("old", 5)[0]) == 0

    def test_adding_what_is_there_makes_no_generation(self, make: Make) -> None:
        store = make()
        store.add([make_document("a", "Some words.")])
        assert store.add([make_document("a", "Some words.")]).generation == 1

    def test_what_is_removed_is_found_by_no_arm(self, make: Make, embedder: Embedder) -> None:
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

    def test_removing_something_unknown_removes_nothing(self, make: Make) -> None:
        store = make()
        store.add([make_document("a", "Bees hum.")])
        with pytest.raises(NotFoundError, match="'zebra'"):
            store.remove(["a", "zebra"])
        assert (store.newest(), texts(store)) == (1, ["Bees hum."])

    def test_an_id_that_no_encoding_can_hold_is_not_in_the_index(self, make: Make) -> None:
        store = make()
        store.add([make_document("?", "Bees hum.")])
        with store.snapshot() as snapshot:
            with pytest.raises(NotFoundError, match=r"\\udcff"):
                store.remove(["\udcff"])
            for ask in (snapshot.document, snapshot.document_passages):
                with pytest.raises(NotFoundError, match=r"\\udcff"):
                    ask("\udcff")

    def test_a_snapshot_stays_as_it_was_while_the_store_moves_on(
        self, make: Make, embedder: Embedder
    ) -> None:
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

    def test_an_older_generation_that_is_kept_can_be_asked(self, make: Make) -> None:
        store = make()
        store.add([make_document("a", "The old words.")])
        store.add([make_document("a", "The new words.")])
        assert texts(store, 1) == ["The old words."]
        for number in range(5):
            store.add([make_document("a", f"Newer words {number}.")])
        with pytest.raises(NotFoundError, match="generation 1"):
            store.snapshot(1)

    def test_documents_come_in_id_order_and_passages_in_reading_order(self, make: Make) -> None:
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
    def test_filters_select_what_brute_force_does(self, make: Make, expression: str) -> None:
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
        selected = snapshot.select(tree)
        assert selected.dtype == np.int64
        assert selected.tolist() == expected

    def test_a_filter_on_an_unknown_field_is_an_error(self, make: Make) -> None:
        store = make()
        store.add([make_document("a", "Words.", {"year": 1999})])
        with pytest.raises(InputError, match="yaer"):
            store.snapshot().select(parse("yaer = 1999"))

    def test_a_write_is_seen_when_it_is_committed_and_never_when_aborted(self, make: Make) -> None:
        store = make()
        with store.begin() as writer:
            writer.put(make_document("a", "Bees hum."))
            assert texts(store) == []
            with pytest.raises(IndexLockedError):
                store.begin()
            assert writer.commit().added == 1
        with store.begin() as writer:
            writer.put(make_document("b", "Ants walk."))
            writer.delete("a")
        assert texts(store) == ["Bees hum."]
        writer = store.begin()
        writer.delete("a")
        writer.abort()
        assert (store.newest(), store.generations()[-1]) == (1, 1)
        assert store.verify() == []

    def test_passages_that_were_cut_and_embedded_elsewhere_are_taken_as_they_are(
        self, make: Make, embedder: Embedder
    ) -> None:
        store = make()
        document = make_document("bees", "Bees hum. Ants walk.")
        vectors = np.eye(embedder.dim, dtype=np.float32)[:2]
        drafts = (Draft(Span(0, 9), "Bees hum.", ("Hives",)), Draft(Span(10, 20), "Ants walk."))
        given = [EmbeddedPassage(*each) for each in zip(drafts, vectors, strict=True)]
        with store.begin() as writer:
            writer.put(document, passages=given)
            assert writer.passages_taken == 2
            report = writer.commit()
        assert (report.generation, report.added, report.passages_embedded) == (1, 1, 0)
        with store.snapshot() as snapshot:
            kept = snapshot.document_passages("bees")
            assert [(each.span, each.text, each.headings) for each in kept] == [
                (draft.span, draft.text, draft.headings) for draft in drafts
            ]
            ids = np.array([each.id for each in kept], dtype=np.int64)
            assert np.array_equal(snapshot.vectors.vectors(ids), vectors)
            assert snapshot.terms.search("hum", 5)[0].tolist() == ids[:1].tolist()
        assert store.verify() == []

    def test_passages_that_do_not_fit_are_refused(self, make: Make, embedder: Embedder) -> None:
        store = make()
        vector = np.eye(embedder.dim, dtype=np.float32)[0]
        wrong = [
            EmbeddedPassage(Draft(Span(0, 4), "Wasp"), vector),
            EmbeddedPassage(Draft(Span(0, 4), "Bees"), vector[:-1]),
        ]
        for passage, words in zip(wrong, ("not its text", "dimensions"), strict=True):
            with pytest.raises(InputError, match=words), store.begin() as writer:
                writer.put(make_document("bees", "Bees hum."), passages=[passage])
        assert texts(store) == []

    def test_it_says_where_it_is_and_what_embeds(self, make: Make, embedder: Embedder) -> None:
        store = make()
        assert store.location
        assert store.embedder.fingerprint == embedder.fingerprint


class SyncContract:
    """Inherit beside `StoreContract`: the store mirrors folders."""

    def test_the_store_mirrors_a_folder(self, make: Make, tmp_path: Path) -> None:
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

    def test_nothing_changed_makes_no_generation_and_embeds_nothing(
        self, make: Make, tmp_path: Path
    ) -> None:
        store, folder = make(), tmp_path / "docs"
        lay_out(folder, {"a.txt": "Bees hum.", "b.txt": "Ants walk."})
        first = store.sync([folder])
        again = store.sync([folder])
        assert (again.generation, again.unchanged) == (first.generation, 2)
        assert (again.passages_embedded, again.wordpieces_embedded) == (0, 0)

    def test_ids_are_stable_across_edits(self, make: Make, tmp_path: Path) -> None:
        store, folder = make(), tmp_path / "docs"
        lay_out(folder, {"a.txt": "Bees hum."})
        store.sync([folder])
        before = [d.id for d in store.snapshot().documents()]
        lay_out(folder, {"a.txt": "Bees buzz."})
        store.sync([folder])
        assert [d.id for d in store.snapshot().documents()] == before

    def test_other_roots_stay(self, make: Make, tmp_path: Path) -> None:
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

    def test_rules_leave_files_out_and_stay_with_their_root(
        self, make: Make, tmp_path: Path
    ) -> None:
        store, folder = make(), tmp_path / "docs"
        lay_out(folder, {"a.txt": "Bees hum.", "b.txt": "Ants walk.", "c.md": "Owls watch."})
        rules = Rules(include=("*.txt",), exclude=("b*",))
        report = store.sync([folder], rules=rules)
        assert (report.added, dict(report.left_out)) == (1, {"not included": 1, "excluded": 1})
        assert store.sync().added == 0
        assert store.rules() == {folder: rules}
        assert store.sync(rules=Rules()).added == 2

    def test_a_root_is_forgotten_with_its_documents(self, make: Make, tmp_path: Path) -> None:
        store = make()
        lay_out(tmp_path / "one", {"a.txt": "One."})
        lay_out(tmp_path / "two", {"b.txt": "Two."})
        store.sync([tmp_path / "one", tmp_path / "two"])
        with pytest.raises(InputError, match="three"):
            store.forget([tmp_path / "one", tmp_path / "three"])
        assert store.forget([tmp_path / "one"]).removed == 1
        assert store.roots() == [tmp_path / "two"]
        assert texts(store) == ["Two."]
        assert store.verify() == []

    def test_a_file_that_moved_is_where_it_is_now(self, make: Make, tmp_path: Path) -> None:
        store, folder = make(), tmp_path / "docs"
        lay_out(folder, {"a.jsonl": '{"_id": "x", "text": "Bees hum."}', "b.txt": "Ants walk."})
        store.sync([folder])
        (folder / "a.jsonl").rename(folder / "c.jsonl")
        report = store.sync()
        assert (report.problems, report.held) == ((), 0)
        with store.snapshot() as snapshot:
            assert snapshot.document("x").uri.endswith("c.jsonl")
        assert texts(store) == ["Ants walk.", "Bees hum."]

    def test_no_path_and_no_root_is_an_error(self, make: Make) -> None:
        with pytest.raises(InputError, match="excerpt index PATH"):
            make().sync()

    def test_a_path_that_is_not_there_is_an_error(self, make: Make, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="nowhere"):
            make().sync([tmp_path / "nowhere"])

    def test_problems_are_reported_every_time_and_the_rest_goes_in(
        self, make: Make, tmp_path: Path
    ) -> None:
        store, folder = make(), tmp_path / "docs"
        lines = ['{"_id": "1", "text": "Bees hum."}', "{broken", '{"_id": "3", "text": "Owls."}']
        lay_out(folder, {"a.jsonl": "\n".join(lines), "b.txt": "Ants walk."})
        for _ in range(2):
            report = store.sync([folder])
            assert [problem.line for problem in report.problems] == [2]
            assert texts(store) == ["Ants walk.", "Bees hum.", "Owls."]


class LoaderContract:
    """Inherit, and give the fixtures `loader` and `sample`, a file of at least one document."""

    @pytest.fixture
    def loader(self) -> Loader:
        """Return the loader."""
        raise AssertionError("a contract needs its implementation")

    @pytest.fixture
    def sample(self) -> bytes:
        """Return a file that it reads."""
        raise AssertionError("a contract needs a sample")

    def test_documents_carry_their_digests_ids_and_place(
        self, loader: Loader, sample: bytes
    ) -> None:
        data = sample
        found = documents(loader, data)
        assert found
        for document in found:
            assert document.sha256 == hashlib.sha256(document.text.encode()).hexdigest()
            assert document.source_sha256 == hashlib.sha256(data).hexdigest()
            assert document.uri.partition("!/")[0] == "/d/file name.x"
            assert document.id
            assert not set(document.id) & set(" /?#%&+")
            assert document.text.strip()
            assert "/" in document.media_type

    def test_places_are_sorted_and_lie_in_the_text(self, loader: Loader, sample: bytes) -> None:
        for document in documents(loader, sample):
            assert list(document.places) == sorted(document.places)
            for place in document.places:
                assert place.span.of(document.text).strip()
                assert place.span.end <= len(document.text)
            if document.boxes is not None:
                for span, box in document.boxes.words():
                    assert span.of(document.text).split() == [span.of(document.text)]
                    assert box.left <= box.right
                    assert box.top <= box.bottom

    def test_metadata_is_plain_values(self, loader: Loader, sample: bytes) -> None:
        for document in documents(loader, sample):
            for value in document.metadata.values():
                values = value if isinstance(value, tuple) else (value,)
                assert values
                assert all(isinstance(one, str | int | float | bool) for one in values)

    def test_headings_stand_in_the_text_in_order(self, loader: Loader, sample: bytes) -> None:
        for document in documents(loader, sample):
            starts = [heading.span.start for heading in document.outline]
            assert starts == sorted(starts)
            for heading in document.outline:
                words = heading.span.of(document.text)
                assert all(name in words for name in names_of(heading.text))
                assert heading.level >= 1

    def test_loading_twice_gives_the_same(self, loader: Loader, sample: bytes) -> None:
        data = sample
        assert load(loader, data) == load(loader, data)


def load(loader: Loader, data: bytes) -> list[Document | LoadProblem]:
    return list(loader.load(data, uri="/d/file name.x", key="file-name.x-0123"))


def documents(loader: Loader, data: bytes) -> list[Document]:
    return [found for found in load(loader, data) if isinstance(found, Document)]


class EmbedderContract:
    """Inherit, and give the fixture `embedder`."""

    @pytest.fixture
    def embedder(self) -> Embedder:
        raise AssertionError("a contract needs its implementation")

    def test_vectors_are_unit_rows(self, embedder: Embedder) -> None:
        vectors = embedder.embed(TEXTS)
        assert vectors.shape == (len(TEXTS), embedder.dim)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)

    def test_nothing_gives_no_rows(self, embedder: Embedder) -> None:
        assert embedder.embed([]).shape == (0, embedder.dim)

    def test_a_vector_depends_on_its_text_alone(self, embedder: Embedder) -> None:
        together = embedder.embed(TEXTS)
        backwards = embedder.embed(TEXTS[::-1])[::-1]
        alone = np.concatenate([embedder.embed([text]) for text in TEXTS])
        assert np.array_equal(together, alone)
        assert np.array_equal(together, backwards)

    def test_threads_share_it(self, embedder: Embedder) -> None:
        expected = embedder.embed(TEXTS)
        with ThreadPoolExecutor(4) as pool:
            for got in pool.map(lambda _: embedder.embed(TEXTS), range(8)):
                assert np.array_equal(got, expected)

    def test_like_means_are_near(self, embedder: Embedder) -> None:
        near, same, far = embedder.embed(
            ["A cat sat on the mat.", "A kitten rested on the rug.", "Interest rates rose."]
        )
        assert near @ same > near @ far

    def test_a_query_is_one_row(self, embedder: Embedder) -> None:
        vector = embedder.embed_query("who leads the operation?")
        assert vector.shape == (embedder.dim,)
        assert np.isclose(np.linalg.norm(vector), 1, atol=1e-5)

    def test_passages_are_never_cut(self, embedder: Embedder) -> None:
        long = "word " * (embedder.max_tokens + 1)
        assert embedder.count_tokens([long])[0] > embedder.max_tokens
        with pytest.raises(InputError, match="split it first"):
            embedder.embed([long])

    def test_a_query_of_any_length_is_read_as_far_as_it_goes(self, embedder: Embedder) -> None:
        start = "word " * (embedder.max_tokens + 10)
        assert np.array_equal(
            embedder.embed_query(start), embedder.embed_query(start + "tail " * 200_000)
        )

    def test_the_longest_passage_is_embedded(self, embedder: Embedder) -> None:
        text = "word " * (embedder.max_tokens - embedder.count_tokens([""])[0])
        assert embedder.count_tokens([text]) == [embedder.max_tokens]
        assert embedder.embed([text]).shape == (1, embedder.dim)
