"""What is understood of a question before anything is searched for."""

import pytest

from retrieval.answering.question import answer_kind, mended, understand


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
