"""The thresholds of the verdicts, fitted to readings whose worth is known."""

from collections.abc import Sequence

import numpy as np
import pytest

from eval.calibration.fit import (
    ANSWERABLE,
    RIGHT,
    Fitted,
    judged_apart,
    not_found_below,
)
from eval.calibration.measures import gained
from eval.calibration.samples import Sample
from eval.training.rows import Row


def asked(number: int, title: str = "") -> Row:
    return Row(title, "", f"What is {number}?", ())


def below(answerable: Sequence[float], unanswerable: Sequence[float], as_good: float) -> float:
    """Fit to questions by their P(answerable); each that has an answer was read rightly."""
    samples = [
        Sample(asked(0), "made", "calibrate", {}, has_answer, has_answer, float(has_answer), 0)
        for has_answer, values in ((True, answerable), (False, unanswerable))
        for _ in values
    ]
    sure = np.zeros(len(samples))
    return not_found_below(samples, sure, np.array([*answerable, *unanswerable]), as_good)


def test_what_parts_them_is_refused_below_and_no_more() -> None:
    assert below([0.7] * 50, [0.4] * 50, 0.0) == pytest.approx(0.42)
    assert below([0.7] * 50, [0.1] * 50, 0.0) == pytest.approx(0.2)


def test_a_little_gain_is_given_for_fewer_refusals() -> None:
    # One in fifty of the unanswerable lies above .5, beside as many of the answerable.
    answerable, unanswerable = [0.7] * 49 + [0.45], [0.3] * 48 + [0.5] * 2
    assert below(answerable, unanswerable, 0.0) > 0.4
    assert below(answerable, unanswerable, 0.05) == pytest.approx(0.32)


def test_what_is_gained_is_told_question_by_question() -> None:
    def read(source: str, *exact: bool | None) -> list[Sample]:
        return [
            Sample(
                asked(number, source),
                source,
                "calibrate",
                {},
                right is not None,
                bool(right),
                float(right or 0),
                0,
            )
            for number, right in enumerate(exact)
        ]

    before = read("a", True, False, False, None) + read("b", True)
    after = read("a", True, True, True, None) + read("b", False)
    assert gained(before, after, "a") == {"EM_gained": (66.67, 27.22), "F1_gained": (66.67, 27.22)}
    assert gained(before, after, "all")["EM_gained"] == (25.0, 41.46)
    assert gained(before, after, "c") == {}
    # Where one found nothing, there is nothing to compare.
    assert gained(before[1:], after, "a") == {"EM_gained": (100.0, 0.0), "F1_gained": (100.0, 0.0)}
    assert gained(before, after[1:], "a") == gained(before[1:], after, "a")


def test_beaten_answers_gain_nothing() -> None:
    best = Sample(asked(0), "a", "calibrate", {}, True, False, 0.5, 0)
    beaten = Sample(asked(0), "a", "calibrate", {}, True, True, 1.0, 1)
    assert gained([best, beaten], [best], "a")["F1_gained"] == (0.0, 0.0)


def test_no_article_is_judged_by_a_fit_to_itself() -> None:
    names = {*RIGHT["open"], *ANSWERABLE["open"]}
    chance = np.random.default_rng(7)

    def read(title: str) -> Sample:
        seen = {name: float(chance.normal()) for name in names}
        exact = bool(seen["margin"] + chance.normal() > 0)
        answerable = exact or bool(chance.random() < 0.5)
        return Sample(asked(0, title), "squad2", "report", seen, answerable, exact, float(exact), 0)

    samples = [read(title) for title in "ababb" * 40]
    judged = judged_apart(samples, "open")
    for title in "ab":
        own = np.array([s.row.title == title for s in samples])
        others = Fitted.to([s for s in samples if s.row.title != title], "open")
        expected = others.judge([s for s in samples if s.row.title == title])
        found = judged.of(own)
        for name in ("right", "answerable", "refused", "answered"):
            assert getattr(found, name).tolist() == getattr(expected, name).tolist()
        assert 0 < found.refused.mean() < 1
