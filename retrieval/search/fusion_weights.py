"""What each arm is worth for a question: a few weights, fitted by `eval.tuning.fit_fusion`."""

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

USUAL_RANGE = 0.65
"""The range of the candidates' cosines at which the dense arm has its own weight."""

USUAL_COVERAGE = 0.75
"""The share of a question's terms that its best passage has, where the lexical arm has 1."""

USUAL_TERMS = 6
"""How many distinct terms a question has there."""

_DENSE_BOUNDS = (1 / 3, 3.0)
_LEXICAL_BOUNDS = (0.1, 4.0)
"""A feature out of the range of what was fitted changes an arm's weight by no more than this."""

_SMOOTHED = (6, 9)
"""Questions of fewer terms than the first are not smoothed, of the second and more fully."""


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """The weights of `retrieval.search.fusion.adaptive`.

    Attributes:
        dense: the dense arm's weight at `USUAL_RANGE`; the lexical arm has 1.
        range_power: how steeply the dense arm's weight grows with the range of the cosines.
        coverage_power: how steeply the lexical arm's weight grows with the best coverage.
        terms_power: how steeply it grows with the number of terms.
        coverage: the weight of a passage's own coverage.
        short: up to so many terms the arms have these weights.
        long: from so many terms on they have equal ones; between, weights between.
        neighbours: the share of its score that a passage takes from its neighbours where a
            question is long.
    """

    dense: float
    range_power: float
    coverage_power: float
    terms_power: float
    coverage: float
    short: int
    long: int
    neighbours: float

    def arms(
        self, cosine_range: float, best_coverage: float | None, terms: int
    ) -> tuple[float, float]:
        """Return the weights of the dense and the lexical arm for a question.

        Args:
            cosine_range: of the candidates.
            best_coverage: the most that a candidate has of the question's terms, None where that
                is not known.
            terms: how many distinct ones there are.
        """
        sure = 1 - _share(terms, (self.short, self.long))
        dense = self.dense * _within(
            (cosine_range / USUAL_RANGE) ** self.range_power, _DENSE_BOUNDS
        )
        covered = 1.0 if best_coverage is None else best_coverage / USUAL_COVERAGE
        longer = max(1, terms) / USUAL_TERMS
        lexical = _within(covered**self.coverage_power * longer**self.terms_power, _LEXICAL_BOUNDS)
        return dense**sure, lexical**sure

    def smoothing(self, terms: int) -> float:
        """Return the share of its score that a passage takes from its neighbours."""
        return self.neighbours * _share(terms, _SMOOTHED)


@lru_cache(maxsize=1)
def fusion_weights() -> FusionWeights:
    """Return the weights that come with the package."""
    values = json.loads((files("retrieval.search") / "fusion_weights.json").read_text("utf-8"))
    return FusionWeights(**values)


def _within(value: float, bounds: tuple[float, float]) -> float:
    return min(max(value, bounds[0]), bounds[1])


def _share(value: int, bounds: tuple[int, int]) -> float:
    """Return how far a value is from the first bound to the second, 0 to 1."""
    return _within((value - bounds[0]) / (bounds[1] - bounds[0]), (0.0, 1.0))
