"""The fit: a logistic model, thresholds for stated error rates, and a table to judge it by."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler

from retrieval.reader.calibration.samples import Sample
from retrieval.reader.confidence import EVEN, Logistic, Mode

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

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
BINS = 10
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
class Judged:
    """What is said of samples, each (n,): P(right), P(answerable), and the verdicts.

    What is neither refused nor answered is `uncertain`.
    """

    right: Floats
    answerable: Floats
    refused: Flags
    answered: Flags

    def of(self, chosen: Flags) -> "Judged":
        """Return what is said of some of the samples."""
        right, answerable = self.right[chosen], self.answerable[chosen]
        return Judged(right, answerable, self.refused[chosen], self.answered[chosen])


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
        "measured": measures(_chosen(best, held), judged_apart(best, mode).of(held)),
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


def best_of(samples: Sequence[Sample]) -> list[Sample]:
    """Return the best reading of each question."""
    return [s for s in samples if s.place == 0]


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


def gain(samples: Sequence[Sample], refused: Flags) -> Floats:
    """Return what SQuAD 2.0 gives for each: F1, or 1 for refusing the unanswerable; (n,)."""
    answerable = np.array([s.answerable for s in samples], dtype=bool)
    gained: Floats = np.where(refused, ~answerable, [s.overlap for s in samples])
    return gained


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


def measures(samples: Sequence[Sample], judged: Judged) -> dict[str, Any]:
    """Return the figures of samples by what is said of them, all together and by source."""
    sources = np.array([s.source for s in samples])
    chosen = {"all": np.ones(len(samples), dtype=bool)}
    chosen |= {name: sources == name for name in dict.fromkeys(sources.tolist())}
    return {name: _measure(_chosen(samples, of), judged.of(of)) for name, of in chosen.items()}


def _chosen(samples: Sequence[Sample], chosen: Flags) -> list[Sample]:
    return [s for s, take in zip(samples, chosen, strict=True) if take]


def _measure(samples: Sequence[Sample], judged: Judged) -> dict[str, Any]:
    from sklearn.metrics import roc_auc_score

    exact = np.array([s.exact for s in samples], dtype=float)
    overlap = np.array([s.overlap for s in samples])
    answerable = np.array([s.answerable for s in samples], dtype=bool)
    confidence, refused, answered = judged.right, judged.refused, judged.answered
    gained = gain(samples, refused)
    table = reliability(exact, confidence)
    measured = {
        "F1_with_refusals": 100 * gained.mean(),
        "ECE": sum(r["n"] * abs(r["confidence"] - r["right"]) for r in table) / len(samples),
        "answered": answered.mean(),
    }
    if answered.any():
        measured["answered_right"] = exact[answered].mean()
    if answerable.any():
        measured["EM"] = 100 * exact[answerable].mean()
        measured["F1"] = 100 * overlap[answerable].mean()
        measured["answerable_refused"] = refused[answerable].mean()
    if not answerable.all():
        measured["unanswerable_refused"] = refused[~answerable].mean()
    if answerable.any() and not answerable.all():
        measured["AUROC"] = roc_auc_score(answerable, confidence)
        measured["AUROC_of_answerable"] = roc_auc_score(answerable, judged.answerable)
    rounded = {name: round(float(value), 4) for name, value in measured.items()}
    return {**rounded, "n": len(samples), "reliability": table}


def gained(
    before: Sequence[Sample], after: Sequence[Sample], source: str
) -> dict[str, tuple[float, float]]:
    """Return what one reading of the same questions gains over another: EM and F1 of each.

    Each with its standard error, over the answerable questions of a source, or of `all`, in which
    both found something.
    """
    earlier = {old.row: old for old in best_of(before)}
    pairs = [(earlier[new.row], new) for new in best_of(after) if new.row in earlier]
    both = [
        (new.exact - old.exact, new.overlap - old.overlap)
        for old, new in pairs
        if new.answerable and source in ("all", new.source)
    ]
    if not both:
        return {}
    change = 100 * np.array(both, dtype=float)
    mean, error = change.mean(axis=0), change.std(axis=0) / np.sqrt(len(change))
    return {
        name: (round(float(mean[at]), 2), round(float(error[at]), 2))
        for at, name in enumerate(("EM_gained", "F1_gained"))
    }


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


def _probability(samples: Sequence[Sample], model: dict[str, Any]) -> Floats:
    logistic = Logistic.of(model)
    return np.array([logistic.probability(s.features) for s in samples])


def _counts(samples: Sequence[Sample]) -> dict[str, int]:
    sources = [s.source for s in samples]
    return {name: sources.count(name) for name in dict.fromkeys(sources)}
