from itertools import count

import pytest

from index.types import Hit, Passage, Span
from retrieval.search.compared_text import ComparedText
from retrieval.search.duplicates import collapse

LONG = (
    "The harbour master closed the northern harbour at noon on Friday because a storm was expected "
    "from the west, and told every captain to wait outside until the wind had turned again."
)


def hit(number, text, score=1.0, **scores):
    return Hit(Passage(number, f"d{number}", Span(0, len(text)), text), score, scores)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (LONG, LONG.upper(), True),
        (LONG, LONG.replace(" ", "\n  "), True),
        (LONG, LONG.replace(",", ""), True),
        (LONG, LONG + " Yes.", True),
        (LONG, LONG.replace("closed", "opened").replace("Friday", "Sunday"), False),
        (LONG, "Ships waited outside.", False),
        ("Yes.", "No.", False),
        ("Yes, no!", "(yes) - no", True),
        (LONG, LONG.replace(" ", ", "), True),
        (LONG, " ".join(sorted(LONG.split())), False),
        ("", "", True),
    ],
)
def test_near_identical(one, other, same):
    assert ComparedText(one).says_the_same(ComparedText(other)) is same


def test_the_best_stands_for_the_others():
    hits = [hit(4, LONG), hit(2, "Other."), hit(9, LONG.upper()), hit(1, LONG + " Yes.")]
    kept = collapse(hits, 5)
    assert [one.passage.id for one in kept] == [4, 2]
    assert [one.duplicates for one in kept] == [(9, 1), ()]


def test_passages_of_clearly_different_scores_are_not_compared():
    kept = collapse([hit(1, LONG, dense=0.9), hit(2, LONG + " Yes.", dense=0.4)], 5)
    assert len(kept) == 2


def test_equal_words_are_one_whatever_their_scores():
    assert len(collapse([hit(1, LONG, dense=0.9), hit(2, LONG, dense=0.1)], 5)) == 1


def test_k_counts_what_differs_and_no_more_is_read():
    numbers = count()
    read = []

    def stream():
        for number in numbers:
            read.append(number)
            yield hit(number, f"Passage {number // 2} says something.")

    assert [one.passage.id for one in collapse(stream(), 3)] == [0, 2, 4]
    assert len(read) == 7
