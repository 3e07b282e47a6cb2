"""What each arm is worth for a question: a few weights, fitted by `eval.tuning.fusion`."""

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

_DENSE_BOUNDS = (1 / 3, 3.0)
_LEXICAL_BOUNDS = (0.1, 4.0)
"""A feature out of the range of what was fitted changes an arm's weight by no more than this."""

USUAL_RANGE = 0.65
"""The range of the candidates' cosines at which the dense arm has its own weight."""

USUAL_COVERAGE = 0.75
"""The share of a question's terms that its best passage has, where the lexical arm has 1."""

USUAL_TERMS = 6
"""How many distinct terms a question has there."""


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """The weights of `retrieval.search.fusion.adaptive`.

    Attributes:
        dense: the dense arm's weight at `USUAL_RANGE`; the lexical arm has 1.
        range_power: how steeply the dense arm's weight grows with the range of the cosines.
        coverage_power: how steeply the lexical arm's weight grows with the best coverage.
        terms_power: how steeply it grows with the number of terms.
        coverage: the weight of a passage's own coverage.
    """

    dense: float
    range_power: float
    coverage_power: float
    terms_power: float
    coverage: float

    def dense_weight(self, cosine_range: float) -> float:
        """Return the dense arm's weight where the candidates' cosines span a range."""
        return self.dense * _within((cosine_range / USUAL_RANGE) ** self.range_power, _DENSE_BOUNDS)

    def lexical_weight(self, best_coverage: float | None, terms: int) -> float:
        """Return the lexical arm's weight for a question of some terms.

        `best_coverage` is the most that a candidate has of them, None where that is not known.
        """
        covered = 1.0 if best_coverage is None else best_coverage / USUAL_COVERAGE
        longer = max(1, terms) / USUAL_TERMS
        return _within(covered**self.coverage_power * longer**self.terms_power, _LEXICAL_BOUNDS)


@lru_cache(maxsize=1)
def fusion_weights() -> FusionWeights:
    """Return the weights that come with the package."""
    held = json.loads((files("retrieval.search") / "fusion_weights.json").read_text("utf-8"))
    return FusionWeights(**held)


def _within(value: float, bounds: tuple[float, float]) -> float:
    return min(max(value, bounds[0]), bounds[1])
