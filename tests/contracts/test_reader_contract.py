"""What every `Reader` must do. Add a reader's name to `READERS` to have it checked."""

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.types import Hit, Passage, Span
from retrieval.protocols import Reader
from retrieval.reader.registry import open_reader

READERS = ["sentence", "fast", "best"]

TEXTS = [
    "Admiral Alvin Holsey, commander of U.S. Southern Command, spoke on Monday. It rained.",
    "Defense Secretary Pete Hegseth has termed it Operation Southern Spear.",
    "Rear Admiral Paul Lanzilotta commands the Ford's strike group.",
]


def hits(texts, first_offset=100):
    made, start = [], first_offset
    for number, text in enumerate(texts):
        span = Span(start, start + len(text))
        passage = Passage(number + 1, f"d{number}", span, text, title="Notes")
        made.append(Hit(passage, 1.0 / (1 + number), {"dense": 0.5, "lexical": 3.0}))
        start = span.end + 1
    return made


@pytest.fixture(scope="module", params=READERS)
def reader(request, larger_home):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", larger_home["XDG_CACHE_HOME"])
        if request.param == "best":
            request.getfixturevalue("larger_folder")
        return open_reader(request.param)


class TestReaderContract:
    def test_is_a_reader_with_its_registry_name(self, reader, request):
        assert isinstance(reader.read, type(Reader.read)) or callable(reader.read)
        assert reader.name in READERS

    def test_the_best_reading_holds_the_answer(self, reader):
        result = reader.read("Who commands the strike group?", hits(TEXTS), 3)
        assert "Paul Lanzilotta" in result.readings[0].text
        assert result.readings[0].document_id == "d2"
        assert result.readings[0].passage_id == 3

    def test_spans_are_offsets_of_the_document(self, reader):
        given_hits = hits(TEXTS)
        by_id = {hit.passage.id: hit.passage for hit in given_hits}
        for reading in reader.read(
            "Who is the commander of Southern Command?", given_hits, 9
        ).readings:
            passage = by_id[reading.passage_id]
            assert passage.span.covers(reading.span)
            inside = reading.span.shift(-passage.span.start)
            assert inside.of(passage.text) == reading.text
            assert reading.text.strip() == reading.text != ""

    def test_confidences_are_probabilities_best_first(self, reader):
        readings = reader.read("Who spoke on Monday?", hits(TEXTS), 9).readings
        confidences = [reading.confidence for reading in readings]
        assert all(0 <= confidence <= 1 for confidence in confidences)
        assert confidences == sorted(confidences, reverse=True)

    @pytest.mark.parametrize("k", [1, 2])
    def test_k_is_a_limit(self, reader, k):
        assert len(reader.read("Who spoke on Monday?", hits(TEXTS), k).readings) <= k

    def test_nothing_to_read_is_not_found(self, reader):
        assert reader.read("Who spoke?", [], 3).readings == ()

    def test_an_unrelated_question_is_not_found(self, reader):
        result = reader.read("How tall is Mount Everest?", hits(TEXTS), 3)
        sure = max((reading.confidence for reading in result.readings), default=0.0)
        assert result.scale.verdict(sure) == "not_found"

    @pytest.mark.parametrize("question", ["?!…", "\x00", "東京はどこですか", "who " * 5000])
    def test_odd_questions_are_read_without_error(self, reader, question):
        for reading in reader.read(question, hits(TEXTS), 3).readings:
            assert 0 <= reading.confidence <= 1

    @pytest.mark.parametrize("text", ["x" * 100_000, "…", "\ud800 lone", "one\r\ntwo\r\n"])
    def test_odd_passages_are_read_without_error(self, reader, text):
        given_hits = hits([text])
        for reading in reader.read("Who spoke?", given_hits, 3).readings:
            assert reading.span.shift(-100).of(text) == reading.text

    def test_the_same_question_reads_the_same(self, reader):
        first = reader.read("Who spoke on Monday?", hits(TEXTS), 3)
        assert reader.read("Who spoke on Monday?", hits(TEXTS), 3) == first

    def test_two_threads_read_the_same(self, reader):
        expected = reader.read("Who spoke on Monday?", hits(TEXTS), 3)
        found = []
        threads = [
            threading.Thread(
                target=lambda: found.append(reader.read("Who spoke on Monday?", hits(TEXTS), 3))
            )
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [expected] * 4

    @settings(
        max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(texts=st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=3), data=st.data())
    def test_any_text_gives_spans_of_it(self, reader, texts, data):
        question = data.draw(st.text(min_size=1, max_size=40))
        given_hits = hits(texts)
        by_id = {hit.passage.id: hit.passage for hit in given_hits}
        for reading in reader.read(question, given_hits, 5).readings:
            passage = by_id[reading.passage_id]
            assert reading.span.shift(-passage.span.start).of(passage.text) == reading.text
