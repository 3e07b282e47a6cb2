"""How sure a figure is: bootstrap intervals and paired tests, over questions.

Any measure that columns give can be resampled, averages and curves alike. Seeds are fixed, so
the same runs give the same intervals.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from warnings import catch_warnings, simplefilter

import numpy as np
from numpy.typing import NDArray

from eval.measures import joined
from eval.types import Column, Columns, Measure

RESAMPLES = 1_000
LEVEL = 0.95
_SEED = 20_120_401
_BATCH = 64

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95 % percentile bootstrap interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """Run B less run A on one measure: interval, and p-value of a paired randomisation test."""

    measure: Measure
    a: float
    b: float
    difference: Interval
    p_value: float

    @property
    def better(self) -> bool | None:
        """Return whether B is better; None where the interval holds 0."""
        if self.difference.low > 0 or self.difference.high < 0:
            return (self.difference.value > 0) == self.measure.higher_is_better
        return None


class _Resampled(Mapping[str, Column]):
    """Some rows of columns; a column is gathered only when a measure asks for it."""

    def __init__(self, columns: Columns, rows: Rows) -> None:
        self._columns = columns
        self._rows = rows

    def __getitem__(self, name: str) -> Column:
        return self._columns[name][self._rows]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


def _figure(measure: Measure, columns: Columns) -> float:
    value = measure.compute(columns)
    return np.nan if value is None else value


def _bootstrap(n: int, statistic: Callable[[Rows], float]) -> tuple[float, float]:
    from scipy.stats import DegenerateDataWarning, bootstrap

    if n < 2:
        value = statistic(np.arange(n))
        return value, value
    with catch_warnings():
        # A measure may be undefined for a few resamples (one class alone): they are left out below.
        simplefilter("ignore", DegenerateDataWarning)
        drawn = bootstrap(
            (np.arange(n),), statistic, n_resamples=RESAMPLES, batch=_BATCH, vectorized=False,
            method="percentile", rng=np.random.default_rng(_SEED),
        ).bootstrap_distribution  # fmt: skip
    tail = 50 * (1 - LEVEL)
    low, high = np.nanpercentile(drawn, [tail, 100 - tail])
    return float(low), float(high)


def interval(measure: Measure, columns: Columns) -> Interval | None:
    """Return the measure with its interval over questions, or None where it is undefined."""
    value = measure.compute(columns)
    if value is None:
        return None
    n = len(next(iter(columns.values())))
    return Interval(value, *_bootstrap(n, lambda rows: _figure(measure, _Resampled(columns, rows))))


def _p_value(measure: Measure, both: Columns, n: int) -> float:
    from scipy.stats import permutation_test

    def statistic(a: Rows, b: Rows) -> float:
        return _figure(measure, _Resampled(both, b)) - _figure(measure, _Resampled(both, a))

    tested = permutation_test(
        (np.arange(n), np.arange(n, 2 * n)), statistic, permutation_type="samples",
        vectorized=False, n_resamples=RESAMPLES, batch=_BATCH, rng=np.random.default_rng(_SEED),
    )  # fmt: skip
    return float(tested.pvalue)


def difference(measure: Measure, a: Columns, b: Columns, *, test: bool = True) -> Difference | None:
    """Return how B differs from A on the same questions, or None where either is undefined.

    Questions are resampled in pairs (Efron and Tibshirani 1993); the p-value swaps the runs'
    answers question by question (Smucker et al. 2007). `test=False` skips it (p is NaN).
    """
    first, second = measure.compute(a), measure.compute(b)
    if first is None or second is None:
        return None
    n = len(next(iter(a.values())))
    low, high = _bootstrap(
        n,
        lambda rows: _figure(measure, _Resampled(b, rows)) - _figure(measure, _Resampled(a, rows)),
    )
    p_value = _p_value(measure, joined(a, b), n) if test else np.nan
    return Difference(measure, first, second, Interval(second - first, low, high), p_value)
