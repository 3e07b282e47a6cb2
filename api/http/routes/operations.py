"""What those who run a server ask of it; load balancers ask with HEAD."""

from fastapi import APIRouter
from starlette.responses import PlainTextResponse

from api import models
from api.http import problems
from api.http.access import REFUSALS, AdminAccess
from api.http.dependencies import CurrentLiveEngine, CurrentMetrics
from api.http.responses import Json

router = APIRouter(tags=["operations"])


@router.head("/healthz", include_in_schema=False)
@router.get("/healthz", response_model=models.Health, summary="Is it up?")
async def healthz() -> Json:
    """Answer from the event loop, behind no other request's work."""
    return Json({"status": "ok", "generation": None})


@router.head("/readyz", include_in_schema=False)
@router.get(
    "/readyz",
    response_model=models.Health,
    responses=problems.describe(409, 500, 503),
    summary="Can it answer?",
)
def readyz(live: CurrentLiveEngine) -> Json:
    """Return the generation that is answered from."""
    with live.use() as engine:
        return Json({"status": "ready", "generation": engine.generation})


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        **problems.describe(*REFUSALS),
    },
    summary="Counters in Prometheus' text format",
)
def metrics(_access: AdminAccess, metrics: CurrentMetrics) -> PlainTextResponse:
    """Return what was counted since the start."""
    text = metrics.text().decode("utf-8")
    return PlainTextResponse(text, media_type="text/plain; version=0.0.4")
