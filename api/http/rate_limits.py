"""How many requests a minute one key, or one address, may make."""

import math
import time
from collections import OrderedDict

_REMEMBERED = 10_000
"""Askers that are remembered; the one that was silent longest is forgotten first."""


class Rate:
    """A bucket a client, filled evenly over a minute, with a tenth of a minute's at once."""

    def __init__(self, per_minute: int) -> None:
        """Begin with full buckets."""
        self._per_second = per_minute / 60
        self._most = max(1.0, per_minute / 10)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, who: str, now: float | None = None) -> int | None:
        """Return None where a request may pass, else after how many seconds one will."""
        now = time.monotonic() if now is None else now
        left, since = self._buckets.pop(who, (self._most, now))
        left = min(self._most, left + (now - since) * self._per_second)
        passes = left >= 1
        self._buckets[who] = (left - 1 if passes else left, now)
        if len(self._buckets) > _REMEMBERED:
            self._buckets.popitem(last=False)
        return None if passes else math.ceil((1 - left) / self._per_second)
