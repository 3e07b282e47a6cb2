"""What the server answers with. Offsets count code points unless their name says otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Words:
    """Some words and where they stand; the offsets are None where they are only implied."""

    text: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points from its top left corner."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a quote stands: `text[start:end] == quote` in the document whose digest is `sha256`."""

    document_id: str
    title: str
    uri: str
    start: int
    end: int
    quote: str
    utf16: tuple[int, ...]
    utf8: tuple[int, ...]
    line: int
    column: int
    sha256: str
    sentence: Words
    page: int | None = None
    boxes: tuple[Box, ...] = ()
    place: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QuotedSpan(Citation):
    """A span with the text around it, and the generation that was asked."""

    before: str = ""
    after: str = ""
    generation: int = 0


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whose words a sentence reports; a plain statement is `stated` and has no speaker."""

    stance: str
    polarity: str = "affirmed"
    speaker: Words | None = None
    full_name: Words | None = None
    cue: Words | None = None
    says: Words | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a document."""

    document_id: str
    title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Source(Part):
    """A passage that says an answer; its `copies` elsewhere are no sources of their own."""

    copies: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """Words that answer, how sure that is, where they stand and whose they are.

    `kind` says what to show: the words (`span`), their whole `sentence`, or a `list`. `decides` is
    `yes` or `no` where that is asked and safe to say. `support` are the independent sources, of the
    passages read, that say the answer, its own first.
    """

    text: str
    confidence: float
    citation: Citation
    attribution: Attribution | None = None
    kind: str = "span"
    decides: str | None = None
    support: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that was found; `copies` say nearly the same and were left out for this one.

    `same_source_as` is one before it of which its document holds a copy, with other words.
    """

    document_id: str
    title: str
    start: int
    end: int
    text: str
    score: float
    scores: Mapping[str, float] = field(default_factory=dict)
    copies: tuple[Part, ...] = ()
    same_source_as: Part | None = None


@dataclass(frozen=True, slots=True)
class Index:
    """The generation that was asked, and how much it holds."""

    generation: int
    documents: int
    passages: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is not `answered`, as a code and in words."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Response:
    """The answer to a question: `answered`, `uncertain`, or `not_found` in these documents."""

    question: str
    verdict: str
    answers: tuple[Answer, ...]
    passages: tuple[Passage, ...]
    index: Index
    took_ms: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    reader: str = ""
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchResponse:
    """The passages found for a query, best first."""

    query: str
    passages: tuple[Passage, ...]
    index: Index
    took_ms: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step that expected words passed, or where they were lost."""

    stage: str
    passed: bool
    detail: str
    rank: int | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class ExpectedPlace:
    """Where the expected words stand in one document: the starts and ends of their spans."""

    document_id: str
    spans: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where expected words were lost; `lost` is None where they are answered."""

    question: str
    steps: tuple[Step, ...]
    lost: str | None = None
    expected: tuple[ExpectedPlace, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentHead:
    """A document without its text."""

    id: str
    uri: str
    title: str
    media_type: str
    sha256: str
    bytes: int = 0
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """A document with its text, against which a citation can be checked."""

    id: str
    uri: str
    title: str
    media_type: str
    sha256: str
    text: str
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a field, and how many documents have it."""

    value: str
    documents: int


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """A page of documents; `next` is the cursor of the next one, None on the last."""

    documents: tuple[DocumentHead, ...]
    total: int
    index: Index
    next: str | None = None
    facets: Mapping[str, tuple[FacetValue, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JobDocument:
    """A document that a job brought in, and what its sender called it."""

    id: str
    title: str
    name: str


@dataclass(frozen=True, slots=True)
class JobProblem:
    """Something that could not be read and was left out."""

    name: str
    reason: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far a job is."""

    files: int = 0
    files_known: int | None = None
    documents: int = 0
    passages: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """A write. What it brought can be asked for once its state is `done`."""

    id: str
    kind: str
    state: str
    created: str
    progress: JobProgress
    started: str | None = None
    ended: str | None = None
    generation: int | None = None
    documents: tuple[JobDocument, ...] = ()
    more: int = 0
    removed: int = 0
    problems: tuple[JobProblem, ...] = ()
    error: Mapping[str, Any] | None = None
