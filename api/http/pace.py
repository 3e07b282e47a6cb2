"""How long requests take, alone and beside others, and how long one may wait for its turn.

Who is let in is to have their answer within four times what it takes while nobody else asks. With
`alone` and `beside` the 99th percentiles of the time of work, of requests that had the process to
themselves and of all of the newest, a turn that comes within `4 * alone - beside` keeps that. Both
are measured, so that it holds for whatever index, reader and machine. Where work beside other work
takes so much longer that hardly any time is left to wait, fewer requests are worked on at once.
"""

import math
from collections import deque
from statistics import fmean

MOST = 4.0
"""How many times longer than alone an answer may take."""

_MARGIN = 0.7
"""The share of it that is planned with: parsing and sending take their time, too."""

_SAMPLES = 256
_ENOUGH = 20
"""Requests alone that say how long one takes."""

_USUAL_SLOWDOWN = 2.0
"""How much longer than alone work takes, where it is not known."""

_SLOWDOWN = (1.6, 2.6)
"""How many times longer than alone work takes on average: below, one more is begun at once; above,
one fewer."""

_LOOK_EVERY = 24
"""Requests that are worked on before that is looked at again."""

_SMOOTHING = 0.1
"""Weight of the newest request in the mean time of one."""


class Pace:
    """The times of requests of one process."""

    def __init__(self, concurrency: int) -> None:
        """Begin with nothing measured; `concurrency` requests are worked on at once."""
        self.width = concurrency
        """How many requests are to be worked on at once."""
        self._concurrency = concurrency
        self._since = 0
        self._alone: deque[float] = deque(maxlen=_SAMPLES)
        self._all: deque[float] = deque(maxlen=_SAMPLES)
        self.mean = 0.05
        """Seconds that a request is worked on."""

    def add(self, seconds: float, *, alone: bool) -> None:
        """Count a request that was worked on, `alone` if no other was meanwhile."""
        self.mean += _SMOOTHING * (seconds - self.mean)
        self._all.append(seconds)
        if alone:
            self._alone.append(seconds)
        self._since += 1
        if self._since >= _LOOK_EVERY and self._is_known:
            self._adjust()

    @property
    def _is_known(self) -> bool:
        return len(self._alone) >= _ENOUGH

    def _adjust(self) -> None:
        """Work on one more or one fewer at once, by how much the newest slowed one another down."""
        newest = list(self._all)[-self._since :]
        slowdown = fmean(newest) / fmean(self._alone)
        least, most = _SLOWDOWN
        if slowdown > most and self.width > 1:
            self.width -= 1
            # They say nothing of how long work takes from now on.
            self._all.clear()
        elif slowdown < least:
            self.width = min(self._concurrency, self.width + 1)
        self._since = 0

    def patience(self) -> float:
        """Return how many seconds a request may wait: as long as a usual one takes, at least."""
        if not (self._all or self._is_known):
            return math.inf
        alone = _p99(self._alone) if self._is_known else _p99(self._all) / _USUAL_SLOWDOWN
        beside = _p99(self._all) if self._all else alone * _USUAL_SLOWDOWN
        return max(self.mean, _MARGIN * MOST * alone - beside)

    def wait(self, ahead: int) -> float:
        """Return after how many seconds the turn of a request probably comes.

        Args:
            ahead: how many wait already.
        """
        return (ahead + 1) * self.mean / self.width


def _p99(seconds: deque[float]) -> float:
    ranked = sorted(seconds)
    return ranked[min(len(ranked) - 1, int(0.99 * len(ranked)))]
