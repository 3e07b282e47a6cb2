"""The order of answers to questions about who said it, from readings with set confidences."""

import hashlib

import pytest

from index.store import FileStore
from index.types import Document, Span
from retrieval.answering.answers import AnswerMaker
from retrieval.answering.question import understand
from retrieval.types import Reading

TEXT = (
    "The plan was announced on Monday by Secretary of State Marco Rubio. "
    "Rubio claims that the cartel is led by Nicolás Maduro. "
    "A general said that the cartel is led by nobody."
)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    store = FileStore.create(tmp_path_factory.mktemp("answers") / "index")
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    store.add([Document("news", "test:news", "news", TEXT, digest, "text/plain", {})])
    opened = store.snapshot()
    yield opened
    opened.close()


def reading(words, confidence, after=""):
    start = TEXT.index(words, TEXT.index(after))
    return Reading("news", Span(start, start + len(words)), words, confidence)


def ordered(snapshot, question, *readings):
    return [
        answer.text for answer in AnswerMaker(snapshot, understand(question)).answers(readings, 5)
    ]


CLAIMED, SPEAKER = reading("Nicolás Maduro", 0.4), reading("Rubio", 0.2, "Rubio claims")


def test_asked_who_claims_it_the_one_who_claims_it_goes_first(snapshot):
    who = "Who claims that the cartel is led by Maduro?"
    assert ordered(snapshot, who, CLAIMED, SPEAKER) == ["Rubio", "Nicolás Maduro"]


def test_a_speaker_far_less_sure_does_not_go_first(snapshot):
    who = "Who claims that the cartel is led by Maduro?"
    faint = reading("Rubio", 0.05, "Rubio claims")
    assert ordered(snapshot, who, CLAIMED, faint) == ["Nicolás Maduro", "Rubio"]


def test_other_questions_keep_the_surest_first(snapshot):
    assert ordered(snapshot, "Who leads the cartel?", CLAIMED, SPEAKER) == [
        "Nicolás Maduro",
        "Rubio",
    ]


def test_asked_for_somebodys_words_theirs_go_first(snapshot):
    nobody = reading("nobody", 0.6)
    asked = "According to Marco Rubio, who leads the cartel?"
    assert ordered(snapshot, asked, nobody, CLAIMED) == ["Nicolás Maduro", "nobody"]
    assert ordered(snapshot, "Who leads the cartel?", nobody, CLAIMED)[0] == "nobody"


def test_an_office_that_is_asked_for_is_known_by_its_holders_name(snapshot):
    asked = "According to the Secretary of State, who leads the cartel?"
    assert ordered(snapshot, asked, reading("nobody", 0.6), CLAIMED)[0] == "Nicolás Maduro"


def test_the_asked_speaker_is_no_answer_in_their_own_words(snapshot):
    named = reading("Secretary of State Marco Rubio", 0.9)
    for asked in ("the Secretary of State", "Rubio"):
        given = ordered(snapshot, f"According to {asked}, who leads the cartel?", named, CLAIMED)
        assert given == ["Nicolás Maduro", "Secretary of State Marco Rubio"]


def test_one_name_is_one_answer(snapshot):
    named, surname = (
        reading("Secretary of State Marco Rubio", 0.6),
        reading("Rubio", 0.4, "Rubio claims"),
    )
    who = "Who announced the plan?"
    assert ordered(snapshot, who, named, surname, CLAIMED)[1:] == ["Nicolás Maduro"]
    assert len(ordered(snapshot, who, reading("Nicolás", 0.5), surname)) == 2
