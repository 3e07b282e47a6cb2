from index.types import Hit, Passage, Span
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.structure import ENTRY, REPLY, passage_context

TEXT = (
    "Q: How many parking spaces will there be?\nA: 2,500. They are free.\n"
    "Q: Who pays for them?\nA: The city."
)


def passage(text: str, *headings: str) -> Passage:
    return Passage(1, "d", Span(0, len(text)), text, headings)


def place(text: str, words: str) -> Span:
    return Span(text.index(words), text.index(words) + len(words))


def test_what_follows_the_question_gains_and_no_question_answers() -> None:
    found = passage_context("How many parking spaces will there be?", passage(TEXT), TEXT)
    assert [found.gain(place(TEXT, words)) for words in ("2,500", "free", "city")] == [
        REPLY,
        REPLY,
        0,
    ]
    assert not found.answers(place(TEXT, "parking spaces"))
    assert not found.answers(place(TEXT, "pays"))
    assert found.answers(place(TEXT, "city"))


def test_a_question_that_asks_for_more_answers_nothing_and_has_no_reply() -> None:
    found = passage_context("How many parking spaces?", passage(TEXT), TEXT)
    assert found.gain(place(TEXT, "2,500")) == REPLY
    text = "How many parking spaces for disabled visitors of the new museum are there? Twelve."
    found = passage_context("How many parking spaces are there?", passage(text), text)
    assert not found.answers(place(text, "disabled visitors"))
    assert found.gain(place(text, "Twelve")) == 0


def test_another_question_is_let_be() -> None:
    found = passage_context("Who pays the architect?", passage(TEXT), TEXT)
    assert found.answers(place(TEXT, "parking spaces"))
    assert found.gain(place(TEXT, "2,500")) == 0


def test_a_passage_under_the_question_replies_to_it() -> None:
    text = "Backups are kept for 35 days. Can I delete one? Yes."
    found = passage_context(
        "How long are backups kept?", passage(text, "FAQ", "How long are backups kept?"), text
    )
    assert found.gain(place(text, "35 days")) == REPLY + ENTRY
    assert found.gain(place(text, "Yes")) == ENTRY


def test_an_entry_under_what_is_asked_about_gains():
    text = "The default is 128 MB."
    anywhere = place(text, "128 MB")
    asked = "What is the default of shared_buffers?"
    for headings, gain in (
        (("Memory", "shared_buffers (integer)"), ENTRY),
        (("Memory", "2.1. shared_buffers"), ENTRY),
        (("Memory", "work_mem (integer)"), 0),
        (("Memory", "shared_buffers and huge pages"), 0),
        (("shared_buffers",), 0),
        (("Memory", "(integer)"), 0),
        ((), 0),
    ):
        assert passage_context(asked, passage(text, *headings), text).gain(anywhere) == gain, (
            headings
        )


def test_a_list_of_questions_is_read_as_one() -> None:
    text = (
        "Can I change my plan later?\n\nYes. It takes effect with the next billing period.\n\n"
        "What happens when my trial ends?\n\nYour account is frozen."
    )
    hit = Hit(passage(text), 1.0, {"dense": 0.5, "lexical": 3.0})
    result = ExtractiveReader().read("Can I change my plan later?", [hit], 2)
    assert result.readings[0].confidence >= result.scale.not_found
    assert result.readings[0].span.end < text.index("What")
