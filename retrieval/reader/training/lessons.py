"""Examples with a teacher's scores beside them, made once and read in every epoch."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import nn

from retrieval.reader.training.encoding import Example
from retrieval.reader.training.mix import Phase, batches
from retrieval.reader.training.model import span_log_probabilities

KEYWORDS = 0.1
"""Share of the examples whose question is cut to its keywords, which is how people search."""
_FEWEST = 2


class Lessons:
    """Taught examples in memory, as epochs of batches: the same examples, in another order."""

    def __init__(
        self, examples: Sequence[Example], seed: int, small: frozenset[int] = frozenset()
    ) -> None:
        """Keep ``examples``, which all are taught; ``small`` are the ids of no keywords."""
        self._examples = examples
        self._seed = seed
        self._small = small

    def epoch(self, phase: Phase, number: int, tokens: int) -> list[list[Example]]:
        """Return the batches of one epoch, each of at most ``tokens`` tokens with padding."""
        rng = np.random.default_rng([self._seed, len(phase.name), number])
        order = rng.permutation(len(self._examples))
        asked = [
            in_keywords(self._examples[i], self._small)
            if rng.random() < KEYWORDS
            else self._examples[i]
            for i in order
        ]
        return batches(asked, tokens, rng)


def in_keywords(example: Example, small: frozenset[int]) -> Example:
    """Return an example with its question cut to what is not ``small``, and the scores it had.

    The teacher read the whole question, so its scores say what the keywords were meant to ask.
    """
    kept = np.ones(len(example.ids), dtype=bool)
    kept[1 : example.question - 1] = [
        number not in small for number in example.ids[1 : example.question - 1].tolist()
    ]
    cut = len(kept) - int(kept.sum())
    if example.taught is None or example.question - 2 - cut < _FEWEST:
        return example
    golds = tuple((a - cut, b - cut) if a else (a, b) for a, b in example.golds)
    ids, taught = example.ids[kept], example.taught[:, kept]
    return Example(ids, example.question - cut, golds, example.offset, taught)


def teach(teacher: nn.Module, batch: Sequence[Example]) -> list[Example]:
    """Return the examples with the teacher's log-probabilities."""
    teacher.train(False)
    low = torch.finfo(torch.float16).min
    with torch.inference_mode():
        sides = torch.stack(span_log_probabilities(teacher, batch)).clamp(min=low).half().numpy()
    return [
        replace(example, taught=sides[:, at, : len(example.ids)].copy())
        for at, example in enumerate(batch)
    ]


def save_lessons(examples: Sequence[Example], path: Path) -> None:
    """Write taught examples as one compressed ``.npz``, whole or not at all."""
    temporary = path.with_suffix(".partial")
    taught = [example.taught for example in examples if example.taught is not None]
    with temporary.open("wb") as out:
        np.savez_compressed(
            out,
            ids=np.concatenate([example.ids for example in examples]),
            taught=np.concatenate(taught, axis=1),
            golds=np.concatenate([np.array(example.golds) for example in examples]),
            lead=np.array([example.question for example in examples]),
            tokens=np.array([len(example.ids) for example in examples]),
            answers=np.array([len(example.golds) for example in examples]),
        )
    temporary.replace(path)


def load_lessons(path: Path) -> list[Example]:
    """Read what ``save_lessons`` wrote."""
    with np.load(path) as stored:
        whole = {name: stored[name] for name in stored.files}
    cuts, gold_cuts = whole["tokens"].cumsum()[:-1], whole["answers"].cumsum()[:-1]
    parts = zip(
        np.split(whole["ids"], cuts),
        np.split(whole["taught"], cuts, axis=1),
        np.split(whole["golds"], gold_cuts),
        whole["lead"].tolist(),
        strict=True,
    )
    return [
        Example(ids, lead, tuple((int(a), int(b)) for a, b in golds), taught=taught)
        for ids, taught, golds, lead in parts
    ]
