"""The one verdict, made of answers of any reader."""

import hashlib

import pytest

from index.types import Document, Hit, Passage, Span
from retrieval.answering.citation import Citer
from retrieval.answering.verdict import INHERITED, INHERITED_NOW, Judgement, judge
from retrieval.types import Answer, ConfidenceScale

TEXT = (
    "The keeper of the lighthouse is not Elsa Vikander. Since May the keeper is Ola Rask. "
    "Room 12 of the lighthouse is closed. The toll was once 4 crowns. The toll is now 6 crowns."
)
DOCUMENT = Document(
    "log", "test:log", "Log", TEXT, hashlib.sha256(TEXT.encode()).hexdigest(), "text/plain"
)
HITS = [Hit(Passage(1, "log", Span(0, len(TEXT)), TEXT), 1.0)]
SCALE = ConfidenceScale(0.2, ((0.05, 0.9), (0.1, 0.7)), doubted=-2.0)
KEEPER = "Who is the keeper of the lighthouse?"


def answers(*given: tuple[str, float]) -> list[Answer]:
    citer = Citer(DOCUMENT)
    found = [(TEXT.index(words), words, sure) for words, sure in given]
    return [
        Answer(words, sure, citer.cite(Span(at, at + len(words)), words))
        for at, words, sure in found
    ]


def judged(question: str, *given: tuple[str, float], risk: float = 0.1) -> Judgement:
    return judge(question, answers(*given), HITS, SCALE, risk)


@pytest.mark.parametrize(
    ("sure", "risk", "verdict"),
    [(0.8, 0.1, "answered"), (0.8, 0.05, "uncertain"), (0.3, 0.1, "uncertain"),
     (0.1, 0.1, "not_found")],
)  # fmt: skip
def test_the_confidence_that_is_shown_decides(sure: float, risk: float, verdict: str) -> None:
    found = judged(KEEPER, ("Ola Rask", sure), risk=risk)
    assert (found.verdict, found.answers[0].confidence) == (verdict, sure)
    assert [each.code for each in found.reasons] == ["confidence"] * (verdict != "answered")


def test_what_is_denied_is_never_answered_and_less_likely_right() -> None:
    found = judged(KEEPER, ("Elsa Vikander", 0.97))
    assert found.verdict == "uncertain"
    assert found.answers[0].confidence == 0.5
    assert [each.code for each in found.reasons] == ["denied"]


def test_an_answer_in_doubt_gives_way_to_a_surer_one() -> None:
    found = judged(KEEPER, ("Elsa Vikander", 0.9), ("Ola Rask", 0.75))
    assert [each.text for each in found.answers] == ["Ola Rask", "Elsa Vikander"]
    assert (found.verdict, found.reasons) == ("answered", ())


def test_a_faint_one_does_not_take_the_place_of_one_in_doubt() -> None:
    found = judged(KEEPER, ("Elsa Vikander", 0.9), ("Ola Rask", 0.01))
    assert found.answers[0].text == "Elsa Vikander"


def test_what_is_put_before_a_surer_one_has_a_part_of_its_confidence() -> None:
    found = judged(KEEPER, ("Ola Rask", 0.05), ("Elsa Vikander", 0.9))
    assert found.answers[0].confidence == pytest.approx(INHERITED * 0.9)
    assert found.verdict == "uncertain"


def test_what_holds_today_has_more_of_the_confidence_of_what_held_before() -> None:
    found = judged("How much is the toll?", ("6 crowns", 0.05), ("4 crowns", 0.8))
    assert found.answers[0].confidence == pytest.approx(INHERITED_NOW * 0.8)


def test_a_detail_that_the_passage_lacks_is_named() -> None:
    found = judged("Is there a view from room 14 of the lighthouse?", ("closed", 0.9))
    assert found.verdict != "answered"
    assert "14" in found.reasons[0].detail


def test_no_answers_is_not_found_with_its_reason() -> None:
    found = judged(KEEPER)
    assert (found.verdict, found.answers) == ("not_found", ())
    assert [each.code for each in found.reasons] == ["nothing_read"]
