"""The fit: a logistic model, thresholds for stated error rates, and a table to judge it by."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from retrieval.reader.calibration.samples import Sample
from retrieval.reader.confidence import Mode

Floats = NDArray[np.float64]

CLOSED = (
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
FEATURES: dict[Mode, tuple[str, ...]] = {
    "closed": CLOSED,
    "open": (*CLOSED, "rank", "places", "dense", "lexical"),
}
BINS = 10
WRONG_SHARE = 0.2
"""`answered` is said where at most this share of the answers has no exact match."""
REFUSED_SHARE = 0.05
"""`not_found` is said as often as refuses at most this share of the answers that are right."""


def fit(samples: Sequence[Sample], mode: Mode, rank_penalty: float = 0.0) -> dict[str, Any]:
    """Fit on the part `calibrate` and return one mode of `calibration.json`."""
    fitted = [s for s in samples if s.part == "calibrate"]
    names = FEATURES[mode]
    scaler = StandardScaler().fit(_matrix(fitted, names))
    model = LogisticRegression(C=1.0, max_iter=2000)
    model.fit(scaler.transform(_matrix(fitted, names)), [s.exact for s in fitted])
    weights = model.coef_[0] / scaler.scale_
    intercept = float(model.intercept_[0] - weights @ scaler.mean_)
    confidence = _confidence(fitted, names, weights, intercept)
    low, high = thresholds(confidence, np.array([s.exact for s in fitted], dtype=bool))
    report = [s for s in samples if s.part == "report"]
    return {
        "intercept": round(intercept, 5),
        "weights": {n: round(float(w), 5) for n, w in zip(names, weights, strict=True)},
        "not_found": round(low, 4),
        "answered": round(high, 4),
        "rank_penalty": rank_penalty,
        "fitted_on": _counts(fitted),
        "measured": measures(report, _confidence(report, names, weights, intercept), low, high),
    }


def thresholds(confidence: Floats, right: NDArray[np.bool_]) -> tuple[float, float]:
    """Return where `not_found` ends and where `answered` begins, for the stated error rates."""
    low = float(np.quantile(confidence[right], REFUSED_SHARE))
    order = np.argsort(-confidence)
    wrong = np.cumsum(~right[order]) / np.arange(1, len(order) + 1)
    within = np.flatnonzero(wrong <= WRONG_SHARE)
    high = float(confidence[order[within[-1]]]) if len(within) else 1.0
    return low, max(low, high)


def measures(
    samples: Sequence[Sample], confidence: Floats, low: float, high: float
) -> dict[str, Any]:
    """Return the figures of samples that were not fitted on, all together and by source."""
    sources = np.array([s.source for s in samples])
    chosen = {"all": np.ones(len(samples), dtype=bool)}
    chosen |= {name: sources == name for name in dict.fromkeys(sources.tolist())}
    return {
        name: _measure(
            [s for s, take in zip(samples, mask, strict=True) if take], confidence[mask], low, high
        )
        for name, mask in chosen.items()
    }


def _measure(
    samples: Sequence[Sample], confidence: Floats, low: float, high: float
) -> dict[str, Any]:
    from sklearn.metrics import roc_auc_score

    exact = np.array([s.exact for s in samples], dtype=float)
    overlap = np.array([s.overlap for s in samples])
    answerable = np.array([s.answerable for s in samples], dtype=bool)
    refused = confidence < low
    gained = np.where(refused, ~answerable, overlap)
    table = reliability(exact, confidence)
    margins = np.array([s.features["share"] for s in samples])
    measured = {
        "F1_with_refusals": 100 * gained.mean(),
        "ECE": sum(r["n"] * abs(r["confidence"] - r["right"]) for r in table) / len(samples),
        "answered": (confidence >= high).mean(),
    }
    if (confidence >= high).any():
        measured["answered_right"] = exact[confidence >= high].mean()
    if answerable.any():
        measured["EM"] = 100 * exact[answerable].mean()
        measured["F1"] = 100 * overlap[answerable].mean()
        measured["answerable_refused"] = refused[answerable].mean()
    if not answerable.all():
        measured["unanswerable_refused"] = refused[~answerable].mean()
    if answerable.any() and not answerable.all():
        measured["AUROC"] = roc_auc_score(answerable, confidence)
        measured["AUROC_of_share_alone"] = roc_auc_score(answerable, margins)
    rounded = {name: round(float(value), 4) for name, value in measured.items()}
    return {**rounded, "n": len(samples), "reliability": table}


def reliability(exact: Floats, confidence: Floats) -> list[dict[str, Any]]:
    """Return ten equal bins of confidence with the share that was right and its 95 % interval.

    Intervals are Wilson's (1927).
    """
    place = np.minimum((confidence * BINS).astype(int), BINS - 1)
    table = []
    for number in range(BINS):
        inside = place == number
        count = int(inside.sum())
        if not count:
            continue
        share = float(exact[inside].mean())
        low, high = wilson(share, count)
        table.append(
            {
                "n": count,
                "confidence": round(float(confidence[inside].mean()), 4),
                "right": round(share, 4),
                "interval": [round(low, 4), round(high, 4)],
            }
        )
    return table


def wilson(share: float, count: int, z: float = 1.96) -> tuple[float, float]:
    """Return the 95 % interval of a share seen in `count` cases."""
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * np.sqrt(share * (1 - share) / count + z * z / (4 * count**2)) / (1 + z * z / count)
    return float(middle - half), float(middle + half)


def _matrix(samples: Sequence[Sample], names: Sequence[str]) -> Floats:
    return np.array([[s.features[name] for name in names] for s in samples], dtype=float)


def _confidence(
    samples: Sequence[Sample], names: Sequence[str], weights: Floats, intercept: float
) -> Floats:
    made: Floats = 1 / (1 + np.exp(-(intercept + _matrix(samples, names) @ weights)))
    return made


def _counts(samples: Sequence[Sample]) -> dict[str, int]:
    sources = [s.source for s in samples]
    return {name: sources.count(name) for name in dict.fromkeys(sources)}
