"""Documents over HTTP and MCP: whole, listed, and spans of them."""

from pydantic import (
    Field,
)

from api.model_fields import Metadata, Model
from api.models import Citation, Index, Words


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
