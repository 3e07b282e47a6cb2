"""Questions and searches."""

from fastapi import APIRouter

from api import models
from api.http import problems
from api.http.access import REFUSALS
from api.http.dependencies import CurrentEngine, CurrentMetrics
from api.http.responses import Json
from api.schemas import response_json, search_json

router = APIRouter(prefix="/v1", tags=["questions"])

_PROBLEMS = problems.describe(400, *REFUSALS, 409, 413, 422, 429, 500, 503)


@router.post(
    "/ask",
    response_model=models.AskResponse,
    responses=_PROBLEMS,
    summary="Answer a question with the exact words of the documents",
)
def ask(body: models.AskRequest, engine: CurrentEngine, metrics: CurrentMetrics) -> Json:
    """Return at most `k` answers, each cited, or that the documents do not say."""
    response = engine.ask(body.question, k=body.k, filter=body.filter, risk=body.risk)
    metrics.verdicts.labels(response.verdict).inc()
    metrics.observe_stages(response.timings)
    return Json(response_json(response))


@router.post(
    "/search",
    response_model=models.SearchResponse,
    responses=_PROBLEMS,
    summary="Find the passages nearest to a query",
)
def search(body: models.SearchRequest, engine: CurrentEngine, metrics: CurrentMetrics) -> Json:
    """Return at most `k` passages, best first."""
    response = engine.search(body.query, k=body.k, filter=body.filter)
    metrics.observe_stages(response.timings)
    return Json(search_json(response))
