"""The fit: logistic models, and thresholds for stated error rates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler

from eval.calibration.measures import (
    Flags,
    Floats,
    Judged,
    best_of,
    chosen_of,
    gain,
    measures,
)
from eval.calibration.samples import Sample
from retrieval.reader.confidence import EVEN, Logistic, Mode

_OTHER = (
    "margin",
    "margin_squared",
    "gap",
    "share",
    "words",
    "coverage",
    "nearby",
    "predicate",
    "unnamed",
    "asked",
    "negated",
)
OTHER: dict[Mode, tuple[str, ...]] = {
    "closed": _OTHER,
    "open": (*_OTHER, "rank", "places", "passages"),
}
"""What P(right) is fitted to for an answer that others beat."""
RIGHT: dict[Mode, tuple[str, ...]] = {
    mode: ("alone", "led", "cosine", *names) for mode, names in OTHER.items()
}
"""And for the best one, which was read twice more."""
ANSWERABLE: dict[Mode, tuple[str, ...]] = {
    "closed": ("margin", "alone", "led", "cosine"),
    "open": ("margin", "alone", "led", "cosine", "passages"),
}
"""What P(answerable) is fitted to: fitted to more it was no better on an index of another size."""
TELLING = "squad"
"""In the names of the sets that P(answerable) is fitted to: people wrote unanswerable questions for
their articles. Fitted to stories as well, whose questions lack an answer only where its paragraph
is missing, it told SQuAD 2.0's apart less well and the stories' no better."""
FOLDS = 10
UNANSWERABLE = 0.4
"""The share of unanswerable questions that the confidence is calibrated for."""
WRONG_SHARE = 0.25
"""`answered` is said where at most this share of the answers has no exact match."""
CANDIDATES = np.arange(0.2, 0.8, 0.02)
"""Which P(answerable) may be the least that is answered."""
AS_GOOD = 0.005
"""What a threshold may gain less than the best one; the one that refuses least is taken.

A wrong refusal leaves people with nothing, an uncertain answer with its words.
"""


@dataclass(frozen=True, slots=True)
class Fitted:
    """The models of P(right) and P(answerable), and the thresholds of the verdicts."""

    right: dict[str, Any]
    answerable: dict[str, Any]
    low: float
    high: float

    @classmethod
    def to(cls, samples: Sequence[Sample], mode: Mode) -> "Fitted":
        """Fit to the best readings of questions."""
        right = _logistic(samples, RIGHT[mode], [s.exact for s in samples])
        told = [s for s in samples if TELLING in s.source]
        answerable = _logistic(told, ANSWERABLE[mode], [s.answerable for s in told])
        sure = _probability(samples, right)
        low = not_found_below(samples, sure, _probability(samples, answerable), AS_GOOD)
        return cls(right, answerable, low, answered_from(samples, sure))

    def judge(self, samples: Sequence[Sample]) -> Judged:
        """Return what the models say of samples."""
        right = _probability(samples, self.right)
        answerable = _probability(samples, self.answerable)
        refused = _refused(right, answerable, self.low)
        return Judged(right, answerable, refused, (right >= self.high) & ~refused)


def fit(samples: Sequence[Sample], mode: Mode) -> dict[str, Any]:
    """Fit on all samples: one mode of `calibration.json`.

    It is measured on the part `report`, each article by what was fitted without it.
    """
    best = best_of(samples)
    others = [s for s in samples if s.place > 0]
    fitted = Fitted.to(best, mode)
    held = np.array([s.part == "report" for s in best])
    return {
        "right": fitted.right,
        "other": _logistic(others, OTHER[mode], [s.exact for s in others]),
        "answerable": fitted.answerable,
        "cosine": round(float(np.mean([s.features["cosine"] for s in best])), 4),
        "not_found": round(fitted.low, 4),
        "answered": round(fitted.high, 4),
        "fitted_on": _counts(best),
        "measured": measures(chosen_of(best, held), judged_apart(best, mode).of(held)),
    }


def judged_apart(samples: Sequence[Sample], mode: Mode) -> Judged:
    """Return what is said of each sample by a fit to the other articles (cross-fitting).

    The articles are dealt to `FOLDS` folds of about the same size.
    """
    titles = [s.row.title for s in samples]
    folds = GroupKFold(min(FOLDS, len(set(titles))))
    size = len(samples)
    judged = Judged(np.zeros(size), np.zeros(size), np.zeros(size, bool), np.zeros(size, bool))
    for others, own in folds.split(titles, groups=titles):
        found = Fitted.to([samples[at] for at in others], mode).judge([samples[at] for at in own])
        judged.right[own], judged.answerable[own] = found.right, found.answerable
        judged.refused[own], judged.answered[own] = found.refused, found.answered
    return judged


def balance(samples: Sequence[Sample]) -> Floats:
    """Return weights by which `UNANSWERABLE` of the questions have no answer.

    Nobody knows what will be asked; this is what the confidence is calibrated for.
    """
    answerable = np.array([s.answerable for s in samples], dtype=bool)
    share = max(float(answerable.mean()), 1e-9)
    weights: Floats = np.where(
        answerable, (1 - UNANSWERABLE) / share, UNANSWERABLE / max(1 - share, 1e-9)
    )
    return weights


def _refused(right: Floats, answerable: Floats, low: float) -> Flags:
    """Return which are refused where `low` is the least P(answerable), as `verdict` does."""
    refused: Flags = (answerable < low) & (right < EVEN)
    return refused


def not_found_below(
    samples: Sequence[Sample], right: Floats, answerable: Floats, as_good: float
) -> float:
    """Return the least P(answerable) to answer at: it gains most, and refuses least for that.

    What gains less by up to `as_good` counts as gaining most.
    """
    weights = balance(samples)
    refused = (_refused(right, answerable, low) for low in CANDIDATES)
    gains = np.array([np.average(gain(samples, each), weights=weights) for each in refused])
    return float(CANDIDATES[np.flatnonzero(gains >= gains.max() - as_good)[0]])


def answered_from(samples: Sequence[Sample], confidence: Floats) -> float:
    """Return the confidence from which at most `WRONG_SHARE` of the answers are wrong."""
    order = np.argsort(-confidence)
    weight = balance(samples)[order]
    right = np.array([s.exact for s in samples])[order] * weight
    within = np.flatnonzero(1 - np.cumsum(right) / np.cumsum(weight) <= WRONG_SHARE)
    return float(confidence[order][within[-1]]) if len(within) else 1.0


def _logistic(
    samples: Sequence[Sample], names: Sequence[str], labels: Sequence[bool]
) -> dict[str, Any]:
    scaler = StandardScaler().fit(_matrix(samples, names))
    model = LogisticRegression(C=1.0, max_iter=2000)
    model.fit(scaler.transform(_matrix(samples, names)), labels, sample_weight=balance(samples))
    weights = model.coef_[0] / scaler.scale_
    return {
        "intercept": round(float(model.intercept_[0] - weights @ scaler.mean_), 5),
        "weights": {n: round(float(w), 5) for n, w in zip(names, weights, strict=True)},
    }


def _matrix(samples: Sequence[Sample], names: Sequence[str]) -> Floats:
    return np.array([[s.features[name] for name in names] for s in samples], dtype=float)


def _probability(samples: Sequence[Sample], model: dict[str, Any]) -> Floats:
    logistic = Logistic.of(model)
    return np.array([logistic.probability(s.features) for s in samples])


def _counts(samples: Sequence[Sample]) -> dict[str, int]:
    sources = [s.source for s in samples]
    return {name: sources.count(name) for name in dict.fromkeys(sources)}
