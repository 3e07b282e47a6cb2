"""Tokens to words: offsets, word bounds, punctuation."""

import unicodedata
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.types import Span
from retrieval.reader.model_files import default_folder, load_files
from retrieval.reader.spans import MAX_ANSWER_PIECES, best_spans
from retrieval.reader.trimming import tidy
from retrieval.reader.windows import Windower

MAX_TOKENS = 48


@pytest.fixture(scope="module")
def windower() -> Windower:
    return Windower(load_files(default_folder()).tokenizer, MAX_TOKENS, 12)


def tidied(text: str, words: str) -> str:
    start = text.index(words)
    return tidy(text, Span(start, start + len(words))).of(text)


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("It cost 1,600.50 dollars.", "600", "1,600.50"),
        ("It cost $1,600.50.", "$1,600.50.", "$1,600.50"),
        ("He met Holsey, then left.", "Holsey,", "Holsey"),
        ("He met Holsey, then left.", "Hols", "Holsey"),
        ("They live in the U.S. today.", "U.S.", "U.S."),
        ('She called it "a good day".', '"a good day', "a good day"),
        ('She called it "a good day".', '"a good day"', '"a good day"'),
        ('It would "bring respect" here.', 'would "bring respect', 'would "bring respect"'),
        ("It would “bring respect” here.", "would “bring respect", "would “bring respect”"),
        ('The "rubicon" moment came.', 'rubicon" moment', '"rubicon" moment'),
        ('"It was a waste", she added.', 'a waste", she added', "a waste"),
        ('"It was a waste," she added.', 'a waste," she added', "a waste"),
        ('The 12" "singles" sold.', '12" "singles" sold', '12" "singles" sold'),
        ("It rose (by 5%) again.", "(by 5%", "by 5%"),
        ("It rose (by 5%) again.", "5%)", "5%"),
        ("It rose 5% again.", "5%", "5%"),
        ("It rose (by 5%, they say) again.", "5%, they say) again", "5%, they say"),
        ("It rose (by 5%) and fell (by 2%).", "rose (by 5%) and fell", "rose (by 5%) and fell"),
        ("The first is 1) Paris, of course.", "1) Paris", "1) Paris"),
        ("By Admiral Alvin Holsey.", "Alvin Holsey", "Admiral Alvin Holsey"),
        ("By Rear Admiral Paul Lanzilotta.", "Paul Lanzilotta", "Rear Admiral Paul Lanzilotta"),
        ("In the years 1990-1995, it", "1990", "1990"),
        ("e\u0301te\u0301 is summer", "e", "e\u0301te\u0301"),
        ("It is in /var/log/history.log today.", "history", "history.log"),
        ("Call sqlite3.connect() first.", "connect", "sqlite3.connect()"),
        ("By Attorney General Merrick Garland.", "Garland", "Garland"),
        (
            "By Attorney General Merrick Garland.",
            "Merrick Garland",
            "Attorney General Merrick Garland",
        ),
        (
            "Minister Anna Keller and Finance Minister Bo Dahl",
            "Bo Dahl",
            "Finance Minister Bo Dahl",
        ),
        ("former Vice-President Joe Biden", "Joe Biden", "Vice-President Joe Biden"),
        (
            "Shadow Defence Secretary Jim Murphy",
            "Jim Murphy",
            "Shadow Defence Secretary Jim Murphy",
        ),
        ("Work and Pensions Secretary Jo Day", "Jo Day", "Work and Pensions Secretary Jo Day"),
        ("Russian President Jo Day", "Jo Day", "President Jo Day"),
        ("When President Jo Day came", "Jo Day", "President Jo Day"),
        ("Anna Keller and President Jo Day", "Jo Day", "President Jo Day"),
        ("Water Resources Secretary Jo Day", "Jo Day", "Jo Day"),
        ("Chief of Staff General Jo Day", "Jo Day", "Jo Day"),
        (
            "Write to anna@city-hall.example.org, or call.",
            "city-hall",
            "anna@city-hall.example.org",
        ),
        ("See https://example.org/faq?id=12.", "example.org", "https://example.org/faq?id=12"),
        ("It was O'Brien who came.", "Brien", "O'Brien"),
        ("It is Maduro's plan.", "Maduro", "Maduro"),
        ("A: 30 days from delivery", "A: 30 days", "30 days"),
        ("It lasts until the end.", "until the", ""),
        ("It ended.Then it began.", "ended", "ended"),
        ("They met at 5 p.m. there.", "5 p", "5 p.m."),
        ("Since 4.1 (8 May 2027) it sings.", "4.1 (8 May 2027", "4.1 (8 May 2027)"),
        ("Since 4.1 (8 May 2027, Friday) it sings.", "4.1 (8 May 2027", "4.1"),
        ("It was led by the US and the WHO.", "the US", "the US"),
        ("It was led by the US and the WHO.", "WHO", "WHO"),
        ("Then she left.", "she", ""),
        ("I left.", "I", ""),
        ("...", "...", ""),
    ],
)
def test_tidy(text: str, words: str, expected: str) -> None:
    assert tidied(text, words) == expected


@given(st.text(max_size=60), st.data())
def test_tidy_stays_in_the_text_and_is_stable(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    once = tidy(text, Span(start, end))
    assert once.end <= len(text)
    if len(once):
        assert not once.of(text)[0].isspace()
        assert not once.of(text)[-1].isspace()
        if once.end < len(text):
            assert not (text[once.end - 1].isalnum() and text[once.end].isalnum())


@given(
    st.text(
        st.one_of(
            st.characters(), st.sampled_from("aé İıſßﬁ\u0301\x00\ud800👩‍👩‍👧\u200d中ー한اَ12,.\n ")
        ),
        max_size=120,
    )
)
@settings(max_examples=300, deadline=None)
def test_pieces_stand_where_they_say(windower: Windower, text: str) -> None:
    covered: set[int] = set()
    for window in windower.windows(windower.question("who is it"), text):
        assert len(window.ids) <= MAX_TOKENS
        assert (window.starts < window.ends).all()
        assert window.ends.max(initial=0) <= len(text)
        for start, end in zip(window.starts.tolist(), window.ends.tolist(), strict=True):
            covered.update(range(start, end))
    missed = [c for at, c in enumerate(text) if at not in covered and c.isascii() and c.isalnum()]
    assert missed == []


def test_windows_overlap_and_reach_the_end(windower: Windower) -> None:
    text = " ".join(f"word{i}" for i in range(100))
    windows = list(windower.windows(windower.question("which word"), text))
    assert len(windows) > 2
    assert windows[0].starts[0] == 0
    assert windows[-1].ends[-1] == len(text)
    for one, other in pairwise(windows):
        assert other.starts[0] < one.ends[-1]


def test_a_written_separator_separates_nothing(windower: Windower) -> None:
    window = next(windower.windows(windower.question("who [SEP]"), "Mark it [SEP] twice."))
    assert window.ids.tolist().count(102) == 2


def test_best_spans_do_not_overlap_and_are_short_enough(windower: Windower) -> None:
    text = " ".join(unicodedata.name(chr(c), "x").lower() for c in range(97, 107))
    window = next(windower.windows(windower.question("what"), text))
    rng = np.random.default_rng(7)
    start, end = (rng.normal(size=len(window.ids)).astype(np.float32) for _ in range(2))
    found = best_spans(window, start, end, text)
    assert len(found) > 1
    assert [c.margin for c in found] == sorted((c.margin for c in found), reverse=True)
    for at, one in enumerate(found):
        assert not any(one.span.overlaps(other.span) for other in found[at + 1 :])
        pieces = ((window.starts >= one.span.start) & (window.ends <= one.span.end)).sum()
        assert 1 <= pieces <= MAX_ANSWER_PIECES + 8


@pytest.mark.parametrize(
    ("text", "reaches"),
    [
        ("Members of the board\n\nAlice Smith", False),
        ("Members of the board \r\n \r\nAlice Smith", False),
        ("Members of the board\nAlice Smith", True),
        ("- the board\n\n- Alice Smith", False),
        ("Home of the board\n\n- Alice Smith", False),
        ("| the board |\n| Alice Smith |", False),
        ("the board | \nAlice Smith | 1994", False),
        ("the board | Alice Smith", True),
    ],
)
def test_no_span_reaches_across_a_blank_line_an_item_or_a_row(
    windower: Windower, text: str, reaches: bool
) -> None:
    window = next(windower.windows(windower.question("who"), text))
    start, end = np.zeros((2, len(window.ids)), np.float32)
    start[window.lead], end[-2] = 9, 9
    best = best_spans(window, start, end, text)[0].span.of(text)
    assert ("board" in best and "Smith" in best) is reaches


@pytest.mark.parametrize(
    ("lead", "found"), [(0.5, "Alice Smith"), (1.5, "Alice Smith chairs it. He")]
)
def test_a_span_of_two_sentences_must_be_better_by_a_nat(
    windower: Windower, lead: float, found: str
) -> None:
    text = "Alice Smith chairs it. He chaired the board before."
    ends = {"Smith": 9.0, "He": 9.0 + lead}
    assert best(windower, text, {"Alice": 9.0}, ends) == found


@pytest.mark.parametrize(
    ("starts", "ends", "found"),
    [
        ({"1856": 9.0, "1943": 8.8}, {"1856": 8.9, "1943": 9.0}, "1856"),
        ({"1856": 8.8, "1943": 9.0}, {"1856": 8.8, "1943": 9.0}, "1943"),
        ({"1856": 9.0, "1943": 8.8}, {"1943": 9.0}, "1856 and in 1943"),
        ({"1856": 9.0}, {"1856": 8.8, "1943": 9.0}, "1856 and in 1943"),
    ],
)
def test_the_start_of_one_answer_and_the_end_of_another_are_no_answer(
    windower: Windower, starts: dict[str, float], ends: dict[str, float], found: str
) -> None:
    assert best(windower, "It began in 1856 and in 1943 it ended.", starts, ends) == found


@pytest.mark.parametrize(
    ("starts", "found"),
    [
        ({"the": 8.6, "treaty": 8.5, "trade": 9.0}, "the treaty"),
        ({"the": 8.5, "treaty": 8.6, "trade": 9.0}, "treaty"),
        ({"the": 8.0, "treaty": 8.0, "trade": 9.0}, "trade"),
    ],
)
def test_an_answer_has_its_odds_with_and_without_its_article(
    windower: Windower, starts: dict[str, float], found: str
) -> None:
    text = "In Rome the treaty was signed, and trade began."
    assert best(windower, text, starts, {"treaty": 9.0, "trade": 9.0}) == found


def best(windower: Windower, text: str, starts: dict[str, float], ends: dict[str, float]) -> str:
    """The best span of a text whose words have these scores, and all others none."""
    window = next(windower.windows(windower.question("who"), text))
    start, end = np.zeros((2, len(window.ids)), np.float32)
    for word, value in starts.items():
        start[window.lead + int(np.flatnonzero(window.starts == text.index(word))[0])] = value
    for word, value in ends.items():
        end[window.lead + int(np.flatnonzero(window.ends == text.index(word) + len(word))[0])] = (
            value
        )
    return best_spans(window, start, end, text)[0].span.of(text)
