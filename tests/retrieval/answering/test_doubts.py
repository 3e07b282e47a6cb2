import pytest

from index.types import Span
from retrieval.answering.doubts import ANOTHER, ASKED, SPEAKER, YES_OR_NO, doubt

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
        ("Who led the strike?", SALES, "Ann Silva", SPEAKER),
        ("Who reported on the strike?", SALES, "Ann Silva", ""),
        ("What will happen to the pier?", PIER, "razed", ASKED),
        ("Who pays?", PIER, "pay for it", ASKED),
        ("Who asked?", PIER, "she", ""),
        ("Will the pier stay?", PIER, "stay", YES_OR_NO),
        ("Is it to rent?", RENT, "by the hour", YES_OR_NO),
        ("Is it to rent?", RENT, "Yes", ""),
    ],
)
def test_why_the_best_words_are_no_sure_answer(question, text, answer, reason):
    at = text.index(answer)
    assert doubt(question, text, Span(at, at + len(answer)), predicate=0.0) == reason
