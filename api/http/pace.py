"""How long requests take, alone and concurrently, and how long one may wait for its turn.

Who is let in is to have their answer within four times what it takes while nobody else asks. With
`alone` and `concurrent` the 99th percentiles of the time of work, of requests that had the process
to themselves and of all of the newest, a turn that comes within `4 * alone - concurrent` keeps
that. Both are measured, so that it holds for whatever index, reader and machine. Where concurrent
work takes so much longer that hardly any time is left to wait, fewer requests are worked on at
once.
"""

import math
from collections import deque
from statistics import fmean

MOST = 4.0
"""How many times longer than alone an answer may take."""

_MARGIN = 0.7
"""The share of it that is planned with: parsing and sending take their time, too."""

_SAMPLES = 256
_ENOUGH = 10
"""Requests that say how long one takes."""

_NEWEST = 32
"""Requests whose mean time is that of the next one."""

_FIRST = 0.05
"""Seconds that one is taken to need before any was worked on."""

_SLOWDOWN = (1.6, 2.6)
"""How many times longer than alone work takes on average: below, one more is begun at once; above,
one fewer."""

_LOOK_EVERY = 24
"""Requests that are worked on before that is looked at again."""


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

    def add(self, seconds: float, *, alone: bool) -> None:
        """Count a request that was worked on, `alone` if no other was meanwhile."""
        self._all.append(seconds)
        if alone:
            self._alone.append(seconds)
        self._since += 1
        if self._since >= _LOOK_EVERY and self._is_known:
            self._adjust()

    @property
    def mean(self) -> float:
        """Seconds that a request is worked on, on average of the newest."""
        return fmean(list(self._all)[-_NEWEST:]) if self._all else _FIRST

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
        """Return how many seconds a request may wait: half as long as a usual one takes, at least.

        Any number, as long as too few requests were worked on to tell; as long as a usual one
        takes, where hardly any had the process to itself.
        """
        if self._is_known:
            alone = _p99(self._alone)
            concurrent = _p99(self._all) if self._all else 2 * alone
            return max(self.mean / 2, _MARGIN * MOST * alone - concurrent)
        return self.mean if len(self._all) >= _ENOUGH else math.inf

    def wait(self, ahead: int) -> float:
        """Return after how many seconds the turn of a request probably comes.

        Args:
            ahead: how many wait already.
        """
        return (ahead + 1) * self.mean / self.width


def _p99(seconds: deque[float]) -> float:
    ranked = sorted(seconds)
    return ranked[min(len(ranked) - 1, int(0.99 * len(ranked)))]
