"""What is understood of a question before anything is searched for."""

import pytest

from retrieval.answering.question import OTHER_LANGUAGE, SEVERAL, answer_kind, mended, understand


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Who keeps the lighthouse?", "name"),
        ("How many steps has the tower?", "number"),
        ("In which year was the lamp lit?", "date"),
        ("Where is the foghorn?", "place"),
        ("Is the tower open in winter?", "yes_no"),
        ("What does AIS stand for?", "definition"),
        ("What is a fathom?", "definition"),
        ("How do I light the lamp?", "how"),
        ("Why was the pier closed?", "why"),
        ("List the ferries", "list"),
        ("What happens if a fee is late?", "clause"),
        ("What did the keeper write?", "other"),
    ],
)
def test_the_kind_of_answer(text: str, kind: str) -> None:
    assert answer_kind(text) == kind


def test_speaker_and_negation() -> None:
    question = understand("According to Ann Lind, which boats did not return?")
    assert (question.speaker, question.is_negated) == ("Ann Lind", True)
    who = understand("Who said that the boats returned?")
    assert (who.speaker, who.asks_for_speaker, who.is_negated) == (None, True, False)


def test_a_mended_question_is_understood_anew() -> None:
    asked = understand("According to Halvorssen, who steers the boat?")
    question = mended(asked, ["Halvorsen said that Ann Lind steers it."], lambda word: False)
    assert question.speaker == "Halvorsen"
    assert question.asked == asked.text
    assert question.notes == ("'Halvorssen' was read as 'Halvorsen'",)
    assert mended(asked, ["Halvorssen sailed."], lambda word: True) is asked


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("Wann wurde der Turm gebaut?", (OTHER_LANGUAGE,)),
        ("Was kostet der Eintritt?", (OTHER_LANGUAGE,)),
        ("¿Dónde está la llave?", (OTHER_LANGUAGE,)),
        ("Qui a construit la tour ?", (OTHER_LANGUAGE,)),
        ("Где ключ?", (OTHER_LANGUAGE,)),
        ("Was the tower built by Le Brun?", ()),
        ("tower opening hours sunday", ()),
        ("Where is the rue de la Paix?", ()),
        ("Who built the tower and when?", (SEVERAL,)),
        ("Who built it, and what did it cost?", (SEVERAL,)),
        ("When was it built? Who paid?", (SEVERAL,)),
        ("How does it choose what to keep and what to drop?", ()),
        ("What is kept in the tower?", ()),
    ],
)
def test_what_is_told_of_a_question_itself(text: str, notes: tuple[str, ...]) -> None:
    assert understand(text).notes == notes


def test_was_opens_no_english_question_where_the_rest_is_german() -> None:
    assert understand("Was kostet der Eintritt?").kind != "yes_no"
    assert understand("Was the ticket free?").kind == "yes_no"
