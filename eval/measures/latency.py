"""How long questions took: percentiles of the total, and the median of each stage."""

from collections.abc import Mapping, Sequence

import numpy as np

PERCENTILES = (50, 90, 99)


def summarise(timings: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return p50, p90 and p99 of `total` and each other stage's p50, in milliseconds.

    Percentiles interpolate linearly (Hyndman and Fan 1996, definition 7).
    """
    if not timings:
        return {}
    totals = np.array([each["total"] for each in timings])
    found = {f"p{p}_ms": float(np.percentile(totals, p)) for p in PERCENTILES}
    stages = sorted({stage for each in timings for stage in each} - {"total"})
    for stage in stages:
        values = [each[stage] for each in timings if stage in each]
        found[f"{stage}_p50_ms"] = float(np.median(values))
    return found
