"""What goes in and comes out over HTTP and MCP, for validation and their schemas.

The answers themselves are made by `api.schemas`, as on the command line; a test holds the two
together.
"""

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
)

from api.model_fields import Model, Offset


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
    same_source_as: Part | None = Field(
        description="The first passage above it, of another document, that is of the same source: "
        "what both say is said once. Null where it is a source of its own."
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
