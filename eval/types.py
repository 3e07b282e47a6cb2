"""The vocabulary of evaluation: questions, question sets, measures and their columns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index.types import Document, Span
from retrieval.types import Words

Kind = Literal["retrieval", "qa", "attribution"]

Column = NDArray[np.float64]
"""Shape (n,), one value a question in the set's order; NaN where it does not apply."""

Columns = Mapping[str, Column]
"""Per-question values by name, all of the same length."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what counts as right.

    `answers` are all acceptable ones; their spans count in code points of the document
    `context`, and are None where the set names no place. `answerable` is None where the set
    does not say. `sentence` supports the answer; `speaker` is whose word it is. `number` is the
    id where the set writes it as a number.
    """

    id: str
    text: str
    context: str | None = None
    answers: tuple[Words, ...] = ()
    answerable: bool | None = None
    sentence: Span | None = None
    speaker: Words | None = None
    stance: str | None = None
    kind: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions with the documents that they are asked of, by document id.

    `sha256` digests the file that they were read from.
    """

    name: str
    sha256: str
    questions: tuple[Question, ...]
    contexts: Mapping[str, Document] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReportedSentence:
    """A sentence of a text and its acceptable speakers; none where it reports nobody's words.

    All spans are code points of `text`, which may be the sentence alone.
    """

    id: str
    text: str
    span: Span
    speakers: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: what it means, where it is defined, and how columns give it.

    `compute` returns None where the measure is undefined (AUROC with one class, say).
    """

    name: str
    meaning: str
    source: str
    compute: Callable[[Columns], float | None]
    higher_is_better: bool = True
