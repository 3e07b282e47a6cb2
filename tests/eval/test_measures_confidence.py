"""Calibration, abstention and risk figures against independent computations."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, roc_auc_score

from eval.measures import confidence_measures

pairs = st.lists(
    st.tuples(st.booleans(), st.sampled_from([0.0, 0.05, 0.1, 0.3, 0.5, 0.55, 0.9, 1.0])),
    min_size=1,
    max_size=60,
)


def arrays(drawn: list[tuple[bool, float]]) -> tuple[np.ndarray, np.ndarray]:
    right, sure = zip(*drawn, strict=True)
    return np.array(right, dtype=float), np.array(sure)


@given(pairs)
def test_auroc_is_sklearns(drawn: list[tuple[bool, float]]) -> None:
    right, sure = arrays(drawn)
    found = confidence_measures.auroc(right, sure)
    if len(set(right)) == 1:
        assert found is None
    else:
        assert found == pytest.approx(roc_auc_score(right, sure), abs=1e-12)


def test_auroc_leaves_out_questions_of_unknown_answerability() -> None:
    known = confidence_measures.auroc(np.array([1.0, 0.0, np.nan]), np.array([0.9, 0.1, 0.0]))
    assert known == 1.0


@given(pairs)
def test_brier_is_sklearns(drawn: list[tuple[bool, float]]) -> None:
    right, sure = arrays(drawn)
    expected = brier_score_loss(right, sure, labels=[0, 1])
    assert confidence_measures.brier(right, sure) == pytest.approx(expected, abs=1e-12)


@given(pairs)
def test_bins_hold_every_question_once(drawn: list[tuple[bool, float]]) -> None:
    right, sure = arrays(drawn)
    bins = confidence_measures.reliability(right, sure)
    assert sum(each.count for each in bins) == len(drawn)
    weighted = sum(each.count * each.accuracy for each in bins)
    assert weighted == pytest.approx(right.sum())


def test_calibration_error_by_hand() -> None:
    right = np.array([1.0, 0.0, 1.0, 1.0])
    sure = np.array([0.25, 0.25, 0.95, 1.0])
    bins = confidence_measures.reliability(right, sure)
    # 2 of 4 in a bin of confidence .25 and accuracy .5; 2 of 4 at .975 and 1.
    assert confidence_measures.expected_calibration_error(bins) == pytest.approx(
        0.5 * 0.25 + 0.5 * 0.025
    )


def test_a_perfectly_calibrated_constant_has_no_error_and_a_sure_one_has() -> None:
    right = np.array([1.0, 0.0] * 50)
    half = confidence_measures.reliability(right, np.full(100, 0.5))
    sure = confidence_measures.reliability(right, np.ones(100))
    assert confidence_measures.expected_calibration_error(half) == pytest.approx(0.0)
    assert confidence_measures.expected_calibration_error(sure) == pytest.approx(0.5)


def test_risk_at_each_coverage_by_hand() -> None:
    coverage, risk = confidence_measures.risk_coverage(
        np.array([0.0, 1.0, 1.0, 0.0]), np.array([0.1, 0.9, 0.5, 0.5])
    )
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    # The two at .5 share their mean, whichever comes first in the file.
    assert risk.tolist() == pytest.approx([0.0, 0.25, 1 / 3, 0.5])
    assert confidence_measures.area_under_risk(
        np.array([0.0, 1.0, 1.0, 0.0]), np.array([0.1, 0.9, 0.5, 0.5])
    ) == pytest.approx((0 + 0.25 + 1 / 3 + 0.5) / 4)


@given(pairs, st.randoms())
def test_the_order_of_the_file_decides_nothing(drawn: list[tuple[bool, float]], random) -> None:  # type: ignore[no-untyped-def]  # hypothesis gives no public type for it
    shuffled = list(drawn)
    random.shuffle(shuffled)
    one = confidence_measures.area_under_risk(*arrays(drawn))
    assert confidence_measures.area_under_risk(*arrays(shuffled)) == pytest.approx(one)
