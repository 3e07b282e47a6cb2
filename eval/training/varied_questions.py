"""Examples paraphrased, and others cut to keywords, differently in every epoch."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from eval.training.distillation_data import KEYWORDS, in_keywords
from eval.training.example_encoding import Example
from eval.training.mix import Mixture
from eval.training.phases import Phase
from eval.training.rewording import Rewording


@dataclass(frozen=True, slots=True)
class Varied:
    """A mixture whose examples are varied.

    Attributes:
        mixture: where they come from.
        rewording: puts near words in the place of some.
        reworded: the share of examples that are put in other words.
        small: the ids of what is no keyword.
        seed: chooses the examples and their words.
    """

    mixture: Mixture
    rewording: Rewording
    reworded: float
    small: frozenset[int]
    seed: int

    def epoch(self, phase: Phase, number: int, tokens: int) -> list[list[Example]]:
        """Return the batches of one epoch, each of at most ``tokens`` tokens with padding."""
        rng = np.random.default_rng([self.seed, number])
        made = self.mixture.epoch(phase, number, tokens)
        return [[self._vary(example, rng) for example in batch] for batch in made]

    def _vary(self, example: Example, rng: Generator) -> Example:
        if rng.random() < KEYWORDS:
            example = in_keywords(example, self.small)
        return self.rewording.reword(example, rng) if rng.random() < self.reworded else example
