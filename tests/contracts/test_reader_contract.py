"""Our readers keep the published contract, and read what any of them should."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.reader.registry import open_reader
from retrieval.testing import ReaderContract, hits

READERS = ["sentence", "fast", "best"]


@pytest.fixture(scope="module", params=READERS)
def opened(request, larger_home):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", larger_home["XDG_CACHE_HOME"])
        if request.param == "best":
            request.getfixturevalue("larger_folder")
        return open_reader(request.param)


class TestReaders(ReaderContract):
    @pytest.fixture
    def reader(self, opened):
        return opened

    def test_it_has_its_name_in_the_registry(self, reader):
        assert reader.name in READERS

    def test_the_best_reading_holds_the_answer(self, reader):
        result = reader.read("Who commands the strike group?", hits(), 3)
        assert "Paul Lanzilotta" in result.readings[0].text
        assert result.readings[0].document_id == "d2"
        assert result.readings[0].passage_id == 3

    def test_an_unrelated_question_is_not_found(self, reader):
        result = reader.read("How tall is Mount Everest?", hits(), 3)
        sure = max((reading.confidence for reading in result.readings), default=0.0)
        assert result.scale.verdict(sure) == "not_found"

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
