"""The vocabulary of answering: citations, attributions, answers and responses."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from index.types import Box, Counts, Hit, Passage, Span

if TYPE_CHECKING:
    from retrieval.answering.question import Question

Verdict = Literal["answered", "uncertain", "not_found"]
Stance = Literal["stated", "claimed", "denied", "reported"]
Decision = Literal["yes", "no"]
AnswerForm = Literal["span", "sentence", "list"]
Polarity = Literal["affirmed", "denied", "doubted", "hypothetical", "planned", "former"]


@dataclass(frozen=True, slots=True)
class Words:
    """Some words and where they stand; `span` is None where they are only implied."""

    text: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote checked against the stored text; only `retrieval.answering.citation.Citer` makes one.

    `span` counts code points, `utf16` UTF-16 code units and `utf8` bytes of the same text;
    `line` and `column` are 1-based, in code points. `place` says where that is in the source, by
    kind: page and label, slide, sheet and cell, part, time, pointer, path, text fragment.
    """

    document_id: str
    title: str
    uri: str
    span: Span
    quote: str
    utf16: Span
    utf8: Span
    line: int
    column: int
    sentence: Words
    page: int | None = None
    boxes: tuple[Box, ...] = ()
    place: Mapping[str, str | int] = field(default_factory=dict)
    sha256: str = ""
    """The digest of the document's text that the quote was checked against."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whose words a sentence reports. A plain statement is `stated` and has no speaker.

    `full_name` is the speaker's fuller name from earlier in the document, where `speaker` is a
    pronoun or a surname and the name could be found safely. `says` is the cue by which the answer
    itself speaks in its sentence: in "Rubio claims that …", the document states that Rubio does,
    so the answer *Rubio* is `stated` and says *claims* (`full_name` is then the answer's).
    `polarity` says whether the document affirms the answer to what was asked.
    """

    stance: Stance
    speaker: Words | None = None
    cue: Words | None = None
    full_name: Words | None = None
    says: Words | None = None
    polarity: Polarity = "affirmed"


@dataclass(frozen=True, slots=True)
class Reading:
    """One candidate span a reader found, before it is verified and cited.

    `span` is in code points of the document. `confidence` is the calibrated probability that
    it answers the question. `features` is what it was computed from, for explanation.
    """

    document_id: str
    span: Span
    text: str
    confidence: float
    score: float = 0.0
    passage_id: int = 0
    features: Mapping[str, float] = field(default_factory=dict)


DEFAULT_RISK = 0.1
"""The share of what is called `answered` that may be wrong, unless the asker says otherwise."""


@dataclass(frozen=True, slots=True)
class ConfidenceScale:
    """What a reader's confidence is worth: one number decides what may be said.

    The defaults take a confidence at its word.

    Attributes:
        not_found: the least confidence that is not refused.
        answered: pairs of a risk and the least confidence that is called `answered` at it, risks
            from small to great; None where one minus the risk is enough, empty where nothing is.
        doubted: by how much (a difference of log-odds, at most 0) an answer that the document
            does not assert, or that misses a detail of the question, is less likely right.
    """

    not_found: float = 0.2
    answered: tuple[tuple[float, float], ...] | None = None
    doubted: float = 0.0

    def answered_from(self, risk: float = DEFAULT_RISK) -> float:
        """Return the least confidence called `answered` where so large a share may be wrong.

        Infinite for a risk below the smallest that is known.

        >>> ConfidenceScale().answered_from(0.1), ConfidenceScale(answered=()).answered_from(0.1)
        (0.9, inf)
        """
        if self.answered is None:
            return 1 - risk
        return next((least for known, least in reversed(self.answered) if known <= risk), math.inf)

    def verdict(self, confidence: float, risk: float = DEFAULT_RISK) -> Verdict:
        """Return what may be said at this confidence."""
        if confidence >= self.answered_from(risk):
            return "answered"
        return "uncertain" if confidence >= self.not_found else "not_found"


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What a reader made of a question: candidates best first, and what their confidence is worth.

    `readings` hold the best spans however unlikely they are.
    """

    readings: tuple[Reading, ...] = ()
    scale: ConfidenceScale = ConfidenceScale()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is what it is: a code for programs and a sentence for people.

    The codes are `nothing_read`, `confidence`, and those of `retrieval.answering.doubts`.
    """

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Source:
    """A passage that says an answer, with its copies in this document and others."""

    passage: Passage
    copies: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """Words that answer, how sure we are, where they stand and whose they are.

    `kind` says what to show for an answer: its words, its whole sentence with them in it, or a list
    of which they are all or one. `decides` is what the sentence decides where yes or no is asked,
    None where that is not safe to say. `support` are the independent sources, among the passages
    read, that say the answer; its own is the first.
    """

    text: str
    confidence: float
    citation: Citation
    attribution: Attribution | None = None
    kind: AnswerForm = "span"
    decides: Decision | None = None
    support: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Response:
    """The answer to a question, or that these documents do not give one.

    `best` is the best span regardless of the verdict, for evaluation. `timings` are
    milliseconds a stage, with `total`. `parsed` is the question as it was understood, `reasons`
    say why the verdict is not `answered`, `reader` is the name of the one that read.
    """

    question: str
    verdict: Verdict
    answers: tuple[Answer, ...]
    hits: tuple[Hit, ...]
    index: Counts
    timings: Mapping[str, float] = field(default_factory=dict)
    best: Answer | None = None
    notes: tuple[str, ...] = ()
    parsed: "Question | None" = None
    reasons: tuple[Reason, ...] = ()
    reader: str = ""

    @property
    def generation(self) -> int:
        """Return the number of the generation that was asked."""
        return self.index.generation


@dataclass(frozen=True, slots=True)
class SearchResponse:
    """The passages found for a query."""

    query: str
    hits: tuple[Hit, ...]
    index: Counts
    timings: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def generation(self) -> int:
        """Return the number of the generation that was asked."""
        return self.index.generation
