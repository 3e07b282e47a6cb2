"""The confidence below which to say that the documents do not answer."""

from collections.abc import Mapping
from itertools import compress

import numpy as np

from eval.runs.record import Run
from eval.types import Column

THRESHOLDS = tuple(round(step / 50, 2) for step in range(50))


def threshold_values(run: Run) -> tuple[list[str], Mapping[str, Column]]:
    """Return the ids, and F1 by question as the run answered and at each threshold.

    At a threshold on the confidence, the best span counts as given where its confidence reaches
    it; F1 is that of SQuAD 2.0, no answer being one. Questions whose right answer is not known
    are left out.
    """
    every = run.columns
    known = ~np.isnan(every["f1"])
    columns = {name: column[known] for name, column in every.items()}
    answerable = columns["answerable"] == 1
    best = np.where(answerable, np.nan_to_num(columns["best_f1"]), 0.0)
    values: dict[str, Column] = {"as it is": columns["f1"]}
    for threshold in THRESHOLDS:
        given = columns["confidence"] >= threshold
        values[f"{threshold:.2f}"] = np.where(given, best, np.where(answerable, 0.0, 1.0))
    return list(compress(run.ids, known)), values
