"""The tools: what each takes, gives and does, over an engine."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from api import asking, models
from api.schemas import JsonObject, document_json, quote_json, response_json, search_json
from api.spans import checked_span
from retrieval.engine import Engine

_FILTER = "A filter, such as `published >= 2025-01-01`, narrows it to the documents that pass."


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool; `run` raises what the engine raises."""

    name: str
    title: str
    description: str
    takes: type[models.Model]
    gives: type[BaseModel]
    run: Callable[[Engine, Any], JsonObject]


def _ask(engine: Engine, asked: models.AskRequest) -> JsonObject:
    return response_json(asking.ask(engine, asked))


def _search(engine: Engine, asked: models.SearchRequest) -> JsonObject:
    return search_json(asking.search(engine, asked))


def _show_document(engine: Engine, asked: models.DocumentRequest) -> JsonObject:
    document = engine.document(asked.document_id)
    shown: JsonObject = {**document_json(document), "span": None}
    if asked.start is None and asked.end is None:
        return shown
    span = checked_span(document, asked.start, asked.end)
    return {**shown, "text": None, "span": quote_json(document, span)}


def _status(engine: Engine, _: models.NoArguments) -> JsonObject:
    return dict(engine.store.status())


TOOLS = (
    Tool(
        "ask",
        "Answer a question",
        "Answer a question with the exact words of the documents. Each answer has its citation "
        "(document, span, sentence), a confidence, and whose words it is: an answer with a "
        "speaker is that speaker's word, not the document's own. The verdict is `answered`, "
        f"`uncertain`, or `not_found` when these documents do not say. {_FILTER}",
        models.AskRequest,
        models.AskResponse,
        _ask,
    ),
    Tool(
        "search",
        "Find passages",
        f"Find the passages nearest to a query, by meaning and by words, best first. "
        f"Scores rank them and cannot be compared between queries. {_FILTER}",
        models.SearchRequest,
        models.SearchResponse,
        _search,
    ),
    Tool(
        "show_document",
        "Show a document",
        "Show a document by its id: its whole text, or only the words from `start` up to `end`, "
        "to read around a citation or to check it.",
        models.DocumentRequest,
        models.ShownDocument,
        _show_document,
    ),
    Tool(
        "status",
        "Describe the index",
        "Say what the index holds: its generation, how many documents and passages, from where.",
        models.NoArguments,
        models.Status,
        _status,
    ),
)
