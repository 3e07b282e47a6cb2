"""The tools: what each takes, gives and does, over an engine."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from api import asking, document_models, model_fields, models, request_models
from api.document_pages import documents_json
from api.named_spans import checked_span
from api.schemas import (
    JsonObject,
    document_json,
    explanation_json,
    quote_json,
    response_json,
    search_json,
    span_json,
)
from index.errors import InputError
from index.types import Span
from retrieval.answering.citation import Citer
from retrieval.engine import Engine

MOST_TEXT = 30_000
"""Code points of a document's text in one reply."""

_FILTER = "A filter, such as `published >= 2025-01-01`, narrows it to the documents that pass."


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool; `run` raises what the engine raises."""

    name: str
    title: str
    description: str
    takes: type[model_fields.Model]
    gives: type[BaseModel]
    run: Callable[[Engine, Any], JsonObject]


def _ask(engine: Engine, asked: request_models.AskRequest) -> JsonObject:
    return response_json(asking.ask(engine, asked))


def _search(engine: Engine, asked: request_models.SearchRequest) -> JsonObject:
    return search_json(asking.search(engine, asked))


def _show_document(engine: Engine, asked: request_models.DocumentRequest) -> JsonObject:
    document = engine.document(asked.document_id)
    length = len(document.text)
    shown: JsonObject = {**document_json(document), "span": None, "characters": length}
    if asked.start is None and asked.end is None:
        if length <= MOST_TEXT:
            return shown
        asked = asked.model_copy(update={"start": 0, "end": MOST_TEXT})
    span = _bounded(checked_span(document, asked.start, asked.end))
    return {**shown, "text": None, "span": quote_json(document, span)}


def _get_span(engine: Engine, asked: request_models.SpanRequest) -> JsonObject:
    with engine.snapshot() as snapshot:
        document = snapshot.document(asked.document_id)
        generation = snapshot.counts.generation
    span = _bounded(checked_span(document, asked.start, asked.end))
    if not len(span):
        raise InputError("the span is empty; give a start and an end after it")
    found = span_json(document, Citer(document).cite(span), asked.context)
    return {**found, "generation": generation}


def _bounded(span: Span) -> Span:
    """Return a span that one reply can hold.

    Raises:
        InputError: when it cannot.
    """
    if len(span) > MOST_TEXT:
        raise InputError(
            f"{span.start}:{span.end} is more than the {MOST_TEXT:,} code points of one reply; "
            "ask for it in parts"
        )
    return span


def _list_documents(engine: Engine, asked: request_models.ListRequest) -> JsonObject:
    with engine.snapshot() as snapshot:
        return documents_json(snapshot, asked.filter, asked.cursor, asked.limit, asked.facets)


def _explain(engine: Engine, asked: request_models.ExplainRequest) -> JsonObject:
    return explanation_json(asking.explained(engine, asked))


def _status(engine: Engine, _: request_models.NoArguments) -> JsonObject:
    return dict(engine.store.status())


TOOLS = (
    Tool(
        "ask",
        "Answer a question",
        "Answer a question with the exact words of the documents. Each answer has its citation "
        "(document, span, sentence), a confidence, and whose words it is: an answer with a "
        "speaker is that speaker's word, not the document's own. The verdict is `answered`, "
        f"`uncertain`, or `not_found` when these documents do not say. {_FILTER}",
        request_models.AskRequest,
        models.AskResponse,
        _ask,
    ),
    Tool(
        "search",
        "Find passages",
        f"Find the passages nearest to a query, by meaning and by words, best first. "
        f"Scores rank them and cannot be compared between queries. {_FILTER}",
        request_models.SearchRequest,
        models.SearchResponse,
        _search,
    ),
    Tool(
        "show_document",
        "Show a document",
        "Show a document by its id: its whole text, or only the words from `start` up to `end`, "
        "to read around a citation or to check it. Of a text too long for one reply the beginning "
        "comes as `span`, to go on from.",
        request_models.DocumentRequest,
        document_models.ShownDocument,
        _show_document,
    ),
    Tool(
        "get_span",
        "Quote a span",
        "Quote the words of a document from `start` up to `end`, with what stands around them, "
        "their place in the source and the digest of the text: to check a quote or read on.",
        request_models.SpanRequest,
        document_models.QuotedSpan,
        _get_span,
    ),
    Tool(
        "list_documents",
        "List documents",
        "List documents without their texts, in the order of their ids, a page at a time, and how "
        f"many have which value of the fields in `facets`. {_FILTER}",
        request_models.ListRequest,
        document_models.DocumentList,
        _list_documents,
    ),
    Tool(
        "explain",
        "Explain an answer",
        "Say where words that were expected to answer a question got lost on the way: cut, "
        "filtered out, not found, not read, or not sure enough.",
        request_models.ExplainRequest,
        models.ExplainResponse,
        _explain,
    ),
    Tool(
        "status",
        "Describe the index",
        "Say what the index holds: its generation, how many documents and passages, from where.",
        request_models.NoArguments,
        models.Status,
        _status,
    ),
)
