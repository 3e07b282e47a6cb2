"""The FastAPI application: questions, searches, documents, health and metrics."""

from typing import Annotated

from fastapi import Depends, FastAPI, Request
from starlette.responses import PlainTextResponse

from api import models
from api.http import problems
from api.http.limits import BodyLimit
from api.http.metrics import Metrics
from api.http.responses import Json
from api.http.settings import ServerSettings
from api.schemas import document_json, response_json, search_json
from retrieval.engine import Engine

_DESCRIPTION = """Ask a set of documents a question; get the exact words that answer it, where they
stand, and who said them. Every quote was checked against the stored text; every error is an
RFC 9457 problem. Offsets count Unicode code points unless their name says otherwise."""


def create_app(engine: Engine, settings: ServerSettings) -> FastAPI:
    """Return the application over an open engine, which stays its caller's to close."""
    app = FastAPI(
        title="Excerpt",
        version="1",
        description=_DESCRIPTION,
        default_response_class=Json,
        # FastAPI's pages for these load scripts from elsewhere; nothing here does.
        docs_url=None,
        redoc_url=None,
    )
    app.state.engine = engine
    app.state.metrics = Metrics()
    # The last one added is the outermost: what is refused is counted too.
    app.add_middleware(BodyLimit, limit=settings.max_body_bytes)
    app.middleware("http")(app.state.metrics.observe)
    problems.install(app)
    _add_questions(app)
    _add_operations(app)
    return app


def current_engine(request: Request) -> Engine:
    """Return the engine, moved on to the newest generation."""
    engine = request.app.state.engine
    assert isinstance(engine, Engine)
    request.app.state.metrics.generation.set(engine.refresh())
    return engine


CurrentEngine = Annotated[Engine, Depends(current_engine)]


def _add_questions(app: FastAPI) -> None:
    """Add the endpoints that answer from the index."""

    @app.post(
        "/v1/ask",
        response_model=models.AskResponse,
        responses=problems.describe(400, 409, 413, 422, 500, 503),
        tags=["questions"],
        summary="Answer a question with the exact words of the documents",
    )
    def ask(body: models.AskRequest, request: Request, engine: CurrentEngine) -> Json:
        response = engine.ask(body.question, k=body.k, filter=body.filter)
        request.app.state.metrics.verdicts.labels(response.verdict).inc()
        return Json(response_json(response))

    @app.post(
        "/v1/search",
        response_model=models.SearchResponse,
        responses=problems.describe(400, 409, 413, 422, 500, 503),
        tags=["questions"],
        summary="Find the passages nearest to a query",
    )
    def search(body: models.SearchRequest, engine: CurrentEngine) -> Json:
        return Json(search_json(engine.search(body.query, k=body.k, filter=body.filter)))

    @app.get(
        "/v1/documents/{document_id:path}",
        response_model=models.Document,
        responses=problems.describe(404, 409, 422, 500, 503),
        tags=["documents"],
        summary="Return a document with its whole text",
    )
    def document(document_id: str, engine: CurrentEngine) -> Json:
        return Json(document_json(engine.document(document_id)))


def _add_operations(app: FastAPI) -> None:
    """Add what those who run a server ask of it; load balancers ask with HEAD."""

    @app.head("/healthz", include_in_schema=False)
    @app.get("/healthz", response_model=models.Health, tags=["operations"], summary="Is it up?")
    def healthz() -> Json:
        return Json({"status": "ok", "generation": None})

    @app.head("/readyz", include_in_schema=False)
    @app.get(
        "/readyz",
        response_model=models.Health,
        responses=problems.describe(409, 500, 503),
        tags=["operations"],
        summary="Can it answer?",
    )
    def readyz(engine: CurrentEngine) -> Json:
        return Json({"status": "ready", "generation": engine.refresh()})

    @app.get(
        "/metrics",
        response_class=PlainTextResponse,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
        tags=["operations"],
        summary="Counters in Prometheus' text format",
    )
    def metrics(request: Request) -> PlainTextResponse:
        text = request.app.state.metrics.text().decode("utf-8")
        return PlainTextResponse(text, media_type="text/plain; version=0.0.4")
