"""The page's addresses: questions and searches, lists of documents, and its own files."""

from collections.abc import Callable
from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Query, Request
from starlette.responses import Response

from api.http.access import ReadAccess
from api.http.dependencies import CurrentEngine, CurrentMetrics
from api.http.metrics import Metrics
from api.http.services import CurrentServices
from api.page import citing, document_routes, links
from api.page.answer_views import passage_views, response_view
from api.page.assets import assets
from api.page.library import Library
from api.page.page_route import PageRoute
from api.page.request_values import MAX_QUESTIONS, Words, library_of, selection_of
from api.page.selection import Selection
from api.page.templating import html, sent
from api.page.views import ResponseView
from index.errors import InputError, NotFoundError
from index.filters import parse
from index.listing import listing
from index.types import Document
from retrieval.engine import Engine

_ANSWERS = 5
_PASSAGES = 20
_MOST_PASSAGES = 100
_HEADS = 50
_FOREVER = "public, max-age=31536000, immutable"

HowMany = Annotated[int, Query(ge=1, le=_MOST_PASSAGES)]


def install(app: FastAPI) -> None:
    """Add the page to an application whose state holds the engine."""
    app.state.library = Library(app.state.engine)
    app.include_router(router)
    app.include_router(document_routes.router)


router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/")
def home(
    request: Request,
    engine: CurrentEngine,
    access: ReadAccess,
    metrics: CurrentMetrics,
    q: Words = "",
    mode: str = "ask",
    k: HowMany = _PASSAGES,
) -> Response:
    """Show the box, and the answers or passages of what was asked."""
    library = library_of(request)
    facets = library.facets(engine, access.filter)
    selection = selection_of(request, facets.dated)
    questions = list(dict.fromkeys(line.strip() for line in q.splitlines() if line.strip()))
    documents = cache(engine.document)
    values: dict[str, Any] = {
        "q": q.strip(),
        "mode": mode,
        "facets": facets,
        "selection": selection,
        "counts": engine.counts,
        "here": "ask",
        "too_many": len(questions) > MAX_QUESTIONS,
        "forms": citing.FORMS,
    }
    if not questions:
        return html(
            request,
            "home.html",
            examples=library.examples(engine, access.filter),
            problem="",
            **values,
        )
    try:
        if mode == "search":
            values |= _searched(engine, " ".join(questions), k, selection, documents)
            return html(request, "search.html", **values)
        views = [
            _response_view(engine, each, selection, documents, metrics)
            for each in questions[:MAX_QUESTIONS]
        ]
    except InputError as error:
        # A filter that does not parse is mended in the box that it was written in.
        return html(request, "home.html", 422, examples=[], problem=first_line(error), **values)
    return html(request, "answers.html", views=views, **values)


def first_line(error: Exception) -> str:
    """Return what an error says first, as a sentence; a picture of the place may follow it."""
    words = str(error).partition("\n")[0].strip()
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "?", "!")) else ".")


def _searched(
    engine: Engine,
    query: str,
    k: int,
    selection: Selection,
    documents: Callable[[str], Document],
) -> dict[str, Any]:
    """Return what a search shows, with the address of more of it where there is more."""
    result = engine.search(query, k=k, filter=selection.filter())
    passages = passage_views(result, documents, selection.parameters())
    deeper = min(5 * k, _MOST_PASSAGES)
    address = links.ask(query, selection.parameters(), mode="search", k=deeper)
    more = address if len(passages) == k < _MOST_PASSAGES else ""
    return {"passages": passages, "notes": result.notes, "more": more}


def _response_view(
    engine: Engine,
    question: str,
    selection: Selection,
    documents: Callable[[str], Document],
    metrics: Metrics,
) -> ResponseView:
    response = engine.ask(question, k=_ANSWERS, filter=selection.filter())
    metrics.verdicts.labels(response.verdict).inc()
    return response_view(response, documents, selection.parameters())


@router.get("/documents")
def documents(
    request: Request,
    engine: CurrentEngine,
    services: CurrentServices,
    access: ReadAccess,
    after: str = "",
) -> Response:
    """List the documents that pass the filters, and take new ones."""
    facets = library_of(request).facets(engine, access.filter)
    selection = selection_of(request, facets.dated)
    expression = selection.filter()
    with engine.snapshot() as snapshot:
        listed = listing(snapshot, None if expression is None else parse(expression))
        heads = listed.heads(after, _HEADS + 1)
        total = listed.count()
    return html(
        request,
        "documents.html",
        here="documents",
        heads=heads[:_HEADS],
        next=heads[_HEADS - 1].id if len(heads) > _HEADS else "",
        total=total,
        facets=facets,
        selection=selection,
        counts=engine.counts,
        may_write=access.may("write") and services.can_write(),
    )


@router.get("/skipped")
def skipped(request: Request, engine: CurrentEngine) -> Response:
    """Show what the last sync could not read, and why."""
    return html(request, "skipped.html", skipped=engine.store.skipped())


@router.get("/assets/{name}")
def asset(request: Request, name: str) -> Response:
    """Send the style sheet or the module."""
    held = assets().get(name)
    if held is None:
        raise NotFoundError(f"there is no file {name!r} of the page")
    return sent(request, held.content, f"{held.media_type}; charset=utf-8", cached=_FOREVER)
