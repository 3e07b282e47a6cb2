import pytest

from index.types import Span
from retrieval.answering.doubts import ANOTHER, ASKED, NOT_SAID, SPEAKER, YES_OR_NO, doubt
from retrieval.types import Reason

SALES = (
    "Ann Silva reported that sales had fallen because of the strike. Tom Brandt disagreed. "
    "He said that prices were too high. The strike ended in May."
)
RENT = "Can I rent it? Yes, by the hour."
PIER = 'Is the old pier going to be razed? It will stay. "Who will pay for it?" she asked.'


@pytest.mark.parametrize(
    ("question", "text", "answer", "reason"),
    [
        ("Why did sales fall according to Brandt?", SALES, "the strike", ANOTHER),
        ("According to Silva, why did sales fall?", SALES, "the strike", ""),
        ("Why did sales fall?", SALES, "the strike", ""),
        ("What does Brandt say about prices?", SALES, "too high", ""),
        ("When did the strike end, according to Brandt?", SALES, "May", ""),
        ("Who ended the walkout?", SALES, "Ann Silva", SPEAKER),
        ("Who reported on the strike?", SALES, "Ann Silva", ""),
        ("What will happen to the pier?", PIER, "razed", ASKED),
        ("Who pays?", PIER, "pay for it", ASKED),
        ("Who asked?", PIER, "she", ""),
        ("Will the pier be sold?", PIER, "stay", YES_OR_NO),
        ("Will the pier stay?", PIER, "stay", ""),
        ("Is it to rent?", RENT, "by the hour", ""),
        ("Is it to rent?", RENT, "Yes", ""),
    ],
)
def test_why_the_best_words_are_no_sure_answer(question, text, answer, reason):
    at = text.index(answer)
    found = doubt(question, text, Span(at, at + len(answer)))
    assert (found.detail if found else "") == reason


@pytest.mark.parametrize(
    ("text", "question", "answer", "reason"),
    [
        ("The bishop attacked the claim that the rent was fair.",
         "Who claimed that the rent was fair?", "The bishop", NOT_SAID),
        ("The aunt wept at the suggestion that the barn was sold.",
         "Who suggested that the barn was sold?", "The aunt", NOT_SAID),
        ("The bishop claimed that the rent was fair.",
         "Who claimed that the rent was fair?", "The bishop", ""),
    ],
)  # fmt: skip
def test_who_hears_of_a_claim_has_not_made_it(text, question, answer, reason):
    at = text.index(answer)
    found = doubt(question, text, Span(at, at + len(answer)))
    assert (found.detail if found else "") == reason


def test_what_is_denied_is_no_sure_answer_and_its_sentence_is_shown():
    text = "The mill stands by the weir. It was never owned by Petra Holm."
    at = text.index("Petra")
    why = doubt("Who owned the mill?", text, Span(at, at + 10))
    assert why is not None
    assert why.code == "denied"
    assert why.detail == "the document denies this: «It was never owned by Petra Holm.»"


def test_the_version_asked_for_may_stand_in_a_heading():
    text = "* Tabs were added.\n"
    question = "What was added in version 2.4?"
    missing = "the passage does not mention 2.4, which was asked about"
    assert doubt(question, text, Span(2, 6)) == Reason("missing", missing)
    assert doubt(question, text, Span(2, 6), heads="Release 2.4") is None
