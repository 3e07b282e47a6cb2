"""The page's addresses."""

import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.http.access import ReadAccess
from api.http.dependencies import CurrentEngine, CurrentMetrics
from api.http.metrics import Metrics
from api.http.services import CurrentServices, Services
from api.named_spans import checked_span
from api.page import citing, links
from api.page.answer_views import passage_views, response_view
from api.page.assets import assets
from api.page.library import Library
from api.page.picture import page_views, pages_of
from api.page.reading_view import (
    MAX_HITS,
    Mark,
    earlier,
    find_inside,
    parse_spans,
    segments,
    slice_around,
    unseen,
)
from api.page.selection import Selection, read_selection
from api.page.source_views import source_of
from api.page.templating import html, sent
from api.page.views import ResponseView
from api.problem_details import field_errors, invalid_request, problem_of
from index.errors import ExcerptError, InputError, LoadError, NotFoundError
from index.filters import parse
from index.listing import listing
from index.places import places_of
from index.types import Document, Span
from retrieval.answering.limits import MAX_QUERY
from retrieval.engine import Engine

_log = logging.getLogger(__name__)

MAX_QUESTIONS = 20
"""Questions that are answered at once."""

_ANSWERS = 5
_PASSAGES = 20
_MOST_PASSAGES = 100
_HEADS = 50
_HEADINGS = 400
_DEEPEST = 3
_FOREVER = "public, max-age=31536000, immutable"
_A_DAY = "private, max-age=86400"

Words = Annotated[str, Query(max_length=4 * MAX_QUERY * MAX_QUESTIONS)]
HowMany = Annotated[int, Query(ge=1, le=_MOST_PASSAGES)]
Offset = Annotated[int | None, Query(ge=0, le=1 << 40)]


def install(app: FastAPI) -> None:
    """Add the page to an application whose state holds the engine."""
    app.state.library = Library(app.state.engine)
    app.include_router(router)


class PageRoute(APIRoute):
    """A route whose errors are pages for people, with the status that the problem has."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, its errors caught."""
        handle = super().get_route_handler()

        async def handle_all(request: Request) -> Response:
            try:
                return await handle(request)
            except (ExcerptError, RequestValidationError, HTTPException) as error:
                return _error_page(request, error)

        return handle_all


def _error_page(request: Request, error: Exception) -> Response:
    """Return what an error says, for people, with the status and headers that it has elsewhere."""
    if isinstance(error, HTTPException):
        title, headers = HTTPStatus(error.status_code).phrase, error.headers
        detail = str(error.detail)
        values: dict[str, Any] = {"title": title, "detail": detail, "headers": headers}
        return html(request, "error.html", error.status_code, **values)
    if isinstance(error, RequestValidationError):
        problem = invalid_request(field_errors(error.errors()))
    else:
        assert isinstance(error, ExcerptError)
        problem = problem_of(error)
    after = problem.members.get("retry_after")
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR and after is None:
        _log.error("%s failed: %s", request.method, problem.detail)
    headers = None if after is None else {"Retry-After": str(after)}
    values = {"title": problem.title, "detail": problem.detail, "headers": headers}
    return html(request, "error.html", problem.status, **values)


router = APIRouter(route_class=PageRoute, include_in_schema=False)


def library_of(request: Request) -> Library:
    """Return what the page remembers of the index."""
    library = request.app.state.library
    assert isinstance(library, Library)
    return library


def selection_of(request: Request, dated: str = "") -> Selection:
    """Return the filters that an address carries."""
    several = {name: request.query_params.getlist(name) for name in request.query_params}
    return read_selection(several, dated or "published")


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
    said = str(error).partition("\n")[0].strip()
    return said[:1].upper() + said[1:] + ("" if said.endswith((".", "?", "!")) else ".")


def _searched(
    engine: Engine,
    query: str,
    k: int,
    selection: Selection,
    documents: Callable[[str], Document],
) -> dict[str, Any]:
    """Return what a search shows, with the address of more of it where there is more."""
    found = engine.search(query, k=k, filter=selection.filter())
    passages = passage_views(found, documents, selection.parameters())
    deeper = min(5 * k, _MOST_PASSAGES)
    address = links.ask(query, selection.parameters(), mode="search", k=deeper)
    more = address if len(passages) == k < _MOST_PASSAGES else ""
    return {"passages": passages, "notes": found.notes, "more": more}


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


@router.get("/read/{document_id:path}")
def read(
    request: Request,
    engine: CurrentEngine,
    services: CurrentServices,
    document_id: str,
    start: Offset = None,
    end: Offset = None,
    also: Annotated[list[str] | None, Query()] = None,
    first: Annotated[int | None, Query(alias="from", ge=0)] = None,
    last: Annotated[int | None, Query(alias="to", ge=0)] = None,
    find: str = "",
    view: str = "",
    page: Annotated[int | None, Query(ge=1)] = None,
    v: str = "",
    q: Words = "",
    mode: str = "",
) -> Response:
    """Show a document, opened at a quote, as text or as the pages that the quote stands on."""
    document = engine.document(document_id)
    quote = None if start is None else checked_span(document, start, end)
    cited = [span for span in parse_spans(also or [], document) if span != quote]
    hits = find_inside(document.text, find)
    marks = _marks(quote, cited, [hit.span for hit in hits])
    spans = sorted({*cited, *([quote] if quote else [])})
    kept: dict[str, links.Parameter] = {"mode": mode, **selection_of(request).parameters()}
    here: dict[str, links.Parameter] = {
        "q": q,
        "also": links.spans(cited),
        "v": v,
        "find": find,
        **kept,
    }

    def address(
        span: Span | None = quote, anchor: str = "quote", **changes: links.Parameter
    ) -> str:
        return links.read(document.id, span, {**here, **changes}, anchor=anchor)

    values: dict[str, Any] = {
        "document": document,
        "source": source_of(document, quote or Span(0, 0)),
        "quote": quote,
        "quote_text": "" if quote is None else quote.of(document.text),
        "spans": [(span, span.of(document.text), _others(spans, span)) for span in spans],
        "find": find,
        "hits": hits,
        "most_hits": MAX_HITS,
        "here": "",
        "kept": {**here, "find": None},
        "address": address,
        "back": links.ask(q, kept) if q else "",
        "changed": bool(v) and not document.sha256.startswith(v),
        "forms": citing.FORMS,
        "problem": "",
        "nothing": Span(0, 0),
        "contents": _contents(document, address, paged=view != "text"),
        "paged": document.boxes is not None and bool(document.boxes.data),
    }
    if values["paged"] and view != "text":
        try:
            return html(
                request, "pages.html", **values, **_pages(document, quote, page, marks, services)
            )
        except LoadError as error:
            values["problem"] = str(error)
    part = slice_around(document.text, quote or Span(0, 0), first, last)
    return html(request, "text.html", **_text(document, part, marks), **values)


def _text(document: Document, part: Span, marks: list[Mark]) -> dict[str, Any]:
    """Return what shows a part of a document as text."""
    made = segments(document, part, [*marks, *unseen(document)])
    return {
        "segments": made,
        "has_unseen": any("unseen" in each.kinds for each in made),
        "part": part,
        "earlier": earlier(document.text, part),
        "later": part.end if part.end < len(document.text) else None,
    }


@dataclass(frozen=True, slots=True)
class _Entry:
    """A heading in a list of contents; `level` is 1 for the outermost."""

    level: int
    text: str
    href: str


def _contents(document: Document, address: Callable[..., str], *, paged: bool) -> list[_Entry]:
    """Return the document's headings, each with the address that opens it there."""
    made: list[_Entry] = []
    for each in document.outline[:_HEADINGS]:
        page = places_of(document.places, each.span).get("page") if paged else None
        place = {"page": page} if page else {"from": each.span.start}
        if each.text and each.level <= _DEEPEST:
            made.append(_Entry(each.level, each.text, address(anchor="", **place)))
    return made if len(made) > 1 else []


def _marks(quote: Span | None, cited: list[Span], hits: list[Span]) -> list[Mark]:
    marks = [Mark(quote, "quote", "quote")] if quote else []
    marks += [Mark(span, "cited", f"cited-{number}") for number, span in enumerate(cited, 1)]
    others = [span for span in hits if span != quote]
    return marks + [Mark(span, "hit", f"hit-{number}") for number, span in enumerate(others, 1)]


def _others(spans: list[Span], span: Span) -> list[str]:
    return links.spans(other for other in spans if other != span)


def _pages(
    document: Document, quote: Span | None, page: int | None, marks: list[Mark], services: Services
) -> dict[str, Any]:
    shown = [page] if page else pages_of(document, quote) if quote else []
    last = max((int(each.value) for each in document.places if each.kind == "page"), default=1)
    shown = shown or [1]
    return {
        "pages": page_views(document, services.painter.sizes(document, shown), marks),
        "before": shown[0] - 1 or None,
        "after": shown[-1] + 1 if shown[-1] < last else None,
        "last": last,
    }


@router.get("/picture/{document_id:path}")
def picture(
    request: Request,
    engine: CurrentEngine,
    services: CurrentServices,
    document_id: str,
    page: int,
    v: str = "",
) -> Response:
    """Send the picture of a page; one that is addressed by its file's digest stays the same."""
    document = engine.document(document_id)
    if document.boxes is None:
        raise NotFoundError(f"{document.id} has no pages to show")
    cached = _A_DAY if v and document.source_sha256.startswith(v) else "private, no-cache"
    return sent(request, services.painter.draw(document, page, ()), "image/png", cached=cached)


@router.get("/cite/{document_id:path}")
def cite(
    request: Request,
    engine: CurrentEngine,
    document_id: str,
    start: Annotated[int, Query(ge=0)],
    end: Annotated[int, Query(ge=0)],
    form: Annotated[str, Query(alias="as")] = "plain",
) -> Response:
    """Send a quote's citation in one form, as plain text."""
    document = engine.document(document_id)
    span = checked_span(document, start, end)
    if form not in citing.FORMS:
        raise NotFoundError(f"there is no citation {form!r}; there are {', '.join(citing.FORMS)}")
    here = str(request.base_url).rstrip("/") + links.read(document.id, span, anchor="")
    text = citing.citation_in(form, citing.cited(document, span, here))
    return sent(request, text.encode("utf-8", "replace"), "text/plain; charset=utf-8")


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
