"""What training reads: the examples of each phase, made anew every epoch."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.random import Generator

from eval.data.splits import squad2_part
from eval.training.articles import in_articles
from eval.training.edits import Editor
from eval.training.example_encoding import Encoder, Example
from eval.training.labelled_rows import Row, read_rows, rows_if_any
from eval.training.mining import mine
from eval.training.phases import Phase

_T = TypeVar("_T")

_CROP_TOKENS = (72, 136)
_POOL = 1024
_BATCHES = 16
"""How many batches of a hundred tokens' examples are made of a pool, at the least."""

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

    def __init__(
        self, data: Path, encoder: Encoder, seed: int, others: Mapping[str, Path] | None = None
    ) -> None:
        """Read ``data/train/*.jsonl`` and the training part of SQuAD's files in ``data/tune``.

        ``others`` are further files by the name of the source that a phase reads: what ``generate``
        wrote (``written``), what ``document_rows`` did (``documents``). A set whose file is missing
        is left out, so that a run can use less data.
        """
        self._encoder = encoder
        self._seed = seed
        self._rows = {
            path.stem: read_rows(path) for path in sorted((data / "train").glob("*.jsonl"))
        }
        for name, path in (others or {}).items():
            self._rows[name] = read_rows(path)
        self._rows["squad2"] = training_part(data / "tune" / "squad2.jsonl")
        # SQuAD 2.0 asks many of the questions of 1.1 again.
        known = {(row.context, row.question) for row in self._rows["squad2"]}
        self._rows["squad1"] = [
            row
            for row in training_part(data / "tune" / "squad1.jsonl")
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
            # What the reader is given of a document is never cut further.
            "documents": (self._answered(True), lambda row: self._encoder.encode(row, rng, None)),
            "documents_without": (
                self._answered(False),
                lambda row: self._encoder.encode(row, rng, None),
            ),
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

    def _answered(self, answered: bool) -> list[Row]:
        """Return what is read of documents that holds the answer, or that does not."""
        return [row for row in self._rows.get("documents", []) if bool(row.golds) == answered]

    def _cropped(self, row: Row, rng: Generator, share: float) -> Example:
        window = int(rng.integers(*_CROP_TOKENS)) if rng.random() < share else None
        return self._encoder.encode(row, rng, window)

    def _without(self, row: Row, rng: Generator) -> Example | None:
        return self._encoder.encode_without(row, rng, int(rng.integers(*_CROP_TOKENS)))

    def _edited(self, row: Row, rng: Generator) -> Example | None:
        edited = self._editor.edit(row, rng)
        return None if edited is None else self._encoder.encode(edited, rng, None)


def training_part(path: Path) -> list[Row]:
    """Return the rows of a held-out SQuAD file that may be trained on; none without the file."""
    return [row for row in rows_if_any(path) if squad2_part(row.title) == "train"]


def batches(examples: Sequence[Example], tokens: int, rng: Generator) -> list[list[Example]]:
    """Cut ``examples`` into batches of like length, in random order within pools of 1,024 up."""
    return batches_of(examples, lambda example: len(example.ids), tokens, rng)


def batches_of(
    examples: Sequence[_T], length: Callable[[_T], int], tokens: int, rng: Generator
) -> list[list[_T]]:
    """Cut into batches of at most ``tokens`` with padding whatever has a ``length`` in tokens."""
    made: list[list[_T]] = []
    size = max(_POOL, _BATCHES * tokens // 100)
    for begin in range(0, len(examples), size):
        pool = sorted(examples[begin : begin + size], key=length)
        cut: list[list[_T]] = [[]]
        for example in pool:
            if cut[-1] and length(example) * (len(cut[-1]) + 1) > tokens:
                cut.append([])
            cut[-1].append(example)
        made.extend(cut[i] for i in rng.permutation(len(cut)) if cut[i])
    return made
