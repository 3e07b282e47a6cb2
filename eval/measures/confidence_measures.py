"""What a confidence is worth: abstention, risk and coverage, calibration.

`right` is 1 where the best span is an exact match, 0 otherwise (always 0 where the documents do
not answer); `confidence` claims to be the probability of that.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from eval.types import Column

BINS = 10


def auroc(positive: ArrayLike, score: ArrayLike) -> float | None:
    """Return the area under the ROC curve of `score` telling `positive` (1) from the rest (0).

    Fawcett 2006, An introduction to ROC analysis. None where only one class is present.
    """
    every: Column = np.asarray(positive, dtype=np.float64)
    known = ~np.isnan(every)
    labels, scores = every[known], np.asarray(score, dtype=np.float64)[known]
    if labels.size == 0 or labels.min() == labels.max():
        return None
    # scipy.stats takes a second to import, and only measuring needs it.
    from scipy.stats import rankdata

    ranks = rankdata(scores)
    positives = float(labels.sum())
    negatives = labels.size - positives
    above = float(ranks[labels == 1].sum()) - positives * (positives + 1) / 2
    return float(above / (positives * negatives))


def risk_coverage(right: Column, confidence: Column) -> tuple[Column, Column]:
    """Return coverage and selective risk, each (n,), answering the most confident first.

    El-Yaniv and Wiener 2010. Questions of equal confidence share their mean risk, so that the
    order of the file decides nothing.
    """
    order = np.argsort(-confidence, kind="stable")
    _, group = np.unique(-confidence[order], return_inverse=True)
    mean_right = np.bincount(group, right[order]) / np.bincount(group)
    answered = np.arange(1, right.size + 1, dtype=np.float64)
    return answered / right.size, 1.0 - np.cumsum(mean_right[group]) / answered


def area_under_risk(right: Column, confidence: Column) -> float | None:
    """Return the mean selective risk over all coverages (Geifman et al. 2019), lower better."""
    if right.size == 0:
        return None
    return float(risk_coverage(right, confidence)[1].mean())


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of a reliability diagram: confidences in [low, high), the last bin closed."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def reliability(right: Column, confidence: Column, bins: int = BINS) -> list[Bin]:
    """Return `bins` equal-width bins over 0..1 (Niculescu-Mizil and Caruana 2005)."""
    place = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    made = []
    for number in range(bins):
        inside = place == number
        count = int(inside.sum())
        mean_confidence = float(confidence[inside].mean()) if count else 0.0
        accuracy = float(right[inside].mean()) if count else 0.0
        made.append(Bin(number / bins, (number + 1) / bins, count, mean_confidence, accuracy))
    return made


def expected_calibration_error(bins: Sequence[Bin]) -> float | None:
    """Return the count-weighted gap between confidence and accuracy (Naeini 2015, Guo 2017)."""
    total = sum(each.count for each in bins)
    if not total:
        return None
    return sum(each.count * abs(each.confidence - each.accuracy) for each in bins) / total


def brier(right: Column, confidence: Column) -> float | None:
    """Return the mean squared error of the confidence (Brier 1950), lower better."""
    return float(np.mean((confidence - right) ** 2)) if right.size else None
