from index.types import Hit, Passage, Span
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.replies import REPLY, asked_here

TEXT = (
    "Q: How many parking spaces will there be?\nA: 2,500. They are free.\n"
    "Q: Who pays for them?\nA: The city."
)


def passage(text: str, *headings: str) -> Passage:
    return Passage(1, "d", Span(0, len(text)), text, headings)


def place(text: str, words: str) -> Span:
    return Span(text.index(words), text.index(words) + len(words))


def test_what_follows_the_question_gains_and_no_question_answers() -> None:
    here = asked_here("How many parking spaces will there be?", passage(TEXT), TEXT)
    assert [here.gain(place(TEXT, words)) for words in ("2,500", "free", "city")] == [
        REPLY,
        REPLY,
        0,
    ]
    assert not here.answers(place(TEXT, "parking spaces"))
    assert not here.answers(place(TEXT, "pays"))
    assert here.answers(place(TEXT, "city"))


def test_a_question_that_asks_for_more_answers_nothing_and_has_no_reply() -> None:
    here = asked_here("How many parking spaces?", passage(TEXT), TEXT)
    assert here.gain(place(TEXT, "2,500")) == REPLY
    text = "How many parking spaces for disabled visitors of the new museum are there? Twelve."
    here = asked_here("How many parking spaces are there?", passage(text), text)
    assert not here.answers(place(text, "disabled visitors"))
    assert here.gain(place(text, "Twelve")) == 0


def test_another_question_is_let_be() -> None:
    here = asked_here("Who pays the architect?", passage(TEXT), TEXT)
    assert here.answers(place(TEXT, "parking spaces"))
    assert here.gain(place(TEXT, "2,500")) == 0


def test_a_passage_under_the_question_replies_to_it() -> None:
    text = "Backups are kept for 35 days. Can I delete one? Yes."
    here = asked_here(
        "How long are backups kept?", passage(text, "FAQ", "How long are backups kept?"), text
    )
    assert here.gain(place(text, "35 days")) == REPLY
    assert here.gain(place(text, "Yes")) == 0


def test_a_list_of_questions_is_read_as_one() -> None:
    text = (
        "Can I change my plan later?\n\nYes. It takes effect with the next billing period.\n\n"
        "What happens when my trial ends?\n\nYour account is frozen."
    )
    hit = Hit(passage(text), 1.0)
    result = ExtractiveReader().read("Can I change my plan later?", [hit], 2)
    assert result.verdict != "not_found"
    assert result.readings[0].span.end < text.index("What")
