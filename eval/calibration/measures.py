"""What a fit is worth: figures by source, gains question by question, and reliability tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.calibration.closed_samples import Sample
from eval.measures.confidence_measures import auroc
from eval.measures.confidence_measures import reliability as bins_of

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said of samples, each (n,): P(right) and the verdicts.

    What is neither refused nor answered is `uncertain`.
    """

    right: Floats
    refused: Flags
    answered: Flags

    def of(self, chosen: Flags) -> "Judged":
        """Return what is said of some of the samples."""
        return Judged(self.right[chosen], self.refused[chosen], self.answered[chosen])


def best_of(samples: Sequence[Sample]) -> list[Sample]:
    """Return the best reading of each question."""
    return [s for s in samples if s.place == 0]


def gain(samples: Sequence[Sample], refused: Flags) -> Floats:
    """Return what SQuAD 2.0 gives for each: F1, or 1 for refusing the unanswerable; (n,)."""
    answerable = np.array([s.answerable for s in samples], dtype=bool)
    gained: Floats = np.where(refused, ~answerable, [s.overlap for s in samples])
    return gained


def measures(samples: Sequence[Sample], judged: Judged) -> dict[str, Any]:
    """Return the figures of samples by what is said of them, all together and by source."""
    sources = np.array([s.source for s in samples])
    chosen = {"all": np.ones(len(samples), dtype=bool)}
    chosen |= {name: sources == name for name in dict.fromkeys(sources.tolist())}
    return {name: _measure(selected(samples, of), judged.of(of)) for name, of in chosen.items()}


def selected(samples: Sequence[Sample], chosen: Flags) -> list[Sample]:
    """Return some of the samples."""
    return [s for s, take in zip(samples, chosen, strict=True) if take]


def _measure(samples: Sequence[Sample], judged: Judged) -> dict[str, Any]:
    exact = np.array([s.exact for s in samples], dtype=float)
    overlap = np.array([s.overlap for s in samples])
    right = np.array([s.right for s in samples], dtype=float)
    answerable = np.array([s.answerable for s in samples], dtype=bool)
    confidence, refused, answered = judged.right, judged.refused, judged.answered
    gained = gain(samples, refused)
    table = reliability(right, confidence)
    measured = {
        "F1_with_refusals": 100 * gained.mean(),
        "ECE": sum(r["n"] * abs(r["confidence"] - r["right"]) for r in table) / len(samples),
        "answered": answered.mean(),
    }
    if answered.any():
        measured["answered_right"] = right[answered].mean()
    if right.any():
        measured["right_answered"] = answered[right > 0].mean()
        measured["right_refused"] = refused[right > 0].mean()
    if answerable.any():
        measured["right"] = right[answerable].mean()
        measured["EM"] = 100 * exact[answerable].mean()
        measured["F1"] = 100 * overlap[answerable].mean()
        measured["answerable_refused"] = refused[answerable].mean()
    if not answerable.all():
        measured["unanswerable_refused"] = refused[~answerable].mean()
    if answerable.any() and not answerable.all():
        measured["unanswerable_answered"] = answered[~answerable].mean()
    measured["AUROC"] = auroc(answerable, confidence)
    measured["AUROC_of_right"] = auroc(right, confidence)
    rounded = {
        name: round(float(value), 4) for name, value in measured.items() if value is not None
    }
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


def reliability(right: Floats, confidence: Floats) -> list[dict[str, Any]]:
    """Return the bins of confidence that hold any, with the share that was right.

    The share has its 95 % interval, Wilson's (1927).
    """
    return [
        {
            "n": each.count,
            "confidence": round(each.confidence, 4),
            "right": round(each.accuracy, 4),
            "interval": [round(bound, 4) for bound in wilson(each.accuracy, each.count)],
        }
        for each in bins_of(right, confidence)
        if each.count
    ]


def wilson(share: float, count: int, z: float = 1.96) -> tuple[float, float]:
    """Return the 95 % interval of a share seen in `count` cases."""
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * np.sqrt(share * (1 - share) / count + z * z / (4 * count**2)) / (1 + z * z / count)
    return float(middle - half), float(middle + half)
