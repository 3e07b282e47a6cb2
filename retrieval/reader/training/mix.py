"""What each phase of training reads: how much of which data, made anew every epoch.

The order goes from easy to hard, which a pilot showed to pay: single sentences first, then whole
passages, and the human adversarial questions at the end, with ordinary data among them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.random import Generator

from retrieval.reader.splits import squad2_part
from retrieval.reader.training.articles import in_articles
from retrieval.reader.training.edits import Editor
from retrieval.reader.training.encoding import Encoder, Example
from retrieval.reader.training.mining import mine
from retrieval.reader.training.rows import Row, read_rows

PhaseName = Literal["sentences", "passages", "adversarial"]

_CROP_TOKENS = (72, 136)
_POOL = 1024
_BATCHES = 16
"""How many batches of a hundred tokens' examples are made of a pool, at the least."""


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of training, ending at ``until`` of the whole run, with a share of each source.

    A share of 1 is every row once an epoch, 2 each twice; ``.3`` a random 30 % of them. ``cropped``
    is the share of examples that are read in a window of some sentences only.
    """

    name: PhaseName
    until: float
    shares: dict[str, float]
    cropped: float = 0.65


PHASES = (
    Phase("sentences", 0.065, {"qamr": 1.0, "qasrl": 0.4}),
    Phase(
        "passages",
        0.77,
        {
            "squad": 1.0,
            "squadshifts_new_wiki": 1.0,
            "squadshifts_reddit": 0.35,
            "squadshifts_amazon_reviews": 0.35,
            "fairytaleqa": 0.35,
            "policyqa": 0.25,
            "covidqa": 0.25,
            "squad1": 1.0,
            "qamr": 0.06,
            "mined": 0.05,
            "without": 0.08,
            "edited": 0.30,
        },
    ),
    Phase(
        "adversarial",
        1.0,
        {
            "squad2": 1.0,
            "squad": 0.2,
            "squadshifts_new_wiki": 0.2,
            "squadshifts_reddit": 0.05,
            "squadshifts_amazon_reviews": 0.05,
            "fairytaleqa": 0.1,
            "mined": 0.01,
            "without": 0.015,
            "edited": 0.07,
        },
    ),
)

REFINING = (
    Phase(
        "passages",
        0.6,
        {
            "squad": 1.0,
            "squadshifts_new_wiki": 1.0,
            "squadshifts_reddit": 0.2,
            "squadshifts_amazon_reviews": 0.2,
            "fairytaleqa": 0.35,
            "policyqa": 0.15,
            "covidqa": 0.25,
            "qamr": 0.05,
            "squad1": 1.0,
            "squad2": 1.0,
            "mined": 0.025,
            "without": 0.04,
            "edited": 0.2,
        },
    ),
    Phase(
        "adversarial",
        1.0,
        {
            "squad2": 1.0,
            "squad1": 0.5,
            "squad": 0.25,
            "squadshifts_new_wiki": 0.25,
            "squadshifts_reddit": 0.04,
            "squadshifts_amazon_reviews": 0.04,
            "fairytaleqa": 0.1,
            "covidqa": 0.05,
            "mined": 0.01,
            "without": 0.015,
            "edited": 0.05,
        },
    ),
)
"""For going on from trained weights: passages again, with the adversarial questions among them."""

TEACHING = (replace(REFINING[0], cropped=1.0), REFINING[1])
"""For a teacher, whose every token is dear: it reads windows first."""

LESSONS = Phase(
    "passages",
    1.0,
    {
        "squad": 0.6,
        "squadshifts_new_wiki": 0.7,
        "squadshifts_reddit": 0.25,
        "squadshifts_amazon_reviews": 0.25,
        "fairytaleqa": 0.6,
        "policyqa": 0.08,
        "covidqa": 0.25,
        "qamr": 0.05,
        "articles": 0.35,
        "squad1": 1.0,
        "squad2": 1.0,
        "mined": 0.025,
        "without": 0.025,
        "articles_without": 0.04,
        "edited": 0.25,
    },
)
"""What a teacher is asked to score, once: of many kinds, so that less is learnt by heart."""

MORE_LESSONS = replace(
    LESSONS,
    shares={
        "squad": 1.0,
        "squadshifts_new_wiki": 1.0,
        "squadshifts_reddit": 0.8,
        "squadshifts_amazon_reviews": 0.8,
        "fairytaleqa": 1.0,
        "policyqa": 0.25,
        "covidqa": 1.0,
        "qamr": 0.15,
        "articles": 0.55,
        "squad1": 1.0,
        "squad2": 1.0,
        "mined": 0.05,
        "without": 0.05,
        "articles_without": 0.08,
        "edited": 0.6,
    },
)
"""And more of it, to take the questions from that ``LESSONS`` left out."""

MANY_EPOCHS = Phase(
    "passages",
    1.0,
    {
        "squad": 1.0,
        "squadshifts_new_wiki": 1.0,
        "squadshifts_reddit": 0.5,
        "squadshifts_amazon_reviews": 0.5,
        "fairytaleqa": 1.0,
        "policyqa": 0.25,
        "covidqa": 0.6,
        "qamr": 0.15,
        "articles": 0.45,
        "squad1": 1.0,
        "squad2": 2.0,
        "mined": 0.04,
        "without": 0.05,
        "articles_without": 0.06,
        "edited": 0.45,
    },
)
"""For a GPU, which reads all there is many times over: the same mix from beginning to end."""

PASSAGE_SETS = (
    "squad",
    "squadshifts_new_wiki",
    "squadshifts_reddit",
    "squadshifts_amazon_reviews",
    "fairytaleqa",
)
EDITED_SETS = ("squad", "squadshifts_new_wiki")


class Mixture:
    """All training data in memory, and the epochs made of it."""

    def __init__(self, data: Path, encoder: Encoder, seed: int) -> None:
        """Read ``data/train/*.jsonl`` and the training part of SQuAD's files in ``data/tune``.

        A set whose file is missing is left out, so that a run can use less data.
        """
        self._encoder = encoder
        self._seed = seed
        self._rows = {
            path.stem: read_rows(path) for path in sorted((data / "train").glob("*.jsonl"))
        }
        self._rows["squad2"] = _training_part(data / "tune" / "squad2.jsonl")
        # SQuAD 2.0 asks many of the questions of 1.1 again.
        known = {(row.context, row.question) for row in self._rows["squad2"]}
        self._rows["squad1"] = [
            row
            for row in _training_part(data / "tune" / "squad1.jsonl")
            if (row.context, row.question) not in known
        ]
        self._mined = [row for name in PASSAGE_SETS for row in mine(self._rows.get(name, []))]
        self._editable = [row for name in EDITED_SETS for row in self._rows.get(name, [])]
        self._passages = [row for name in PASSAGE_SETS for row in self._rows.get(name, [])]
        self._editor = Editor(self._editable)
        self._articles = in_articles(self._rows.get("qamr", []), self._rows.get("qasrl", []))

    def epoch(self, phase: Phase, number: int, tokens: int) -> list[list[Example]]:
        """Return the batches of one epoch, each of at most ``tokens`` tokens with padding.

        Raises:
            ValueError: none of the phase's data is there.
        """
        rng = np.random.default_rng([self._seed, len(phase.name), number])
        examples: list[Example] = []
        for source, share in phase.shares.items():
            examples.extend(self._examples(source, share, rng, phase.cropped))
        if not examples:
            raise ValueError(f"the data folder holds nothing for the phase {phase.name!r}")
        order = rng.permutation(len(examples))
        return batches([examples[i] for i in order], tokens, rng)

    def some(self, count: int) -> list[Example]:
        """Return examples of ``count`` passages, the same in every run of a seed."""
        rng = np.random.default_rng(self._seed)
        rows = [row for rows in self._rows.values() for row in rows]
        return [
            self._encoder.encode(rows[i], rng, None) for i in rng.permutation(len(rows))[:count]
        ]

    def _examples(
        self, source: str, share: float, rng: Generator, cropped: float
    ) -> Iterator[Example]:
        makers: dict[str, tuple[Sequence[Row], Callable[[Row], Example | None]]] = {
            "mined": (self._mined, lambda row: self._cropped(row, rng, cropped)),
            "without": (self._passages, lambda row: self._without(row, rng)),
            "articles": (self._articles, lambda row: self._cropped(row, rng, cropped)),
            "articles_without": (self._articles, lambda row: self._without(row, rng)),
            "edited": (self._editable, lambda row: self._edited(row, rng)),
            "squad2": (
                self._rows.get("squad2", []),
                lambda row: self._encoder.encode(row, rng, None),
            ),
        }
        default = (
            self._rows.get(source, []),
            lambda row: self._cropped(row, rng, cropped),
        )
        rows, make = makers.get(source, default)
        wanted = round(share * len(rows))
        order = rng.permutation(len(rows))
        for at in range(wanted):
            example = make(rows[order[at % len(rows)]])
            if example is not None:
                yield example

    def _cropped(self, row: Row, rng: Generator, share: float) -> Example:
        window = int(rng.integers(*_CROP_TOKENS)) if rng.random() < share else None
        return self._encoder.encode(row, rng, window)

    def _without(self, row: Row, rng: Generator) -> Example | None:
        return self._encoder.encode_without(row, rng, int(rng.integers(*_CROP_TOKENS)))

    def _edited(self, row: Row, rng: Generator) -> Example | None:
        edited = self._editor.edit(row, rng)
        return None if edited is None else self._encoder.encode(edited, rng, None)


def _training_part(path: Path) -> list[Row]:
    """Return the rows of a held-out SQuAD file that may be trained on; none without the file."""
    rows = read_rows(path) if path.exists() else []
    return [row for row in rows if squad2_part(row.title) == "train"]


def batches(examples: Sequence[Example], tokens: int, rng: Generator) -> list[list[Example]]:
    """Cut ``examples`` into batches of like length, in random order within pools of 1,024 up."""
    made: list[list[Example]] = []
    size = max(_POOL, _BATCHES * tokens // 100)
    for begin in range(0, len(examples), size):
        pool = sorted(examples[begin : begin + size], key=lambda example: len(example.ids))
        cut: list[list[Example]] = [[]]
        for example in pool:
            if cut[-1] and len(example.ids) * (len(cut[-1]) + 1) > tokens:
                cut.append([])
            cut[-1].append(example)
        made.extend(cut[i] for i in rng.permutation(len(cut)) if cut[i])
    return made
