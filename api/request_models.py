"""What is asked over HTTP and MCP, for validation and its schemas."""

from typing import Annotated

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    StrictStr,
)

from api.model_fields import (
    FILTER,
    NOT_BLANK,
    Asked,
    HowManyOrDefault,
    Model,
    Passages,
    Place,
    Risk,
    _as_integer,
)
from retrieval.types import DEFAULT_RISK


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
        json_schema_extra=NOT_BLANK,
    )
    k: HowManyOrDefault = Field(5, description="At most this many answers.")
    filter: StrictStr | None = Field(None, description=FILTER)
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
        description="What to look for, in plain words.", json_schema_extra=NOT_BLANK
    )
    k: HowManyOrDefault = Field(10, description="At most this many passages.")
    filter: StrictStr | None = Field(None, description=FILTER)


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
        description="The question, in plain words.", json_schema_extra=NOT_BLANK
    )
    expected: Asked = Field(
        description="Words as they stand in a document, or `DOCUMENT#START-END`.",
        json_schema_extra=NOT_BLANK,
    )
    k: HowManyOrDefault = Field(5, description="How many answers are asked for.")
    filter: StrictStr | None = Field(None, description=FILTER)


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

    filter: StrictStr | None = Field(None, description=FILTER)
    cursor: StrictStr | None = Field(None, description="`next` of the page before.")
    limit: Annotated[StrictInt, Field(ge=1, le=100), BeforeValidator(_as_integer)] = Field(
        20, description="At most this many documents."
    )
    facets: list[StrictStr] = Field(
        default_factory=list, max_length=10, description="Fields whose values are to be counted."
    )


class NoArguments(Model):
    """Nothing."""
