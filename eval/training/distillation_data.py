"""Examples with the scores of a teacher, made once and read in every epoch."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from eval.training.example_encoding import Example
from eval.training.mix import batches
from eval.training.model import STATES
from eval.training.phases import Phase

KEYWORDS = 0.1
"""Share of the examples whose question is cut to its keywords, which is how people search."""
_FEWEST = 2


class DistillationSet:
    """Examples with teacher scores in memory, as epochs of batches in random order."""

    def __init__(
        self, examples: Sequence[Example], seed: int, small: frozenset[int] = frozenset()
    ) -> None:
        """Keep ``examples``, which all have scores; ``small`` are the ids of no keywords."""
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
    """Return an example with its question cut to what is not ``small``, and any scores it had.

    Where the teacher read the whole question, its scores say what the keywords were meant to ask.
    """
    kept = np.ones(len(example.ids), dtype=bool)
    kept[1 : example.question - 1] = [
        number not in small for number in example.ids[1 : example.question - 1].tolist()
    ]
    cut = len(kept) - int(kept.sum())
    if example.question - 2 - cut < _FEWEST:
        return example
    golds = tuple((a - cut, b - cut) if a else (a, b) for a, b in example.golds)
    scores = None if example.teacher_scores is None else example.teacher_scores[:, kept]
    states = None if example.states is None else example.states[kept]
    return Example(example.ids[kept], example.question - cut, golds, example.offset, scores, states)


def save_distillation_set(examples: Iterable[Example], path: Path) -> None:
    """Write examples as one ``.npz``, and the teacher's states, which are large, to ``.states``.

    The ``.npz`` comes last, and atomically.
    """
    kept = []
    with _states(path).open("wb") as out:
        for example in examples:
            if example.states is not None:
                out.write(example.states.tobytes())
            kept.append(replace(example, states=None))
    temporary = path.with_suffix(".partial")
    scores = [example.teacher_scores for example in kept if example.teacher_scores is not None]
    with temporary.open("wb") as out:
        np.savez_compressed(
            out,
            ids=np.concatenate([example.ids for example in kept]),
            scores=np.concatenate(scores, axis=1),
            golds=np.concatenate([np.array(example.golds) for example in kept]),
            lead=np.array([example.question for example in kept]),
            tokens=np.array([len(example.ids) for example in kept]),
            answers=np.array([len(example.golds) for example in kept]),
        )
    temporary.replace(path)


def load_distillation_set(path: Path) -> list[Example]:
    """Read what ``save_distillation_set`` wrote; the states stay on disk until they are needed."""
    with np.load(path) as stored:
        arrays = {name: stored[name] for name in stored.files}
    cuts, gold_cuts = arrays["tokens"].cumsum()[:-1], arrays["answers"].cumsum()[:-1]
    states = np.memmap(_states(path), np.int8, "r", shape=(len(arrays["ids"]), STATES))
    parts = zip(
        np.split(arrays["ids"], cuts),
        arrays["lead"].tolist(),
        np.split(arrays["golds"], gold_cuts),
        np.split(arrays["scores"] if "scores" in arrays else arrays["taught"], cuts, axis=1),
        np.split(states, cuts),
        strict=True,
    )
    return [
        Example(ids, lead, tuple((int(a), int(b)) for a, b in golds), 0, scores, hidden)
        for ids, lead, golds, scores, hidden in parts
    ]


def _states(path: Path) -> Path:
    return path.with_suffix(".states")
