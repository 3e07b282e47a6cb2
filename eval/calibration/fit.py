"""The fit: logistic models, and thresholds for stated error rates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import beta
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler

from eval.calibration.closed_samples import Sample
from eval.calibration.document_samples import SOURCE
from eval.calibration.measures import (
    Flags,
    Floats,
    Judged,
    best_of,
    gain,
    measures,
    selected,
)
from retrieval.answering.verdict import NO_SHIFT
from retrieval.reader.confidence import Logistic, Mode

_OTHER = (
    "margin",
    "margin_squared",
    "gap",
    "share",
    "words",
    "coverage",
    "nearby",
    "headed",
    "predicate",
    "unnamed",
    "asked",
    "negated",
    "asks_clause",
    "asks_figure",
    "lacks_figure",
    "asks_name",
    "lacks_name",
    "asks_yes_or_no",
)
OTHER: dict[Mode, tuple[str, ...]] = {
    "closed": _OTHER,
    "open": (*_OTHER, "rank", "places", "by_unit"),
}
"""What P(right) is fitted to for an answer that others beat."""
RIGHT: dict[Mode, tuple[str, ...]] = {
    mode: ("alone", "led", "cosine", *names) for mode, names in OTHER.items()
}
"""And for the best one, which was read twice more."""
FOLDS = 10
UNANSWERABLE = 0.35
"""The share of unanswerable questions that the confidence is calibrated for."""
DOCUMENTS = 0.5
"""The weight of the questions over document sets, where there are any, among all."""
RISKS = (0.02, 0.05, 0.1, 0.2, 0.3)
"""The shares of what is called `answered` that may be wrong."""
CONFIDENCE = 0.5
"""How sure it is that no more is wrong than the risk says: as likely as not."""
REFUSED_RIGHT = 0.1
"""At most this share of the right answers is refused where passages were retrieved."""
CANDIDATES = np.arange(0.1, 0.6, 0.01)
"""Which confidences may be the least that is not refused where a text is read whole: of those that
gain up to `AS_GOOD` less than the best, by SQuAD 2.0's measure, the one that refuses least."""
TELLING = "squad2"
"""The set that this is measured on, since people wrote unanswerable questions for it."""
AS_GOOD = 0.025


@dataclass(frozen=True, slots=True)
class Fitted:
    """The model of P(right) for the best reading, what a doubt costs, and the thresholds."""

    right: dict[str, Any]
    doubted: float
    low: float
    high: dict[float, float]

    @classmethod
    def to(cls, samples: Sequence[Sample], mode: Mode) -> "Fitted":
        """Fit to the best readings of questions."""
        right = logistic([s for s in samples if _stands(s)], RIGHT[mode])
        shift = _shift(samples, probability(samples, right))
        sure = shifted(samples, probability(samples, right), shift)
        low, high = not_found_below(samples, sure, mode), answered_from(samples, sure)
        return cls(right, shift, low, high)

    def judge(self, samples: Sequence[Sample], risk: float = 0.1) -> Judged:
        """Return what the models say of samples."""
        right = shifted(samples, probability(samples, self.right), self.doubted)
        refused = right < self.low
        doubted = np.array([bool(s.doubt) for s in samples])
        return Judged(right, refused, (right >= self.high[risk]) & ~doubted)


def fit(samples: Sequence[Sample], mode: Mode) -> dict[str, Any]:
    """Fit on all samples: one mode of `calibration.json`.

    The thresholds are those of readings judged by what was fitted without their article or
    document set, and so is what is measured.
    """
    best = best_of(samples)
    others = [s for s in samples if s.place > 0]
    fitted = Fitted.to(best, mode)
    judged = judged_apart(best, mode)
    held = np.array([s.part == "report" or s.source.startswith(SOURCE) for s in best])
    return {
        "right": fitted.right,
        "other": logistic(others, OTHER[mode]),
        "doubted": round(fitted.doubted, 4),
        "cosine": round(float(np.mean([s.features["cosine"] for s in best])), 4),
        "not_found": round(not_found_below(best, judged.right, mode), 4),
        "answered": {
            str(risk): round(least, 4) for risk, least in answered_from(best, judged.right).items()
        },
        "fitted_on": _counts(best),
        "measured": measures(selected(best, held), judged.of(held)),
    }


def judged_apart(samples: Sequence[Sample], mode: Mode) -> Judged:
    """Return what is said of each sample by a fit to the other articles (cross-fitting).

    The articles, and document sets, are dealt to `FOLDS` folds of about the same size.
    """
    titles = [s.row.title for s in samples]
    folds = GroupKFold(min(FOLDS, len(set(titles))))
    size = len(samples)
    judged = Judged(np.zeros(size), np.zeros(size, bool), np.zeros(size, bool))
    for others, own in folds.split(titles, groups=titles):
        found = Fitted.to([samples[at] for at in others], mode).judge([samples[at] for at in own])
        judged.right[own] = found.right
        judged.refused[own], judged.answered[own] = found.refused, found.answered
    return judged


def balance(samples: Sequence[Sample], unanswerable: float = UNANSWERABLE) -> Floats:
    """Return weights, (n,): document sets have `DOCUMENTS` of all, `unanswerable` no answer.

    Nobody knows what will be asked; this is what the confidence is calibrated for.
    """
    of_documents = np.array([s.source.startswith(SOURCE) for s in samples], dtype=bool)
    answerable = np.array([s.answerable for s in samples], dtype=bool)
    weights = np.ones(len(samples))
    for chosen, whole in ((of_documents, DOCUMENTS), (~of_documents, 1 - DOCUMENTS)):
        for has_answer, share in ((answerable, 1 - unanswerable), (~answerable, unanswerable)):
            cell = chosen & has_answer
            weights[cell] = whole * share / max(int(cell.sum()), 1)
    balanced: Floats = weights * len(samples) / weights.sum()
    return balanced


def not_found_below(samples: Sequence[Sample], sure: Floats, mode: Mode) -> float:
    """Return the least confidence that is not refused (`REFUSED_RIGHT`, `CANDIDATES`)."""
    if mode == "closed":
        telling = np.array([s.source == TELLING for s in samples], dtype=bool)
        samples, sure = selected(samples, telling), sure[telling]
        gains = np.array([gain(samples, sure < low).mean() for low in CANDIDATES])
        return float(CANDIDATES[np.flatnonzero(gains >= gains.max() - AS_GOOD)[0]])
    right = np.array([s.right for s in samples], dtype=bool)
    if not right.any():
        return 0.0
    order = np.argsort(sure[right])
    weight = np.cumsum(balance(samples)[right][order])
    place = int(np.searchsorted(weight, REFUSED_RIGHT * weight[-1] + 1e-9, side="right"))
    return float(sure[right][order][min(place, len(order) - 1)])


def answered_from(samples: Sequence[Sample], sure: Floats) -> dict[float, float]:
    """Return the least confidence for each risk: at most that share of what is above is wrong.

    The questions over documents decide, where there are any; what is in doubt is never above. The
    share is the exact binomial bound (Clopper and Pearson, 1934) at `CONFIDENCE`.
    """
    ours = np.array([s.source.startswith(SOURCE) for s in samples], dtype=bool)
    sound = np.array([not s.doubt for s in samples], dtype=bool)
    chosen: Flags = sound & (ours | ~ours.any())
    order = np.argsort(-sure[chosen])
    ranked = sure[chosen][order]
    weight = balance(samples)[chosen][order]
    right = np.array([s.right for s in samples], dtype=bool)[chosen][order]
    count, wrong = np.cumsum(weight), np.cumsum(weight * ~right)
    bound = beta.ppf(CONFIDENCE, wrong + 1, np.maximum(count - wrong, 1))
    found = {}
    for risk in RISKS:
        within = np.flatnonzero(bound <= risk)
        found[risk] = float(ranked[within[-1]]) if len(within) else 1.0
    return found


def _shift(samples: Sequence[Sample], sure: Floats) -> float:
    """Return the difference of log-odds by which readings in doubt are less likely right."""
    doubted = np.array([not _stands(s) for s in samples], dtype=bool)
    if not doubted.any():
        return 0.0
    expected = np.clip(sure[doubted], 1e-6, 1 - 1e-6)
    odds = np.log(expected / (1 - expected))
    right = np.mean([s.right for s in selected(samples, doubted)])
    steps = np.arange(-4.0, 0.01, 0.05)
    means = np.array([np.mean(1 / (1 + np.exp(-(odds + step)))) for step in steps])
    return float(steps[np.argmin(np.abs(means - right))])


def shifted(samples: Sequence[Sample], sure: Floats, shift: float) -> Floats:
    """Return the confidences, (n,), those in doubt with their log-odds shifted."""
    clipped = np.clip(sure, 1e-9, 1 - 1e-9)
    lower = 1 / (1 + np.exp(-(np.log(clipped / (1 - clipped)) + shift)))
    doubted = np.array([not _stands(s) for s in samples], dtype=bool)
    made: Floats = np.where(doubted, lower, sure)
    return made


def logistic(samples: Sequence[Sample], names: Sequence[str]) -> dict[str, Any]:
    """Fit P(right) to the named features."""
    scaler = StandardScaler().fit(_matrix(samples, names))
    model = LogisticRegression(C=1.0, max_iter=2000)
    labels = [s.right for s in samples]
    model.fit(scaler.transform(_matrix(samples, names)), labels, sample_weight=balance(samples))
    weights = model.coef_[0] / scaler.scale_
    return {
        "intercept": round(float(model.intercept_[0] - weights @ scaler.mean_), 5),
        "weights": {n: round(float(w), 5) for n, w in zip(names, weights, strict=True)},
    }


def probability(samples: Sequence[Sample], model: dict[str, Any]) -> Floats:
    """Return P(right) of each sample, (n,)."""
    read = Logistic.of(model)
    return np.array([read.probability(s.features) for s in samples])


def _matrix(samples: Sequence[Sample], names: Sequence[str]) -> Floats:
    return np.array([[s.features[name] for name in names] for s in samples], dtype=float)


def _stands(sample: Sample) -> bool:
    """Return whether no doubt makes a reading less likely right."""
    return not sample.doubt or sample.doubt in NO_SHIFT


def _counts(samples: Sequence[Sample]) -> dict[str, int]:
    sources = [s.source for s in samples]
    return {name: sources.count(name) for name in dict.fromkeys(sources)}
