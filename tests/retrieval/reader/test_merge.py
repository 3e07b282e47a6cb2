"""One answer from many places: what adds up, what is one and the same."""

import math

import pytest

from index.types import Span
from retrieval.answering.wording import fold
from retrieval.reader.merge import SETBACK, LocatedSpan, merge

TEXTS = ["Lima is the capital of Peru.", "The capital, Lima, lies on the coast.", "Cusco is old."]


def found(rank: int, text: str, start: int, margin: float, document: str = "") -> LocatedSpan:
    span = Span(start, start + len(text))
    return LocatedSpan(rank, document or f"d{rank}", span, text, margin)


def test_the_same_words_in_two_passages_add_up() -> None:
    groups = merge([found(0, "Lima", 0, 2.0), found(1, "lima", 13, 1.0)], TEXTS)
    assert len(groups) == 1
    assert groups[0].places == 2
    assert groups[0].best.text == "Lima"
    assert groups[0].score == pytest.approx(math.log(math.exp(2.0) + math.exp(1.0)))


def test_near_identical_passages_count_once() -> None:
    copied = [TEXTS[0], TEXTS[0].replace(".", "!"), TEXTS[2]]
    groups = merge([found(0, "Lima", 0, 2.0), found(1, "Lima", 0, 1.5)], copied)
    assert groups[0].places == 1
    assert groups[0].score == pytest.approx(2.0)


def test_overlapping_spans_of_a_document_are_one_answer() -> None:
    groups = merge(
        [found(0, "the capital", 8, 1.0, "d"), found(0, "capital of Peru", 12, 3.0, "d")], TEXTS
    )
    assert [group.best.text for group in groups] == ["capital of Peru"]


def test_different_answers_stay_apart_best_first() -> None:
    groups = merge([found(2, "Cusco", 0, 4.0), found(0, "Lima", 0, 1.0)], TEXTS)
    assert [group.best.text for group in groups] == ["Cusco", "Lima"]


@pytest.mark.parametrize(
    ("score", "lost", "first"),
    [(0.8, 0.1, "Cusco"), (0.5, 0.4, "Lima"), (-0.1, 1.0, "Lima"), (-9.0, 1.0, "Lima")],
)
def test_an_answer_loses_what_its_passage_scores_less(
    score: float, lost: float, first: str
) -> None:
    both = [found(2, "Cusco", 0, 2.5), found(0, "Lima", 0, 2.0)]
    groups = merge(both, TEXTS, [0.9, 0.1, score])
    assert groups[0].best.text == first
    scores = {group.best.text: group.score for group in groups}
    assert scores["Lima"] == pytest.approx(2.0)
    assert scores["Cusco"] == pytest.approx(2.5 - SETBACK * lost)
    assert {group.best.margin for group in groups} == {2.0, 2.5}


def test_many_weak_places_can_beat_one_strong() -> None:
    texts = [f"{name} says that Lima won the cup in {year}." for name, year in
             [("Ana", 1990), ("Berta", 1991), ("Carla", 1992), ("Dora", 1993)]]  # fmt: skip
    weak = [found(rank, "Lima", 10, 1.0) for rank in range(4)]
    groups = merge([*weak, found(0, "Ana", 0, 1.5)], texts)
    assert groups[0].best.text == "Lima"


def test_extreme_margins_do_not_overflow() -> None:
    groups = merge([found(0, "Lima", 0, 1e4), found(1, "Lima", 13, -1e4)], TEXTS)
    assert groups[0].score == pytest.approx(1e4)


@pytest.mark.parametrize(
    ("one", "other"), [("The U.S. Navy", "us navy"), ("LIMA,", "lima"), ("a  b", "b")]
)
def test_fold_ignores_case_articles_and_punctuation(one: str, other: str) -> None:
    assert fold(one).replace(" ", "") == fold(other).replace(" ", "")
