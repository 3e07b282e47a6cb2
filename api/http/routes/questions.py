"""Questions, searches and explanations; several at once; answers as they come."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from api import asking, batch_models, models, request_models
from api.http import problems
from api.http.access import REFUSALS, ReadAccess
from api.http.dependencies import (
    CurrentAdmission,
    CurrentEngine,
    CurrentLiveEngine,
    CurrentMetrics,
)
from api.http.metrics import Metrics
from api.http.responses import Json
from api.http.server_sent_events import described, event_response
from api.http.streaming import AnswerStream
from api.problem_details import problem_of
from api.schemas import JsonObject, explanation_json, response_json, search_json
from index.errors import ExcerptError
from retrieval.engine import Engine
from retrieval.stopping import StoppedError

T = TypeVar("T")

router = APIRouter(prefix="/v1", tags=["questions"])

_PROBLEMS = problems.describe(400, *REFUSALS, 404, 409, 413, 422, 429, 500, 503)


@router.post(
    "/ask",
    response_model=models.AskResponse,
    responses=_PROBLEMS,
    summary="Answer a question with the exact words of the documents",
)
def ask(body: request_models.AskRequest, engine: CurrentEngine, metrics: CurrentMetrics) -> Json:
    """Return at most `k` answers, each cited, or that the documents do not say."""
    return Json(_ask(metrics, engine, body))


@router.post(
    "/ask/stream",
    response_class=Response,
    responses={
        **described(
            "`passages` with `{passages, index}` once they are found (again where a misspelt word "
            "was mended), then an `answer` each, then `done` with the object of `POST /v1/ask`; "
            "or `error` with a problem."
        ),
        **_PROBLEMS,
    },
    summary="Answer a question as it goes: the passages first, then the answers",
)
async def ask_stream(
    body: request_models.AskRequest,
    request: Request,
    access: ReadAccess,
    live: CurrentLiveEngine,
    admission: CurrentAdmission,
    metrics: CurrentMetrics,
) -> Response:
    """Send what is found and answered, as server-sent events."""
    stream = AnswerStream(request, access, live, admission, metrics)
    await stream.begin(body)
    return event_response(stream.events())


@router.post(
    "/ask/batch",
    response_model=batch_models.AskResults,
    responses=_PROBLEMS,
    summary="Answer several questions, all from one generation",
)
def ask_batch(body: batch_models.AskBatch, engine: CurrentEngine, metrics: CurrentMetrics) -> Json:
    """Return what became of each question, in their order."""
    return _batch(engine, partial(_ask, metrics), body.requests)


@router.post(
    "/search",
    response_model=models.SearchResponse,
    responses=_PROBLEMS,
    summary="Find the passages nearest to a query",
)
def search(
    body: request_models.SearchRequest, engine: CurrentEngine, metrics: CurrentMetrics
) -> Json:
    """Return at most `k` passages, best first."""
    return Json(_search(metrics, engine, body))


@router.post(
    "/search/batch",
    response_model=batch_models.SearchResults,
    responses=_PROBLEMS,
    summary="Search for several queries, all in one generation",
)
def search_batch(
    body: batch_models.SearchBatch, engine: CurrentEngine, metrics: CurrentMetrics
) -> Json:
    """Return what became of each query, in their order."""
    return _batch(engine, partial(_search, metrics), body.requests)


@router.post(
    "/explain",
    response_model=models.ExplainResponse,
    responses=_PROBLEMS,
    summary="Say where expected words were lost on the way to an answer",
)
def explain(body: request_models.ExplainRequest, engine: CurrentEngine) -> Json:
    """Follow the words from their document to the verdict, to the step that they did not pass."""
    return Json(_explain(engine, body))


@router.post(
    "/explain/batch",
    response_model=batch_models.ExplainResults,
    responses=_PROBLEMS,
    summary="Explain several answers, all from one generation",
)
def explain_batch(body: batch_models.ExplainBatch, engine: CurrentEngine) -> Json:
    """Return what became of each explanation, in their order."""
    return _batch(engine, _explain, body.requests)


def _ask(metrics: Metrics, engine: Engine, asked: request_models.AskRequest) -> JsonObject:
    response = asking.ask(engine, asked)
    metrics.verdicts.labels(response.verdict).inc()
    metrics.observe_stages(response.timings)
    return response_json(response)


def _search(metrics: Metrics, engine: Engine, asked: request_models.SearchRequest) -> JsonObject:
    response = asking.search(engine, asked)
    metrics.observe_stages(response.timings)
    return search_json(response)


def _explain(engine: Engine, asked: request_models.ExplainRequest) -> JsonObject:
    return explanation_json(asking.explained(engine, asked))


def _batch(engine: Engine, do: Callable[[Engine, T], JsonObject], asked: Iterable[T]) -> Json:
    """Return a result for each request; one that cannot be done does not end the others."""
    with engine.at() as pinned:
        return Json({"results": [_result(do, pinned, each) for each in asked]})


def _result(do: Callable[[Engine, T], JsonObject], engine: Engine, asked: T) -> JsonObject:
    try:
        return {"response": do(engine, asked), "problem": None}
    except StoppedError:
        raise
    except ExcerptError as error:
        return {"response": None, "problem": {**problem_of(error).json(), "errors": None}}
