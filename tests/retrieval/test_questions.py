import pytest

from index.errors import InputError
from retrieval.questions import MAX_QUERY, asked_speaker, checked_k, checked_query


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u2003"])
def test_a_blank_question_is_an_error(text):
    with pytest.raises(InputError, match="empty"):
        checked_query(text)


def test_a_megabyte_is_cut_with_a_note():
    query, notes = checked_query("why " * 250_000)
    assert len(query) == MAX_QUERY
    assert "999,999 characters" in notes[0]


def test_an_ordinary_question_is_left_alone():
    assert checked_query(" who? ") == ("who?", [])


@pytest.mark.parametrize("k", [0, -1, 1001])
def test_k_out_of_bounds_is_an_error(k):
    with pytest.raises(InputError, match="between 1 and"):
        checked_k(k)


@pytest.mark.parametrize(
    ("question", "speaker"),
    [
        ("According to Marco Rubio, who leads the cartel?", "Marco Rubio"),
        ("Who leads the cartel according to Rubio?", "Rubio"),
        ("What did Admiral Holsey say about the deployment?", "Admiral Holsey"),
        ("What has Maduro denied?", "Maduro"),
        ("Who leads Operation Southern Spear?", None),
        ("What did it cost?", None),
    ],
)
def test_asked_speaker(question, speaker):
    assert asked_speaker(question) == speaker
