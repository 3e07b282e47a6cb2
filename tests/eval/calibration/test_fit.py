"""The fit of confidence and its thresholds, to readings whose worth is known."""

from collections.abc import Sequence

import numpy as np
import pytest

from eval.calibration.closed_samples import Sample, read_samples, write_samples
from eval.calibration.fit import (
    RIGHT,
    UNANSWERABLE,
    Fitted,
    answered_from,
    balance,
    judged_apart,
    not_found_below,
)
from eval.calibration.measures import gained
from eval.training.labelled_rows import Row


def sample(
    number: int = 0,
    source: str = "squad2",
    *,
    right: bool = True,
    answerable: bool = True,
    overlap: float | None = None,
    seen: dict[str, float] | None = None,
    place: int = 0,
    doubt: str = "",
    title: str = "",
) -> Sample:
    return Sample(
        Row(title, "", f"What is {number}?", ()),
        source,
        "report",
        seen or {},
        answerable,
        right,
        float(right) if overlap is None else overlap,
        right,
        place,
        doubt,
    )


def test_a_tenth_of_the_right_ones_is_refused_at_most() -> None:
    sure = np.array([*np.linspace(0.1, 1, 10), *np.linspace(0.05, 0.95, 10)])
    samples = [sample() for _ in range(10)] + [sample(right=False) for _ in range(10)]
    assert not_found_below(samples, sure, "open") == pytest.approx(0.2)


def test_of_a_text_read_whole_what_parts_them_is_refused_below() -> None:
    samples = [sample() for _ in range(50)]
    samples += [sample(right=False, answerable=False) for _ in range(50)]
    sure = np.array([0.5] * 50 + [0.3] * 50)
    assert not_found_below(samples, sure, "closed") == pytest.approx(0.31)


def test_what_is_answered_is_wrong_no_oftener_than_the_risk_says() -> None:
    wrong = set(range(150, 200)) | {40}
    samples = [sample(right=number not in wrong) for number in range(200)]
    sure = 1 - np.arange(200) / 200
    least = answered_from(samples, sure)
    above = sure >= least[0.1]
    assert np.mean([not s.right for s in np.array(samples, dtype=object)[above]]) <= 0.1
    assert least[0.1] > 0.1
    assert list(least.values()) == sorted(least.values(), reverse=True)


def test_the_questions_over_documents_decide_and_none_in_doubt_is_answered() -> None:
    squad = [sample(right=False) for _ in range(100)]
    documents = [sample(source="documents_a", doubt="denied" if n < 50 else "") for n in range(100)]
    sure = np.array([0.9] * 100 + [0.99] * 50 + [0.8] * 50)
    assert answered_from(squad + documents, sure)[0.1] == pytest.approx(0.8)
    assert answered_from(squad, sure[:100])[0.1] == 1.0


def test_document_sets_weigh_half_whatever_their_number() -> None:
    samples = [sample(answerable=n % 10 > 0) for n in range(90)]
    samples += [sample(source="documents_a", answerable=n % 2 > 0) for n in range(10)]
    weights = balance(samples)
    assert weights.sum() == pytest.approx(100)
    assert weights[90:].sum() == pytest.approx(50)
    unanswerable = np.array([not s.answerable for s in samples])
    assert weights[unanswerable].sum() == pytest.approx(100 * UNANSWERABLE)


def test_what_is_gained_is_told_question_by_question() -> None:
    def read(source: str, *exact: bool | None) -> list[Sample]:
        return [
            sample(number, source, right=bool(right), answerable=right is not None, title=source)
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
    best = sample(source="a", right=False, overlap=0.5)
    beaten = sample(source="a", place=1)
    assert gained([best, beaten], [best], "a")["F1_gained"] == (0.0, 0.0)


def test_no_article_is_judged_by_a_fit_to_itself() -> None:
    chance = np.random.default_rng(7)

    def read(title: str) -> Sample:
        seen = {name: float(chance.normal()) for name in RIGHT["open"]}
        right = bool(seen["margin"] + chance.normal() > 0)
        return sample(
            seen=seen,
            right=right,
            answerable=right or bool(chance.random() < 0.5),
            title=title,
            doubt="denied" if chance.random() < 0.1 else "",
        )

    samples = [read(title) for title in "ababb" * 40]
    judged = judged_apart(samples, "open")
    for title in "ab":
        own = np.array([s.row.title == title for s in samples])
        others = Fitted.to([s for s in samples if s.row.title != title], "open")
        expected = others.judge([s for s in samples if s.row.title == title])
        found = judged.of(own)
        for name in ("right", "refused", "answered"):
            assert getattr(found, name).tolist() == getattr(expected, name).tolist()
        assert 0 < found.refused.mean() < 1


def test_readings_that_were_kept_are_the_same(tmp_path) -> None:
    made: Sequence[Sample] = [sample(1, seen={"margin": 0.1}, doubt="denied", title="Lima")]
    write_samples(tmp_path / "kept.jsonl", made)
    assert read_samples(tmp_path / "kept.jsonl") == made
