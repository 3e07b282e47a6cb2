"""The word that bounds a number or a date belongs to it."""

import pytest

from index.types import Span
from retrieval.reader.bounds import condition_loss, limit_gain, with_bound
from retrieval.reader.expansions import expand_abbreviation
from retrieval.reader.trimming import tidy


@pytest.mark.parametrize(
    ("text", "core", "bounded"),
    [
        ("It holds no more than 12 boats.", "12 boats", "no more than 12 boats"),
        ("Open from 3 June.", "3 June", "from 3 June"),
        ("Shut until about noon.", "noon", "until about noon"),
        ("It costs between 20 and 30 euros.", "20 and 30 euros", "between 20 and 30 euros"),
        ("Between them 20 boats came.", "20 boats", "20 boats"),
        ("It came from 12 towns.", "12 towns", "12 towns"),
        ("He fell off in 1987.", "1987", "1987"),
        ("Made by Otto Fenn.", "Otto Fenn", "Otto Fenn"),
        ("Born before the war.", "the war", "the war"),
    ],
)
def test_a_bound_is_taken_in_where_it_bounds(text: str, core: str, bounded: str) -> None:
    start = text.index(core)
    assert text[with_bound(text, start, start + len(core)) :][: len(bounded)] == bounded
    assert tidy(text, Span(start, start + len(core))).of(text) == bounded


@pytest.mark.parametrize(
    ("question", "text", "words", "sign"),
    [
        ("How many dogs may I bring?", "You may bring at most two.", "at most two", 1),
        ("How many dogs came?", "There came at most two.", "at most two", 0),
        ("How old must one be?", "One is at least 12.", "at least 12", 1),
        ("How many dogs may I bring?", "You bring two.", "two", 0),
        ("How many dogs may I bring?", "You bring at least two.", "at least two", -1),
        ("How old must one be?", "One is not more than 12.", "not more than 12", -1),
        ("How many dogs may I bring?", "You bring up\n  to two of them.", "two", 1),
        ("How many dogs may I bring?", "At least one cat and two dogs.", "two", 0),
    ],
)
def test_the_limit_that_is_asked_for_gains_and_the_other_loses(question, text, words, sign) -> None:
    start = text.index(words)
    gain = limit_gain(question, text, Span(start, start + len(words)))
    assert (gain > 0) - (gain < 0) == sign


@pytest.mark.parametrize(
    ("text", "core", "whole"),
    [
        ("A QTR, quick tidal report, is sent.", "tidal report", "quick tidal report"),
        ("The DOB (depth of burial) is told.", "depth of burial) is", "depth of burial"),
        ("The DOB is read by quick readers.", "quick readers", "quick readers"),
    ],
)
def test_what_an_abbreviation_means_is_whole(text: str, core: str, whole: str) -> None:
    start = text.index(core)
    name = "QTR" if "QTR" in text else "DOB"
    found = expand_abbreviation(f"What does {name} mean?", text, Span(start, start + len(core)))
    assert found.of(text) == whole


def test_both_marks_of_two_quotations_belong_to_the_answer() -> None:
    text = 'The switches are "lift left" and "lift right".'
    span = Span(text.index("lift left"), text.index("right") + len("right"))
    assert tidy(text, span).of(text) == '"lift left" and "lift right"'


def test_a_number_that_says_when_something_holds_is_not_the_amount() -> None:
    text = "The crew has nine hands. If more than 40 guests come, a cook is hired."
    assert condition_loss("How many hands has the crew?", text, Span(28, 40)) > 0
    assert condition_loss("How many hands has the crew?", text, Span(13, 17)) == 0
    assert condition_loss("If how many guests come is a cook hired?", text, Span(28, 40)) == 0
