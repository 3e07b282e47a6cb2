"""Who said it: precision, recall and F1 of speakers, and how often one is made up.

A given speaker is right where it overlaps an acceptable one (span overlap, as in the quotation
attribution of Pareti 2016). `exact` asks for the very span. Speakers given to sentences that
report nobody's words are false speakers.
"""

from collections.abc import Sequence

import numpy as np

from eval.types import Columns
from index.types import Span


def score(golds: Sequence[Span], given: Span | None) -> dict[str, float]:
    """Return the columns of one sentence: `reported`, `given`, `overlap`, `exact`, 0 or 1 each."""
    return {
        "reported": float(bool(golds)),
        "given": float(given is not None),
        "overlap": float(given is not None and any(given.overlaps(gold) for gold in golds)),
        "exact": float(given is not None and given in golds),
    }


def _ratio(top: float, bottom: float) -> float | None:
    return top / bottom if bottom else None


def precision(columns: Columns, match: str = "overlap") -> float | None:
    """Return the share of given speakers that are right; None where none was given."""
    return _ratio(float(columns[match].sum()), float(columns["given"].sum()))


def recall(columns: Columns, match: str = "overlap") -> float | None:
    """Return the share of sentences with a speaker whose speaker was found."""
    return _ratio(float(columns[match].sum()), float(columns["reported"].sum()))


def f1(columns: Columns, match: str = "overlap") -> float | None:
    """Return the harmonic mean of precision and recall."""
    total = float(columns["given"].sum() + columns["reported"].sum())
    return _ratio(2 * float(columns[match].sum()), total)


def false_speaker_rate(columns: Columns) -> float | None:
    """Return the share of sentences without reported speech that were given a speaker."""
    plain = columns["reported"] == 0
    return float(np.mean(columns["given"][plain])) if plain.any() else None
