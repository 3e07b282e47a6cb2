"""One way from a question to its answers, whatever finds the passages and whatever reads them."""

import hashlib

import pytest

from index.types import Document, Hit, Passage, Span
from retrieval.answering.pipeline import Trace, answer
from retrieval.search.hybrid import Retrieval
from retrieval.timing import Stages
from retrieval.types import ConfidenceScale, Reading, ReadResult, Verdict

TEXT = "The ferry Osprey left at noon. The ferry Curlew stayed. Captain Halvorsen steered."
DOCUMENT = Document(
    "log", "test:log", "Log", TEXT, hashlib.sha256(TEXT.encode()).hexdigest(), "text/plain"
)
HIT = Hit(Passage(1, "log", Span(0, len(TEXT)), TEXT), 1.0, {"dense": 0.4})


SCALES: dict[Verdict, ConfidenceScale] = {
    "answered": ConfidenceScale(0.2, ((0.1, 0.8),)),
    "uncertain": ConfidenceScale(0.2, ((0.1, 0.95),)),
    "not_found": ConfidenceScale(0.95, ()),
}


class OneDocument:
    def document(self, document_id: str) -> Document:
        return DOCUMENT


class NamesFerries:
    """Somebody else's reader: it has the protocol's method and the words that it knows."""

    name = "ferries"
    embedder = "its own"

    def __init__(self, verdict: Verdict = "uncertain") -> None:
        self.scale = SCALES[verdict]
        self.questions: list[str] = []
        self.scores: list[set[str]] = []

    def knows(self, word: str) -> bool:
        return word.casefold() in TEXT.casefold() or word in ("What", "does", "steer")

    def read(self, question: str, hits: list[Hit], k: int) -> ReadResult:
        self.questions.append(question)
        self.scores += [set(hit.scores) for hit in hits]
        made = []
        for words, sure in (("Osprey", 0.9), ("Curlew", 0.004)):
            start = TEXT.index(words)
            made.append(Reading("log", Span(start, start + len(words)), words, sure))
        return ReadResult(tuple(made), self.scale)


def asked(text: str, reader: NamesFerries, searched: list[str]) -> Trace:
    def search(query: str) -> Retrieval:
        searched.append(query)
        return Retrieval([HIT])

    return answer(text, search, reader, OneDocument(), 5, Stages(), "another")


@pytest.mark.parametrize(
    ("verdict", "given"),
    [("answered", ["Osprey"]), ("uncertain", ["Osprey", "Curlew"]), ("not_found", [])],
)
def test_beside_a_sure_answer_only_those_that_may_be_right_are_given(
    verdict: Verdict, given: list[str]
) -> None:
    trace = asked("What left?", NamesFerries(verdict), [])
    assert [each.text for each in trace.answers] == given
    assert trace.best is not None
    assert trace.best.text == "Osprey"
    assert trace.verdict == verdict
    assert [each.code for each in trace.reasons] == ["confidence"] * (verdict != "answered")


def test_a_slip_is_mended_for_the_search_and_any_reader() -> None:
    reader, searched = NamesFerries(), []
    trace = asked("What does Halvorssen steer?", reader, searched)
    right = "What does Halvorsen steer?"
    assert (searched[-1], reader.questions) == (right, [right])
    assert trace.notes == ("'Halvorssen' was read as 'Halvorsen'",)


def test_what_is_spelt_right_is_searched_for_once() -> None:
    searched: list[str] = []
    asked("What left?", NamesFerries(), searched)
    assert searched == ["What left?"]


def test_cosines_of_another_embedder_are_kept_from_the_reader_alone() -> None:
    reader = NamesFerries()
    trace = asked("What left?", reader, [])
    assert reader.scores == [set()]
    assert trace.hits[0].scores["dense"] == 0.4
