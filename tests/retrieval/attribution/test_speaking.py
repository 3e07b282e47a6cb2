"""An answer that is the speaker of its own sentence: the document states that they said it."""

import pytest

from api.cli import terminal
from index.types import Span
from retrieval.attribution import attribute
from retrieval.types import Attribution, Words

CLAIM = "Rubio claims that the cartel is led by Nicolás Maduro, which Maduro has denied."
PASSIVE = "The plan was drawn up in June, as announced by Secretary of State Marco Rubio."
STRIKE = "Admiral Alvin Holsey, commander of Southern Command, stated that the deployment is big."
OFFICE = "The commander of the northern fleet said that the deployment is big."
BODY = "Coauthor Axel Berg of the University of Hawaii notes that the trade winds are strong."
GOVERNOR = "Bank of England Governor Mark Berg said that the trade winds are strong."


def at(text, words, start=0):
    first = text.index(words, start)
    return Span(first, first + len(words))


def attributed(text, answer):
    return attribute(text, Span(0, len(text)), at(text, answer))


@pytest.mark.parametrize(
    ("text", "answer", "says"),
    [
        (CLAIM, "Rubio", "claims"),
        (PASSIVE, "Secretary of State Marco Rubio", "announced"),
        (PASSIVE, "Marco Rubio", "announced"),
        (STRIKE, "Admiral Alvin Holsey", "stated"),
        (STRIKE, "Admiral Alvin Holsey, commander of Southern Command", "stated"),
        (OFFICE, "The commander of the northern fleet", "said"),
        (BODY, "Axel Berg", "notes"),
        (BODY, "Coauthor Axel Berg of the University of Hawaii", "notes"),
        (GOVERNOR, "Mark Berg", "said"),
    ],
)
def test_the_speaker_is_the_documents_own_statement_and_says_by_which_cue(text, answer, says):
    found = attributed(text, answer)
    assert (found.stance, found.speaker, found.cue) == ("stated", None, None)
    assert found.says.text == says
    assert found.says.span.of(text) == says


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (CLAIM, "Nicolás Maduro"),
        (CLAIM, "the cartel"),
        (CLAIM, "Rubio claims"),
        (PASSIVE, "June"),
        (STRIKE, "commander of Southern Command"),
        (STRIKE, "the deployment"),
        (OFFICE, "the northern fleet"),
        (BODY, "University of Hawaii"),
        (BODY, "Hawaii"),
        (PASSIVE, "State"),
    ],
)
def test_what_is_not_the_speaker_says_nothing(text, answer):
    assert attributed(text, answer).says is None


def test_a_sentence_without_an_answer_says_nothing_of_its_own():
    assert attribute(CLAIM, Span(0, len(CLAIM))).says is None


def test_who_speaks_inside_somebody_elses_claim_is_still_their_word():
    text = "Rubio claims that the regime, which Maduro describes as elected, is not legitimate."
    found = attributed(text, "Maduro")
    assert (found.stance, found.speaker.text) == ("claimed", "Rubio")
    assert found.says.text == "describes"


@pytest.mark.parametrize("answer", ["Rubio", "He"])
def test_a_surname_or_pronoun_that_speaks_is_completed(answer):
    first = "Secretary of State Marco Rubio said on Monday that the plan is ready. "
    text = f"{first}{answer} claims that the cartel is led by Maduro."
    found = attribute(text, Span(len(first), len(text)), at(text, answer, len(first)))
    assert found.stance == "stated"
    assert found.says.text == "claims"
    assert found.full_name.text.endswith("Marco Rubio")


def test_asked_who_spoke_the_answer_is_not_also_according_to_somebody_else():
    denied = Attribution("claimed", Words("The U.S.", Span(0, 8)), says=Words("denied"))
    answer = Span(40, 46)
    assert terminal.attributed(denied, answer, asks_who=True) == " — who speaks here: “denied”"
    assert terminal.attributed(denied, answer) == " — according to the U.S."
