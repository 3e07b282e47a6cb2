"""What goes in and comes out over HTTP and MCP, for validation and their schemas.

The answers themselves are made by `api.schemas`, as on the command line; a test holds the two
together.
"""

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    StrictStr,
)
from pydantic_core import PydanticUseDefault

from retrieval.answering.limits import MAX_K
from retrieval.types import DEFAULT_RISK


def _as_integer(value: object) -> object:
    """Take 3.0 for 3, which it is in JSON Schema; `"3"` and `true` stay what they are."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _default_of_null(value: object) -> object:
    """Take null for the default, as where the key is not there."""
    if value is None:
        raise PydanticUseDefault
    return value


Offset = Annotated[int, Field(ge=0)]
Place = Annotated[StrictInt, Field(ge=0), BeforeValidator(_as_integer)]
HowMany = Annotated[StrictInt, Field(ge=1, le=MAX_K), BeforeValidator(_as_integer)]
HowManyOrDefault = Annotated[
    HowMany, BeforeValidator(_default_of_null, json_schema_input_type=HowMany | None)
]
Risk = Annotated[
    float,
    Field(strict=True, ge=0, le=1),
    BeforeValidator(
        _default_of_null, json_schema_input_type=Annotated[float, Field(ge=0, le=1)] | None
    ),
]
Passages = Annotated[StrictInt, Field(ge=0, le=MAX_K), BeforeValidator(_as_integer)]
Metadata = str | int | float | bool | list[str | int | float | bool]

_NOT_BLANK: dict[str, Any] = {"minLength": 1, "pattern": r"\S"}
"""How a question that says something is described; `_asked` checks it, in plainer words."""


def _asked(text: str) -> str:
    if not text.strip():
        raise ValueError("it is empty; ask something")
    return text


Asked = Annotated[StrictStr, AfterValidator(_asked)]

_FILTER = "Only documents that pass, applied before ranking, such as `published >= 2025-01-01`."


class Model(BaseModel):
    """Refuses keys it does not know, so that a misspelt one is an error and not ignored."""

    model_config = ConfigDict(extra="forbid")


class AtGeneration(Model):
    """Which generation of the index is asked: the newest, unless one is named."""

    generation: Place | None = Field(
        None, description="Exactly this generation; an error where it is not kept any more."
    )
    min_generation: Place | None = Field(
        None, description="This generation or a newer one; an error until the index is there."
    )


class AskRequest(AtGeneration):
    """A question."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"question": "who leads Operation Southern Spear?", "k": 3}]
        }
    )

    question: Asked = Field(
        description="The question, in plain words; no character is special.",
        json_schema_extra=_NOT_BLANK,
    )
    k: HowManyOrDefault = Field(5, description="At most this many answers.")
    filter: StrictStr | None = Field(None, description=_FILTER)
    risk: Risk = Field(
        DEFAULT_RISK, description="The share of what is called `answered` that may be wrong."
    )
    passages: Passages | None = Field(
        None, description="This many passages with the answers; by default those that were read."
    )


class SearchRequest(AtGeneration):
    """A query."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"query": "carrier strike group", "k": 10}]}
    )

    query: Asked = Field(
        description="What to look for, in plain words.", json_schema_extra=_NOT_BLANK
    )
    k: HowManyOrDefault = Field(10, description="At most this many passages.")
    filter: StrictStr | None = Field(None, description=_FILTER)


class ExplainRequest(AtGeneration):
    """A question, and the words that were expected to answer it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "question": "who leads Operation Southern Spear?",
                    "expected": "Paul Lanzilotta",
                }
            ]
        }
    )

    question: Asked = Field(
        description="The question, in plain words.", json_schema_extra=_NOT_BLANK
    )
    expected: Asked = Field(
        description="Words as they stand in a document, or `DOCUMENT#START-END`.",
        json_schema_extra=_NOT_BLANK,
    )
    k: HowManyOrDefault = Field(5, description="How many answers are asked for.")
    filter: StrictStr | None = Field(None, description=_FILTER)


class DocumentRequest(Model):
    """A document, or a span of it."""

    document_id: StrictStr = Field(description="The id that answers and passages name.")
    start: Place | None = Field(
        None, description="Only from here, in code points; the text's start without it."
    )
    end: Place | None = Field(
        None, description="Only up to here, in code points; the text's end without it."
    )


class SpanRequest(Model):
    """A span of a document."""

    document_id: StrictStr = Field(description="The id that answers and passages name.")
    start: Place = Field(description="Where it begins, in code points.")
    end: Place = Field(description="Where it ends, in code points; not itself part of it.")
    context: Annotated[StrictInt, Field(ge=0, le=20_000), BeforeValidator(_as_integer)] = Field(
        200, description="So many code points of text before and after."
    )


class ListRequest(Model):
    """A page of documents."""

    filter: StrictStr | None = Field(None, description=_FILTER)
    cursor: StrictStr | None = Field(None, description="`next` of the page before.")
    limit: Annotated[StrictInt, Field(ge=1, le=100), BeforeValidator(_as_integer)] = Field(
        20, description="At most this many documents."
    )
    facets: list[StrictStr] = Field(
        default_factory=list, max_length=10, description="Fields whose values are to be counted."
    )


class NoArguments(Model):
    """Nothing."""


class Sentence(Model):
    """A sentence and where it stands."""

    start: Offset | None
    end: Offset | None
    text: str


class Words(Model):
    """Some words and where they stand; the offsets are null where they are only implied."""

    start: Offset | None
    end: Offset | None
    text: str


class Box(Model):
    """A rectangle on a page, in points from its top left corner."""

    page: Annotated[int, Field(ge=1)]
    left: float
    top: float
    right: float
    bottom: float


class Citation(Model):
    """Where a quote stands. `text[start:end] == quote` in code points of the document's text."""

    document_id: str
    title: str
    uri: str
    start: Offset
    end: Offset
    quote: str
    utf16: tuple[Offset, Offset] = Field(description="The same span in UTF-16 code units.")
    utf8: tuple[Offset, Offset] = Field(description="The same span in UTF-8 bytes.")
    line: int = Field(ge=1)
    column: int = Field(ge=1, description="1-based, in code points.")
    page: int | None
    boxes: list[Box]
    place: dict[str, str | int] = Field(
        description="Where that is in the source, by kind: page, label, slide, sheet, cell, part, "
        "time (START --> END), pointer, path (inside an archive), fragment (of a page's URL)."
    )
    sha256: str = Field(description="Hex digest of the text that the quote was checked against.")
    sentence: Sentence


class Attribution(Model):
    """Whose words the sentence reports; a plain statement is `stated` and has no speaker."""

    speaker: Words | None
    full_name: Words | None = Field(
        description="The name behind a pronoun or a surname, from earlier in the document."
    )
    cue: Words | None
    stance: Literal["stated", "claimed", "denied", "reported"]
    polarity: Literal["affirmed", "denied", "doubted", "hypothetical", "planned", "former"]
    says: Words | None = Field(
        description="Where the answer is itself who speaks in its sentence: the cue, such as "
        "*claims* for the answer *Rubio* in `Rubio claims that …`."
    )


class Part(Model):
    """A part of a document."""

    document_id: str
    title: str
    start: Offset
    end: Offset


class Source(Part):
    """A passage that says an answer, with its copies."""

    copies: list[Part] = Field(description="The same passage elsewhere: no source of its own.")


class Answer(Model):
    """Words that answer, how sure we are, where they stand and whose they are."""

    text: str
    confidence: float = Field(ge=0, le=1, description="The probability that these words are right.")
    citation: Citation
    attribution: Attribution | None
    kind: Literal["span", "sentence", "list"] = Field(
        description="What to show: the words, their whole sentence, or a list of which they are "
        "all or one."
    )
    decides: Literal["yes", "no"] | None = Field(
        description="Where yes or no is asked, what the sentence decides; null where that is not "
        "safe to say."
    )
    support: list[Source] = Field(
        description="The independent sources, of the passages read, that say the answer; its own "
        "is the first, and copies of one story are one source."
    )


class Passage(Model):
    """A passage that was found, with its score and each arm's own."""

    document_id: str
    title: str
    start: Offset
    end: Offset
    text: str
    score: float = Field(
        description="0 to 1, ranks it among those found for the same query; it cannot be "
        "compared with the score of another query."
    )
    scores: dict[str, float] = Field(
        description="`dense` is a cosine, `lexical` a BM25 score, `reader` the confidence of the "
        "best words read there."
    )
    copies: list[Part] = Field(
        description="Passages that say nearly the same and were left out for this one."
    )


class Index(Model):
    """The generation that was asked."""

    generation: int
    documents: int
    passages: int


class Reason(Model):
    """Why a verdict is not `answered`."""

    code: str = Field(
        description="`confidence`, `nothing_read`, `missing`, `yes_or_no`, `speaker`, "
        "`other_speaker`, `asked`, or a polarity."
    )
    detail: str = Field(description="The same in words.")


class AskResponse(Model):
    """The answer to a question, or that these documents do not give one."""

    question: str
    verdict: Literal["answered", "uncertain", "not_found"]
    answers: list[Answer]
    passages: list[Passage]
    index: Index
    took_ms: dict[str, float] = Field(description="Milliseconds a stage, with `total`.")
    notes: list[str]
    reader: str = Field(description="The name of the reader that read the passages.")
    reasons: list[Reason] = Field(description="Empty where the verdict is `answered`.")


class SearchResponse(Model):
    """The passages found for a query, best first."""

    query: str
    passages: list[Passage]
    index: Index
    took_ms: dict[str, float]
    notes: list[str]


class ExpectedPlace(Model):
    """Where the expected words stand in one document."""

    document_id: str
    spans: list[tuple[Offset, Offset]]


class ExplainedStep(Model):
    """One step on the way to an answer, and whether the expected words passed it."""

    stage: str
    passed: bool
    detail: str
    rank: int | None
    score: float | None


class ExplainResponse(Model):
    """The steps that the expected words took; nothing follows the one where they were lost."""

    question: str
    expected: list[ExpectedPlace]
    steps: list[ExplainedStep]
    lost: str | None = Field(description="The step where they were lost; null when they answer.")


class Document(Model):
    """A document with its whole text, so that anyone can check a citation."""

    id: str
    uri: str
    title: str
    media_type: str
    sha256: str = Field(description="Hex digest of `text` as UTF-8.")
    metadata: dict[str, Metadata]
    text: str


class DocumentHead(Model):
    """A document without its text."""

    id: str
    uri: str
    title: str
    media_type: str
    sha256: str = Field(description="Hex digest of its text as UTF-8.")
    bytes: int = Field(ge=0, description="The length of its text in UTF-8.")
    metadata: dict[str, Metadata]


class FacetValue(Model):
    """One value of a field, and how many documents have it."""

    value: str
    documents: int = Field(ge=1)


class DocumentList(Model):
    """A page of documents, in the order of their ids."""

    documents: list[DocumentHead]
    next: str | None = Field(description="The cursor of the next page; null on the last.")
    total: int = Field(ge=0, description="How many documents pass the filter.")
    facets: dict[str, list[FacetValue]]
    index: Index


class QuotedSpan(Citation):
    """A span as a citation, with the text around it."""

    before: str
    after: str
    generation: int = Field(description="The generation that was asked.")


class ShownDocument(Document):
    """A document with its text, or with the words of the span that was asked for."""

    text: str | None = Field(description="The whole text; null where a span was asked for.")  # type: ignore[assignment]  # narrower in the parent
    span: Words | None = Field(
        description="The span that was asked for; the beginning of a text too long for one reply."
    )
    characters: int = Field(description="How long the text is, in code points.")


class Status(BaseModel):
    """What an index holds, and what shaped it."""

    model_config = ConfigDict(extra="allow")

    path: str
    generation: int
    documents: int
    passages: int


class Health(Model):
    """The server is up; when ready, with the generation it answers from."""

    status: Literal["ok", "ready"]
    generation: int | None = None


class ProblemDetails(BaseModel):
    """An error (RFC 9457)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:excerpt:problem:invalid-input",
                    "title": "The request cannot be used as it is",
                    "status": 422,
                    "detail": "The question is blank: ask something.",
                }
            ]
        }
    )

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, Any]] | None = Field(
        None, description="Each field that does not validate, and why."
    )
