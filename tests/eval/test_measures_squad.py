"""The official SQuAD 2.0 rules, as published, on cases chosen to catch shortcuts.

The expected figures were worked out by hand from the rules (lower case; ASCII punctuation removed;
the words a, an, the removed; white space squeezed; bags of tokens; best gold; no answer is one).
"""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures.squad import normalise, score

CASES = [
    # golds, given, exact, F1
    (["The Eiffel Tower"], "eiffel tower", 1, 1),
    (["Eiffel Tower"], "the, Eiffel-Tower!", 0, 0),  # punctuation goes without leaving a space
    (["Eiffel-Tower"], "EiffelTower", 1, 1),
    (["U.S."], "us", 1, 1),
    (["a"], "the", 1, 1),  # both empty once normalised: the gold becomes the empty answer
    (["an"], "apple", 0, 0),
    ([], None, 1, 1),
    ([], "", 1, 1),
    ([], "Paris", 0, 0),
    ([], "the", 1, 1),  # an answer that is empty once normalised is no answer
    (["Paris"], None, 0, 0),
    (["..."], None, 1, 1),
    (["..."], "!?", 1, 1),
    (["Paris", "..."], None, 0, 0),  # an empty gold beside a real one is dropped
    (["Paris", "the city of Paris"], "city of Paris", 1, 1),
    (["city of Paris"], "Paris", 0, 2 * 1 * (1 / 3) / (1 + 1 / 3)),
    (["in in in"], "in", 0, 2 * 1 * (1 / 3) / (1 + 1 / 3)),  # bags, not sets
    (["in"], "in in in", 0, 0.5),
    (["1990–1995"], "1990-1995", 0, 0),  # an en dash is not ASCII punctuation
    (["“peace”"], "peace", 0, 0),  # nor are curly quotes
    (["café"], "cafe\u0301", 0, 0),  # no Unicode normalisation
    (["İstanbul"], "i\u0307stanbul", 1, 1),  # lower() of İ is two code points
    (["Straße"], "STRASSE", 0, 0),  # lower, not casefold
    (["two\u00a0words"], "two words", 1, 1),  # split() takes any white space
    (["\u200bword"], "word", 0, 0),  # a zero-width space is none
    (["theatre"], "atre", 0, 0),  # only whole articles go
    (["the-other"], "theother", 1, 1),  # punctuation goes before articles
    (["A. Smith"], "Smith", 1, 1),
    (["vitamin A"], "vitamin", 1, 1),
    (["$5.00"], "500", 1, 1),
    (["first", "second answer"], "second", 0, 2 / 3),
    (["à la carte"], "à carte", 0, 0.8),
]


@pytest.mark.parametrize(("golds", "given_text", "exact", "f1"), CASES)
def test_published_rules(golds: list[str], given_text: str | None, exact: float, f1: float) -> None:
    assert score(golds, given_text) == (exact, pytest.approx(f1, abs=1e-12))


def by_the_book(text: str) -> str:
    """The rules, one at a time, a character at a time."""
    lowered = "".join(each for each in text.lower() if each not in set(string.punctuation))
    words = re.sub(r"\b(?:a|an|the)\b", " ", lowered)
    return " ".join(words.split())


@given(st.text())
def test_normalisation_follows_the_rules_on_any_text(text: str) -> None:
    assert normalise(text) == by_the_book(text)


@given(st.lists(st.text(), max_size=3), st.text())
def test_scores_are_bounded_and_exact_implies_f1(golds: list[str], given_text: str) -> None:
    exact, f1 = score(golds, given_text)
    assert 0 <= f1 <= 1
    assert exact in (0, 1)
    assert exact <= f1
