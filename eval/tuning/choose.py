"""Choosing without fooling oneself: nested cross-validation, and no change within noise.

In every fold the best choice is made on the other folds alone and measured on the fold kept out
(Stone 1974; Cawley and Talbot 2010 on why the tuned figure itself may not be reported). The gain is
that of the held-out measurements over the setting in use, paired by question.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from eval.runs.statistics import Interval, difference
from eval.types import Column, Measure

S = TypeVar("S")

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Choice(Generic[S]):
    """What to use, and what it is honestly worth.

    `gain` is held out: tuned less current, 95 % interval. `fitted` is the best setting on all
    the data; `chosen` is what is recommended.
    """

    current: S
    fitted: S
    chosen: S
    current_value: float
    held_out_value: float
    gain: Interval
    reason: str

    @property
    def changes(self) -> bool:
        """Return whether anything else than the current setting is recommended."""
        return self.chosen != self.current


def folds_of(ids: Sequence[str], count: int = FOLDS) -> NDArray[np.int64]:
    """Return each question's fold, shape (n,): even, and fixed by its id alone."""
    order = sorted(range(len(ids)), key=lambda row: sha256(ids[row].encode()).digest())
    folds = np.empty(len(ids), dtype=np.int64)
    folds[order] = np.arange(len(ids)) % count
    return folds


def best(values: Mapping[S, Column], rows: NDArray[np.bool_]) -> S:
    """Return the setting with the highest mean over `rows`; the first of equals."""
    return max(values, key=lambda setting: float(values[setting][rows].mean()))


def choose(
    values: Mapping[S, Column], ids: Sequence[str], *, is_floor: Callable[[S], bool] | None = None
) -> Choice[S]:
    """Choose a setting by cross-validation.

    Args:
        values: each setting's value by question, the current setting first.
        ids: the questions' ids, at least two a fold.
        is_floor: settings that the recommendation may not fall below on this data (the single
            arms).
    """
    current = next(iter(values))
    folds = folds_of(ids)
    held_out = np.empty(len(ids))
    for fold in range(FOLDS):
        kept = folds == fold
        held_out[kept] = values[best(values, ~kept)][kept]
    everything = np.ones(len(ids), dtype=np.bool_)
    fitted = best(values, everything)
    gain = _gain(values[current], held_out)
    chosen, reason = current, "the held-out gain is within noise: keep what is in use"
    if gain.low > 0:
        chosen, reason = fitted, "the held-out gain is beyond noise"
    elif is_floor is not None:
        floor = best({each: values[each] for each in values if is_floor(each)}, everything)
        if values[floor].mean() > values[current].mean():
            chosen, reason = floor, "one arm alone is better here than what is in use"
    return Choice(current, fitted, chosen, float(values[current].mean()),
                  float(held_out.mean()), gain, reason)  # fmt: skip


def _gain(current: Column, tuned: Column) -> Interval:
    mean = Measure("mean", "", "", lambda columns: float(columns["value"].mean()))
    found = difference(mean, {"value": current}, {"value": tuned}, test=False)
    assert found is not None, "a mean of numbers is defined"
    return found.difference
