"""The number and the unit that a question asks for."""

import pytest

from retrieval.answering.measures import lacks_number, missing_measure


@pytest.mark.parametrize(
    ("question", "sentence", "unit"),
    [
        ("How many hours is the crossing?", "The crossing is long.", "hours"),
        ("How many hours is the crossing?", "The crossing takes 40 min.", ""),
        ("How many dollars does it cost?", "It costs two hens.", "dollars"),
        ("How many dollars does it cost?", "It costs €20.", ""),
        ("How many oars has it?", "It has four.", ""),
        ("What is its default in seconds?", "Its default is red.", "seconds"),
        ("What is its default in seconds?", "Its default is 3 minutes.", ""),
        ("What is kept in boxes?", "Salt.", ""),
        ("How many metres deep is it?", "It is 8 deep.", "metres"),
    ],
)
def test_a_sentence_without_any_unit_of_the_kind_lacks_it(question, sentence, unit):
    assert missing_measure(question, sentence) == unit


@pytest.mark.parametrize(
    ("question", "answer", "lacks"),
    [
        ("How many oars has it?", "several oars", True),
        ("How many oars has it?", "nineteen", False),
        ("How many oars has it?", "no oars", False),
        ("About how many oars has it?", "a great number", False),
        ("Why does it say how many oars it has?", "by custom", False),
        ("Which year was it built?", "after the flood", True),
        ("Which year was it built?", "in 1871", False),
    ],
)
def test_how_many_is_answered_by_a_number(question, answer, lacks):
    assert lacks_number(question, answer) is lacks
