import pytest

from index.text.sentences import sentences
from index.types import Span
from retrieval.attribution import attribute


def at(text: str, words: str) -> Span:
    """Return the sentence of `text` that holds `words`."""
    place = text.index(words)
    return next(s for s in sentences(text) if s.start <= place < s.end)


def name(text: str, words: str) -> str | None:
    found = attribute(text, at(text, words))
    return found.full_name.text if found.full_name else None


def speaker(text: str, words: str) -> str | None:
    found = attribute(text, at(text, words))
    return found.speaker.text if found.speaker else None


def test_a_quotation_that_runs_over_sentences_keeps_its_speaker():
    text = (
        'Ana Ruiz said: "The roof leaked. Nobody came. We moved out in May."\n\nThe flat is empty.'
    )
    assert speaker(text, "Nobody came") == "Ana Ruiz"
    assert speaker(text, "We moved out") == "Ana Ruiz"
    assert speaker(text, "The flat") is None


def test_a_quotation_whose_speaker_comes_at_its_end():
    text = "Snow fell. “The roof leaked. Nobody came,” said Ana Ruiz. The flat is empty."
    assert speaker(text, "The roof leaked") == "Ana Ruiz"


def test_a_quotation_that_goes_on_after_the_speaker():
    text = '"The roof leaked," said Ana Ruiz. "Nobody came when we rang."'
    assert speaker(text, "Nobody came") == "Ana Ruiz"


def test_a_short_sentence_after_a_quotation_names_its_speaker():
    text = '"Nobody came when we rang." Ana Ruiz said so on Monday.'
    assert attribute(text, at(text, "Nobody")).stance == "reported"


def test_a_new_paragraph_ends_a_quotation_that_was_never_closed():
    text = 'Ana Ruiz said: "The roof leaked.\n\nThe flat is empty.'
    assert speaker(text, "The flat") is None


def test_a_surname_is_completed_from_before():
    text = "Foreign Minister Ilse Brandt resigned. Brandt said the vote was unfair."
    assert speaker(text, "Brandt said") == "Brandt"
    assert name(text, "Brandt said") == "Ilse Brandt"


def test_a_title_does_not_hide_the_first_name():
    text = "Ilse Brandt resigned. Minister Brandt said the vote was unfair."
    assert name(text, "Minister Brandt said") == "Ilse Brandt"


def test_a_full_name_needs_no_completing():
    text = "Ilse Brandt resigned. Ilse Brandt said the vote was unfair."
    assert name(text, "Ilse Brandt said") is None


def test_a_pronoun_takes_the_speaker_before_it():
    text = "Ilse Brandt said the vote was unfair. She added that she would appeal. He left."
    assert speaker(text, "She added") == "She"
    assert name(text, "She added") == "Ilse Brandt"


def test_a_pronoun_takes_the_speaker_of_the_paragraph_before():
    text = "Ilse Brandt said the vote was unfair.\n\nShe added that she would appeal."
    assert name(text, "She added") == "Ilse Brandt"
    between = text.replace("\n\nShe", "\n\nThe mayor met Eva Lund. She")
    assert name(between, "She added") is None


def test_a_quotation_after_what_somebody_said_is_theirs():
    text = 'Ilse Brandt noted that the vote was unfair. "Nobody counted the ballots again."'
    assert speaker(text, "Nobody") == "Ilse Brandt"
    assert speaker(text.replace("Ilse Brandt", "Some"), "Nobody") is None


def test_a_pronoun_takes_the_speaker_in_its_own_sentence():
    text = "Ilse Brandt claims that the aide lied in what she describes as a coup."
    answer = Span(text.index("a coup"), text.index("a coup") + 6)
    found = attribute(text, Span(0, len(text)), answer)
    assert found.speaker.text == "she"
    assert found.full_name.text == "Ilse Brandt"


def test_a_pronoun_is_left_alone_where_nobody_spoke_before():
    text = "The gate was open. He said it was stuck."
    assert speaker(text, "He said") == "He"
    assert name(text, "He said") is None


def test_a_pronoun_never_stands_for_a_crowd():
    text = "Several scholars said the letter was forged. He added that it was dated later."
    assert name(text, "He added") is None


def test_the_sentences_before_can_be_given():
    text = "Ilse Brandt said the vote was unfair. She added that she would appeal."
    spans = sentences(text)
    assert attribute(text, spans[1], None, spans[:1]).full_name.text == "Ilse Brandt"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Chief Dan Webb disagreed: “It will not open before fall,” he said.", "Chief Dan Webb"),
        ("Dan Webb, the police chief, was sceptical; he said it would not open.", "Dan Webb"),
        ("Dan Webb would resign in May, she said.", None),
        ("The bridge would reopen in May, she said.", "Lisa Ortiz"),
        ("The engineer was sceptical; he said it would not open.", None),
        ("Though Webb had hoped for May, he said it would not open.", None),
        ("Though Ortiz had hoped for May, she said it would not open.", "Lisa Ortiz"),
        ("Officials were sceptical; he said it would open.", "Lisa Ortiz"),
        ("He said it would open.", "Lisa Ortiz"),
    ],
)
def test_a_pronoun_stands_for_the_nearer_person_or_for_nobody(sentence, expected):
    text = f"Lisa Ortiz said the bridge was safe. {sentence}"
    assert name(text, sentence[:8]) == expected


OVER_PARAGRAPHS = """The town spoke of the flood.

“We lost four bridges,” said Ilse Brandt. “The river rose two metres.

“Nobody had seen such water. The pumps failed at three.

“We will rebuild all of it.”

“I saw nothing,” a neighbour added.

The council meets on Friday."""


@pytest.mark.parametrize("words", ["Nobody had", "The pumps", "We will rebuild"])
def test_a_quotation_over_paragraphs_keeps_its_speaker(words: str):
    assert speaker(OVER_PARAGRAPHS, words) == "Ilse Brandt"


def test_a_closed_quotation_does_not_lend_its_speaker_to_the_next_paragraph():
    assert speaker(OVER_PARAGRAPHS, "I saw") == "a neighbour"
    assert speaker(OVER_PARAGRAPHS, "The council") is None
    closed = OVER_PARAGRAPHS.replace("two metres.", "two metres.”")
    assert speaker(closed, "Nobody had") is None


def test_a_quotation_over_paragraphs_whose_speaker_comes_at_its_end():
    text = "“The roof leaked.\n\n“Nobody came. We moved out,” said Ana Ruiz.\n\nThe flat is empty."
    assert speaker(text, "The roof") == "Ana Ruiz"
    assert speaker(text, "The flat") is None


def test_a_paragraph_that_ends_in_a_colon_introduces_the_quotation_below_it():
    text = 'Ana Ruiz said in a letter:\n\n"The roof leaked. Nobody came."\n\nThe flat is empty.'
    assert speaker(text, "Nobody came") == "Ana Ruiz"
    assert speaker(text, "The flat") is None


def test_a_block_quotation_is_spoken_by_who_introduces_it():
    text = (
        "Ana Ruiz said in a letter:\n\n> The roof leaked.\n>\n> Nobody came.\n\nThe flat is empty."
    )
    assert speaker(text, "The roof") == "Ana Ruiz"
    assert speaker(text, "Nobody came") == "Ana Ruiz"
    assert speaker(text, "The flat") is None
    assert speaker("It has three rules:\n\n> The roof leaked.", "The roof") is None
