import pytest

from index.errors import InputError
from retrieval.answering.limits import MAX_QUERY, checked_k, checked_query


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
