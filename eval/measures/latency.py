"""How long questions took: percentiles of the total, and the median of each stage."""

from array import array
from collections.abc import Iterable, Mapping

import numpy as np

PERCENTILES = (50, 90, 99)


def summarise(timings: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Return p50, p90 and p99 of `total` and each other stage's p50, in milliseconds.

    Percentiles interpolate linearly (Hyndman and Fan 1996, definition 7).
    """
    stages: dict[str, array[float]] = {}
    for timing in timings:
        for stage, milliseconds in timing.items():
            stages.setdefault(stage, array("d")).append(milliseconds)
    if not stages:
        return {}
    totals = np.array(stages.pop("total"))
    found = {f"p{p}_ms": float(np.percentile(totals, p)) for p in PERCENTILES}
    for stage in sorted(stages):
        found[f"{stage}_p50_ms"] = float(np.median(np.array(stages[stage])))
    return found
