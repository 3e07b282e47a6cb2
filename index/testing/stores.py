"""What every store keeps to."""

from dataclasses import replace

import numpy as np
import pytest

from index.errors import IndexLockedError, InputError, NotFoundError
from index.filters import document_fields, matches, parse
from index.ingest.cutting import EmbeddedPassage
from index.ingest.passages import Draft
from index.protocols import Embedder
from index.testing.samples import HashingEmbedder, Make, make_document, texts
from index.types import Mark, Span


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
        hits = snapshot.vectors.search(embedder.embed_query("bees hum."), 9)[0]
        assert [p.document_id for p in snapshot.passages(hits.tolist())] == ["b"]
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
            passages = snapshot.document_passages("bees")
            assert [(each.span, each.text, each.headings) for each in passages] == [
                (draft.span, draft.text, draft.headings) for draft in drafts
            ]
            ids = np.array([each.id for each in passages], dtype=np.int64)
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
