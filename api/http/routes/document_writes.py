"""Writes of documents that are sent as text."""

from fastapi import APIRouter, HTTPException, Request

from api import job_models as models
from api.http.access import Access, WriteAccess
from api.http.conditional import check_unchanged, tag_of
from api.http.dependencies import CurrentLiveEngine, WritersEngine
from api.http.responses import Json
from api.http.routes.documents import check_all_seen
from api.http.services import CurrentDesk
from api.http.writes import WRITE_PROBLEMS, CurrentSender, accepted, metadata_of
from api.jobs.desk import Text, as_document
from api.original_files import source_path
from api.schemas import document_json
from index.errors import NotFoundError
from index.listing import listing
from index.types import Document
from retrieval.engine import Engine

router = APIRouter(prefix="/v1")


@router.post(
    "/documents",
    status_code=202,
    response_model=models.Job,
    responses=WRITE_PROBLEMS,
    tags=["documents"],
    summary="Add documents that are sent as text",
)
def add_documents(
    body: models.NewDocuments, desk: CurrentDesk, access: WriteAccess, sender: CurrentSender
) -> Json:
    """Accept one or many; the job says when they can be asked for."""
    texts = [
        Text(each.text, each.title, each.id, metadata_of(each.metadata)) for each in body.documents
    ]
    for text in texts:
        check_written(access, text, text.id)
    return accepted(desk.add_texts(texts, sender, replace=body.replace))


@router.put(
    "/documents/{document_id}",
    status_code=202,
    response_model=models.Job,
    responses=WRITE_PROBLEMS,
    tags=["documents"],
    summary="Put a text under an id, in place of what came as text before",
)
def put_document(
    document_id: str,
    body: models.NewText,
    request: Request,
    engine: WritersEngine,
    desk: CurrentDesk,
    access: WriteAccess,
    sender: CurrentSender,
) -> Json:
    """Accept a document; with `If-Match` only in place of what has that tag."""
    there = _document(engine, document_id)
    text = Text(body.text, body.title, metadata=metadata_of(body.metadata))
    check_written(access, text, None if there else document_id)
    earlier = desk.put_before(document_id, text, sender)
    if earlier is None:
        check_unchanged(request, None if there is None else tag_of(document_json(there)))
        earlier = desk.put_text(document_id, text, there, sender)
    return accepted(earlier)


@router.delete(
    "/documents/{document_id}",
    status_code=202,
    response_model=models.Job,
    responses=WRITE_PROBLEMS,
    tags=["documents"],
    summary="Delete a document",
)
def delete_document(
    document_id: str,
    request: Request,
    engine: WritersEngine,
    live: CurrentLiveEngine,
    desk: CurrentDesk,
    access: WriteAccess,
    sender: CurrentSender,
) -> Json:
    """Accept a document to delete, with its upload, of which a key with a filter must see all.

    One that was not uploaded comes back with the next sync of its file, if that is still there.
    """
    if (earlier := desk.deleted_before(document_id, sender)) is not None:
        return accepted(earlier)
    with engine.snapshot() as snapshot:
        document = snapshot.document(document_id)
        path = source_path(document)
        if access.filter is not None and desk.uploads.path_of(path) is not None:
            check_all_seen(live, snapshot, path)
        siblings = listing(snapshot).count_file(path)
    check_unchanged(request, tag_of(document_json(document)))
    return accepted(desk.delete(document, siblings, sender))


def check_written(access: Access, text: Text, new_id: str | None) -> None:
    """Check that somebody may write a text: one that they see, under an id that tells nothing.

    Whether an id is taken by a document that they do not see must not show, so those that they
    choose begin with their key's.

    Raises:
        HTTPException: 403, when they may not.
    """
    if access.filter is None:
        return
    if new_id is not None and not new_id.startswith(f"{access.who}."):
        raise HTTPException(403, f"The ids that this key chooses begin with {access.who}.")
    if not access.sees(as_document(text)):
        raise HTTPException(403, "This key writes only documents that pass its filter.")


def _document(engine: Engine, document_id: str) -> Document | None:
    try:
        return engine.document(document_id)
    except NotFoundError:
        return None
