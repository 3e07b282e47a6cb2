"""The FastAPI application: its routers, what stands before them, and its problems."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import to_thread
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route

from api.http import agents, problems
from api.http.admission import Admission, EarlyRefusal
from api.http.agents import AgentsEndpoint
from api.http.body_limits import BodyLimit
from api.http.gate import Gate
from api.http.metrics import Metrics
from api.http.observing import Observer
from api.http.openapi import DescribedApp
from api.http.responses import Json
from api.http.routes import (
    chat,
    document_writes,
    documents,
    index_status,
    jobs,
    operations,
    questions,
    reference,
    uploads,
)
from api.http.services import Services
from api.http.settings import ServerSettings
from api.live_engine import LiveEngine
from api.page.routes import install as install_page

_DESCRIPTION = """Ask a set of documents a question; get the exact words that answer it, where they
stand, and who said them. Every quote was checked against the stored text; every error is an
RFC 9457 problem. Offsets count Unicode code points unless their name says otherwise."""

ROUTERS = (
    questions.router,
    documents.router,
    document_writes.router,
    uploads.router,
    jobs.router,
    chat.router,
    index_status.router,
    operations.router,
    reference.router,
)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    services = app.state.services
    await to_thread.run_sync(services.resume)
    try:
        async with app.state.agents.manager.run():
            yield
    finally:
        await to_thread.run_sync(services.close)


def create_app(engine: LiveEngine, settings: ServerSettings) -> DescribedApp:
    """Return the application over a live engine, which stays its caller's to close."""
    app = DescribedApp(
        title="Excerpt",
        version="1",
        description=_DESCRIPTION,
        default_response_class=Json,
        lifespan=_lifespan,
        # Generators of clients name functions after it.
        generate_unique_id_function=lambda route: route.name,
        telemetry={
            "tracing": settings.telemetry,
            "metrics": settings.telemetry,
            "operation_spans": settings.telemetry,
            "auto_configure": settings.telemetry,
            # What is logged of an exception may hold words of documents.
            "logs": False,
        },
        # FastAPI's pages for these load scripts from elsewhere; ours do not.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.engine = engine
    app.state.services = Services(engine)
    app.state.settings = settings
    app.state.metrics = metrics = Metrics()
    app.state.admission = admission = Admission(
        settings.concurrency, settings.queue, settings.timeout_seconds, metrics
    )
    _add_middleware(app, settings, metrics, admission)
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router)
    app.state.agents = AgentsEndpoint(engine, admission)
    app.router.routes.append(Route(agents.PATH, app.state.agents))
    install_page(app)
    return app


def _add_middleware(
    app: DescribedApp, settings: ServerSettings, metrics: Metrics, admission: Admission
) -> None:
    """Add the layers; the last one is the outermost, so that what is refused is counted too."""
    app.add_middleware(EarlyRefusal, admission=admission)
    app.add_middleware(
        BodyLimit, limit=settings.max_body_bytes, write_limit=settings.max_upload_bytes
    )
    app.add_middleware(Gate, settings=settings, metrics=metrics)
    if settings.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.origins),
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=["*"],
        )
    app.add_middleware(Observer, metrics=metrics)
