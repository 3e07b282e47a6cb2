"""Documents: listed, read, quoted from, and shown as they are in their source."""

import hashlib
import mimetypes
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from starlette.responses import FileResponse, Response

from api import document_models
from api.asking import check_reached
from api.document_pages import documents_json
from api.http import problems
from api.http.access import REFUSALS, ReadAccess
from api.http.conditional import is_fresh, tag_of, tagged
from api.http.dependencies import CurrentEngine, CurrentLiveEngine
from api.http.services import CurrentServices
from api.live_engine import LiveEngine
from api.named_spans import checked_span
from api.original_files import source_path
from api.pictures import SCALE
from api.schemas import document_json, span_json
from index.errors import InputError, LoadError
from index.listing import listing
from index.protocols import Snapshot
from index.types import Box, Document, Span
from retrieval.answering.citation import Citer

router = APIRouter(prefix="/v1/documents", tags=["documents"])

_READ_PROBLEMS = problems.describe(*REFUSALS, 404, 409, 422, 429, 500, 503)
_NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "The client has it already (If-None-Match)."}
}
_SAFE = {
    # What others wrote must never run as a page of this server.
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-cache",
}
_MOST_FACETS = 10
_LAST = (1 << 63) - 1

Filter = Annotated[str | None, Query(description="Only documents that pass.")]
Start = Annotated[
    int, Query(ge=0, le=1 << 40, description="Where the span begins, in code points.")
]
End = Annotated[int, Query(ge=0, le=1 << 40, description="Where it ends; not itself part of it.")]
SpanText = Annotated[
    list[str],
    Query(
        alias="span",
        max_length=100,
        description="Spans to mark, each `START-END` in code points.",
        examples=[["120-134"]],
    ),
]


def asked_snapshot(
    engine: CurrentEngine,
    generation: Annotated[
        int | None,
        Query(ge=0, le=_LAST, description="Exactly this generation; 404 where it is not kept."),
    ] = None,
    min_generation: Annotated[
        int | None,
        Query(ge=0, le=_LAST, description="This generation or a newer one; 409 until it is there."),
    ] = None,
) -> Iterator[Snapshot]:
    """Lend the generation that is asked for, the newest one unless another is named."""
    check_reached(engine, min_generation)
    with engine.at(generation) as chosen, chosen.snapshot() as snapshot:
        yield snapshot


AskedSnapshot = Annotated[Snapshot, Depends(asked_snapshot, scope="function")]


@router.get(
    "",
    response_model=document_models.DocumentList,
    responses={**_NOT_MODIFIED, **_READ_PROBLEMS},
    summary="List documents, with how many have which value of a field",
)
def documents(
    request: Request,
    snapshot: AskedSnapshot,
    filter: Filter = None,
    cursor: Annotated[str | None, Query(description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=0, le=500, description="At most this many documents.")] = 50,
    facet: Annotated[
        list[str] | None,
        Query(max_length=_MOST_FACETS, description="Fields whose values are to be counted."),
    ] = None,
    values: Annotated[int, Query(ge=1, le=200, description="Most values of a field.")] = 20,
) -> Response:
    """Return a page of the documents that pass, in the order of their ids, without their texts."""
    return tagged(request, documents_json(snapshot, filter, cursor, limit, facet or (), values))


@router.get(
    "/{document_id}/span",
    response_model=document_models.QuotedSpan,
    responses={**_NOT_MODIFIED, **_READ_PROBLEMS},
    summary="Quote a span of a document, with what stands around it",
)
def span(
    document_id: str,
    request: Request,
    snapshot: AskedSnapshot,
    start: Start,
    end: End,
    context: Annotated[
        int, Query(ge=0, le=20_000, description="Code points of text before and after.")
    ] = 200,
) -> Response:
    """Return the words of a span as a citation, checked against the stored text."""
    document = snapshot.document(document_id)
    asked = checked_span(document, start, end)
    if not len(asked):
        raise InputError("the span is empty; give a start and an end after it")
    citation = Citer(document).cite(asked)
    content = span_json(document, citation, context)
    return tagged(request, {**content, "generation": snapshot.counts.generation})


@router.get(
    "/{document_id}/original",
    response_class=FileResponse,
    responses={
        200: {
            "description": "The file that the document was read from, byte for byte.",
            "content": {"*/*": {"schema": {}}},
        },
        **_NOT_MODIFIED,
        **_READ_PROBLEMS,
    },
    summary="Return the original file",
)
def original(
    document_id: str,
    request: Request,
    snapshot: AskedSnapshot,
    access: ReadAccess,
    live: CurrentLiveEngine,
) -> Response:
    """Return the file a document came from; of one inside an archive, the archive.

    A key with a filter gets it where it sees all of the file's documents.
    """
    document = snapshot.document(document_id)
    path = source_path(document)
    if access.filter is not None:
        check_all_seen(live, snapshot, path)
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise LoadError(f"{path.name} cannot be read: {error.strerror}") from error
    if digest != document.source_sha256:
        raise LoadError(f"{path.name} has changed since it was indexed; sync it")
    tag = f'"{digest[:32]}"'
    headers = {**_SAFE, "ETag": tag, "Content-Disposition": _attachment(path.name)}
    if is_fresh(request, tag):
        return Response(status_code=304, headers=headers)
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return FileResponse(path, media_type=media_type, headers=headers)


@router.get(
    "/{document_id}/pages/{page}",
    response_class=Response,
    responses={
        200: {
            "description": "The page as a picture.",
            "content": {"image/png": {"schema": {"type": "string"}}},
        },
        **_NOT_MODIFIED,
        **_READ_PROBLEMS,
    },
    summary="Show a page as a picture, with spans marked",
)
def page(
    document_id: str,
    page: int,
    request: Request,
    snapshot: AskedSnapshot,
    services: CurrentServices,
    spans: SpanText = [],  # noqa: B006  # FastAPI copies it
    scale: Annotated[float, Query(ge=0.25, le=4, description="Pixels a point.")] = SCALE,
) -> Response:
    """Return a page of a PDF as a PNG, the words of some spans marked on it."""
    document = snapshot.document(document_id)
    marks = _boxes_on(document, page, [_span(each) for each in spans])
    tag = tag_of(document.source_sha256, page, [str(mark) for mark in marks], scale)
    headers = {**_SAFE, "ETag": tag}
    if is_fresh(request, tag):
        return Response(status_code=304, headers=headers)
    picture = services.painter.draw(document, page, marks, scale)
    return Response(picture, media_type="image/png", headers=headers)


@router.get(
    "/{document_id}",
    response_model=document_models.Document,
    responses={**_NOT_MODIFIED, **_READ_PROBLEMS},
    summary="Return a document with its whole text",
)
def document(document_id: str, request: Request, snapshot: AskedSnapshot) -> Response:
    """Return a document, its text checked against its digest."""
    found = snapshot.document(document_id)
    generation = {"Excerpt-Generation": str(snapshot.counts.generation)}
    return tagged(request, document_json(found), generation)


def check_all_seen(live: LiveEngine, snapshot: Snapshot, path: Path) -> None:
    """Check that a file holds no document that the asker does not see."""
    seen = listing(snapshot).count_file(path)
    with live.use() as engine, engine.snapshot() as everything:
        if listing(everything).count_file(path) != seen:
            raise HTTPException(403, "The file holds more than this key sees.")


def _boxes_on(document: Document, page: int, spans: Sequence[Span]) -> list[Box]:
    """Return the boxes of some spans that stand on a page.

    Raises:
        InputError: when the document has no pages.
    """
    if document.boxes is None:
        raise InputError(f"{document.id} has no pages to show")
    return [box for span in spans for box in document.boxes.within(span) if box.page == page]


def _span(words: str) -> Span:
    """Return the span that `START-END` names.

    Raises:
        InputError: when it names none.
    """
    start, dash, end = words.partition("-")
    numbers = start.isascii() and start.isdigit() and end.isascii() and end.isdigit()
    if not dash or not numbers or len(words) > 40 or int(start) > int(end):
        raise InputError(f"{words[:50]!r} is no span; write START-END, such as 120-134")
    return Span(int(start), int(end))


def _attachment(name: str) -> str:
    return f"attachment; filename*=UTF-8''{quote(name, safe='', errors='replace')}"
