"""The page's addresses of one document: its text, its pages, their pictures, and citations."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.http.dependencies import CurrentEngine
from api.http.services import CurrentServices, Services
from api.named_spans import checked_span
from api.page import citing, links
from api.page.page_route import PageRoute
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
from api.page.request_values import Words, selection_of
from api.page.source_views import source_of
from api.page.templating import html, sent
from index.errors import LoadError, NotFoundError
from index.places import places_of
from index.types import Document, Span

_HEADINGS = 400
_DEEPEST = 3
_A_DAY = "private, max-age=86400"

Offset = Annotated[int | None, Query(ge=0, le=1 << 40)]

router = APIRouter(route_class=PageRoute, include_in_schema=False)


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
    filters: dict[str, links.Parameter] = {"mode": mode, **selection_of(request).parameters()}
    here: dict[str, links.Parameter] = {
        "q": q,
        "also": links.spans(cited),
        "v": v,
        "find": find,
        **filters,
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
        "back": links.ask(q, filters) if q else "",
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
    pieces = segments(document, part, [*marks, *unseen(document)])
    return {
        "segments": pieces,
        "has_unseen": any("unseen" in each.kinds for each in pieces),
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
    entries: list[_Entry] = []
    for each in document.outline[:_HEADINGS]:
        page = places_of(document.places, each.span).get("page") if paged else None
        place = {"page": page} if page else {"from": each.span.start}
        if each.text and each.level <= _DEEPEST:
            entries.append(_Entry(each.level, each.text, address(anchor="", **place)))
    return entries if len(entries) > 1 else []


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
