"""The contracts of retrieval's protocols, published: what every implementation keeps to.

Inherit a class in a test module and give its fixtures; pytest runs the contract. Needs pytest.

    from retrieval.testing import ReaderContract

    class TestMyReader(ReaderContract):
        @pytest.fixture
        def reader(self):
            return MyReader()
"""

import threading
from collections.abc import Sequence

import pytest

from index.protocols import Snapshot
from index.text.digest import text_digest
from index.types import Document, Hit, Passage, Span
from retrieval.protocols import Reader, Reranker, Retriever
from retrieval.timing import Stages
from retrieval.types import Reading

SPOKEN = (
    "Admiral Alvin Holsey, commander of U.S. Southern Command, spoke on Monday. It rained.",
    "Defense Secretary Pete Hegseth has termed it Operation Southern Spear.",
    "Rear Admiral Paul Lanzilotta commands the Ford's strike group.",
)
"""The passages that readers and rerankers are given."""

HARBOUR = {
    "harbour": ("en", "The harbour master closed the northern harbour at noon."),
    "copy": ("en", "THE HARBOUR MASTER  closed the northern harbour at noon!"),
    "ships": ("en", "Ships waited outside the port; one captain complained loudly."),
    "storm": ("de", "A northern storm reached the coast and damaged the harbour wall."),
    "bread": ("fr", "Bakers let the dough rest overnight before they bake bread."),
}
"""The documents of the retrievers' contract: a language and a text by id."""


def hits(texts: Sequence[str] = SPOKEN, first_offset: int = 100) -> list[Hit]:
    """Return texts as passages of documents `d0`, `d1` and so on that were found in this order."""
    several, start = [], first_offset
    for number, text in enumerate(texts):
        span = Span(start, start + len(text))
        passage = Passage(number + 1, f"d{number}", span, text, title="Notes")
        several.append(Hit(passage, 1.0 / (1 + number), {"dense": 0.5, "lexical": 3.0}))
        start = span.end + 1
    return several


def harbour_documents() -> list[Document]:
    """Return the documents of `HARBOUR`."""
    return [
        Document(
            name,
            f"test:{name}",
            "",
            text,
            text_digest(text),
            "text/plain",
            {"language": language},
        )
        for name, (language, text) in HARBOUR.items()
    ]


class ReaderContract:
    """What every `Reader` must do: spans of the document, probabilities, no harm by odd input."""

    @pytest.fixture
    def reader(self) -> Reader:
        """Return the reader under test."""
        raise NotImplementedError("give the fixture `reader`")

    def test_it_has_a_name(self, reader: Reader) -> None:
        assert reader.name

    def test_spans_are_offsets_of_the_document(self, reader: Reader) -> None:
        given = hits()
        readings = reader.read("Who is the commander of Southern Command?", given, 9).readings
        for reading in readings:
            _check_span(reading, given)
            assert reading.text.strip() == reading.text != ""

    def test_confidences_are_probabilities_best_first(self, reader: Reader) -> None:
        readings = reader.read("Who spoke on Monday?", hits(), 9).readings
        confidences = [reading.confidence for reading in readings]
        assert all(0 <= confidence <= 1 for confidence in confidences)
        assert confidences == sorted(confidences, reverse=True)

    @pytest.mark.parametrize("k", [1, 2])
    def test_k_is_a_limit(self, reader: Reader, k: int) -> None:
        assert len(reader.read("Who spoke on Monday?", hits(), k).readings) <= k

    def test_nothing_to_read_gives_no_readings(self, reader: Reader) -> None:
        assert reader.read("Who spoke?", [], 3).readings == ()

    @pytest.mark.parametrize("question", ["?!…", "\x00", "東京はどこですか", "who " * 5000])
    def test_odd_questions_are_read_without_error(self, reader: Reader, question: str) -> None:
        for reading in reader.read(question, hits(), 3).readings:
            assert 0 <= reading.confidence <= 1

    @pytest.mark.parametrize("text", ["x" * 100_000, "…", "\ud800 lone", "one\r\ntwo\r\n"])
    def test_odd_passages_are_read_without_error(self, reader: Reader, text: str) -> None:
        given = hits([text])
        for reading in reader.read("Who spoke?", given, 3).readings:
            _check_span(reading, given)

    def test_the_same_question_reads_the_same(self, reader: Reader) -> None:
        first = reader.read("Who spoke on Monday?", hits(), 3)
        assert reader.read("Who spoke on Monday?", hits(), 3) == first

    def test_threads_read_the_same(self, reader: Reader) -> None:
        expected = reader.read("Who spoke on Monday?", hits(), 3)
        results = []
        threads = [
            threading.Thread(
                target=lambda: results.append(reader.read("Who spoke on Monday?", hits(), 3))
            )
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert results == [expected] * 4


class RerankerContract:
    """What every `Reranker` must do: order what it is given, and add nothing."""

    @pytest.fixture
    def reranker(self) -> Reranker:
        """Return the reranker under test."""
        raise NotImplementedError("give the fixture `reranker`")

    def test_it_has_a_name(self, reranker: Reranker) -> None:
        assert reranker.name

    def test_it_orders_what_it_is_given(self, reranker: Reranker) -> None:
        given = hits()
        ranked = reranker.rerank("Who commands the strike group?", given)
        assert {hit.passage for hit in ranked} <= {hit.passage for hit in given}
        assert len({hit.passage.id for hit in ranked}) == len(ranked)
        scores = [hit.score for hit in ranked]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)

    def test_nothing_stays_nothing(self, reranker: Reranker) -> None:
        assert reranker.rerank("Who?", []) == []


class RetrieverContract:
    """What every `Retriever` must do, over an index of `harbour_documents`."""

    @pytest.fixture
    def retriever(self) -> Retriever:
        """Return the retriever under test."""
        raise NotImplementedError("give the fixture `retriever`")

    @pytest.fixture
    def snapshot(self) -> Snapshot:
        """Return a snapshot of an index of `harbour_documents`."""
        raise NotImplementedError("give the fixture `snapshot`")

    def test_finds_what_is_asked_for(self, retriever: Retriever, snapshot: Snapshot) -> None:
        results = retriever.retrieve(snapshot, "who bakes bread from dough?", 2).hits
        assert _ids(results)[0] == "bread"

    def test_best_first(self, retriever: Retriever, snapshot: Snapshot) -> None:
        results = retriever.retrieve(snapshot, "northern harbour", 4).hits
        scores = [hit.score for hit in results]
        assert scores == sorted(scores, reverse=True)

    def test_k_is_a_limit(self, retriever: Retriever, snapshot: Snapshot) -> None:
        assert len(retriever.retrieve(snapshot, "northern harbour", 1).hits) == 1
        assert len(retriever.retrieve(snapshot, "northern harbour", 500).hits) <= len(HARBOUR)

    def test_a_filter_comes_before_top_k(self, retriever: Retriever, snapshot: Snapshot) -> None:
        results = retriever.retrieve(snapshot, "northern harbour", 1, "language = de").hits
        assert _ids(results) == ["storm"]

    def test_a_filter_that_nothing_passes_finds_nothing(
        self, retriever: Retriever, snapshot: Snapshot
    ) -> None:
        assert retriever.retrieve(snapshot, "harbour", 3, "language = it").hits == []

    def test_the_same_query_finds_the_same(self, retriever: Retriever, snapshot: Snapshot) -> None:
        first = retriever.retrieve(snapshot, "storm at the coast", 4).hits
        assert retriever.retrieve(snapshot, "storm at the coast", 4).hits == first

    def test_time_is_added_to_the_stages_that_are_given(
        self, retriever: Retriever, snapshot: Snapshot
    ) -> None:
        stages = Stages()
        first = retriever.retrieve(snapshot, "storm at the coast", 4, stages=stages).hits
        assert first == retriever.retrieve(snapshot, "storm at the coast", 4).hits

    @pytest.mark.parametrize("query", ["?!", '"harbour" AND (NOT)', "\x00", "x" * 5000, "\ud800"])
    def test_odd_queries_do_no_harm(
        self, retriever: Retriever, snapshot: Snapshot, query: str
    ) -> None:
        retriever.retrieve(snapshot, query, 3)


def _ids(results: Sequence[Hit]) -> list[str]:
    return [hit.passage.document_id for hit in results]


def _check_span(reading: Reading, given: Sequence[Hit]) -> None:
    passage = next(hit.passage for hit in given if hit.passage.id == reading.passage_id)
    assert passage.span.covers(reading.span)
    assert reading.span.shift(-passage.span.start).of(passage.text) == reading.text
