import pytest

from index.text.sentences import sentences
from index.types import Span
from retrieval.reader.instructions import instructs
from retrieval.reader.shapes import definition_gain, is_cut_before_verb, steps, version_gain
from retrieval.reader.trimming import tidy
from retrieval.reader.units import units


@pytest.mark.parametrize(
    ("question", "answer", "sign"),
    [
        ("Which version added tabs?", "2.4", 1),
        ("In which release was the flag dropped?", "Release 11", 1),
        ("Which version added tabs?", "2031-05-12", -1),
        ("Which version added tabs?", "spring 2033", -1),
        ("Which version added tabs?", "sheetkit", -1),
        ("Who added tabs?", "sheetkit", 0),
    ],
)
def test_a_version_is_a_number_and_no_date(question, answer, sign):
    assert version_gain(question, answer) * sign == abs(version_gain(question, answer))
    assert (version_gain(question, answer) == 0) is (sign == 0)


def test_a_part_of_speech_defines_nothing():
    assert definition_gain("noun") < 0
    assert definition_gain("a gull in its first year") == 0


def test_steps_go_on_as_long_as_they_say_what_to_do():
    text = "Turn off the pump. Unscrew the lid and lift it out. The lid is red. Close the tap."
    found = steps(text, sentences(text), 0)
    assert found.of(text) == "Turn off the pump. Unscrew the lid and lift it out."


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Unscrew the lid.", True),
        ("Under the lid there is a ring.", False),
        ("Washed the cup is clean.", False),
        ("In the menu, the tool does not have Add, Copy and Delete.", False),
    ],
)
def test_what_tells_somebody_to_do_something(sentence, told):
    assert instructs(sentence) is told


@pytest.mark.parametrize(
    ("text", "part", "answer"),
    [
        ("It returns max(a, b) + 1.", "max", "max(a, b)"),
        ("A-12 - door open", "-12", "A-12"),
        ("Room C-204 is shut.", "204", "C-204"),
        ("From 10-12 it is shut.", "12", "12"),
        ("It holds for no longer than 30 days.", "30 days", "no longer than 30 days"),
        ("It stays cooler than 12 degrees.", "12 degrees", "cooler than 12 degrees"),
        ("One in ten left: one in ten.", "ten.", "one in ten"),
    ],
)
def test_codes_calls_and_bounds_are_whole(text, part, answer):
    at = text.rindex(part)
    assert tidy(text, Span(at, at + len(part.rstrip(".")))).of(text) == answer


def test_lines_of_names_with_a_dash_or_equals_sign_are_units():
    for text in ("Bus 11 - every hour\nBus 12 - every day\n", "size = 64 MB\nage = 15 days\n"):
        assert [each.region.of(text) for each in units(text)] == text.splitlines()


def test_a_numbered_question_heads_its_answer():
    text = "3. Why yellow?\n\n- Moths do not see it.\n- It is warm.\n\n4. Is it dark?\n\nNo.\n"
    assert [each.words.of(text) for each in units(text)] == ["Moths do not see it.", "It is warm."]


def test_a_denial_without_its_verb_is_no_answer() -> None:
    text = "The pilot has not landed. Nobody said why; she cannot."
    assert is_cut_before_verb(text, Span(0, 17))
    assert not is_cut_before_verb(text, Span(0, 24))
    assert not is_cut_before_verb(text, Span(43, 53))
