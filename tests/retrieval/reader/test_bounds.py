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


def test_the_limit_gains_only_where_what_is_allowed_is_asked() -> None:
    assert limit_gain("How many dogs may I bring?", "at most two") > 0
    assert limit_gain("How many dogs came?", "at most two") == 0
    assert limit_gain("How old must one be?", "at least 12") > 0
    assert limit_gain("How many dogs may I bring?", "two") == 0


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
