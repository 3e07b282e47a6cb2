"""Writes and the jobs that do them."""

import time
from collections.abc import AsyncIterator, Mapping
from typing import Annotated

import anyio
from anyio import to_thread
from fastapi import (
    APIRouter,
    Depends,
    File,
    Form,
    Header,
    HTTPException,
    Query,
    Request,
    UploadFile,
)
from pydantic import ValidationError, WithJsonSchema
from starlette.responses import Response

from api import job_models as models
from api.http import problems
from api.http.access import REFUSALS, Access, AnyAccess, WriteAccess
from api.http.conditional import check_unchanged, tag_of, tagged
from api.http.dependencies import CurrentLiveEngine, WritersEngine
from api.http.responses import Json
from api.http.routes.documents import check_all_seen
from api.http.server_sent_events import KEEP_ALIVE, described, event, event_response
from api.http.services import CurrentDesk
from api.jobs.desk import Metadata, Sender, Text, WriteDesk, as_document
from api.jobs.job_schemas import job_json
from api.jobs.types import Job
from api.original_files import source_path
from api.schemas import document_json
from index.errors import InputError, NotFoundError
from index.listing import listing
from index.types import Document
from retrieval.engine import Engine

router = APIRouter(prefix="/v1")

_READ_PROBLEMS = problems.describe(*REFUSALS, 404, 422, 429, 500, 503)
_WRITE = problems.describe(400, *REFUSALS, 404, 409, 412, 413, 422, 429, 500, 503, 507)
_MOST_FILES = 1_000
_OF_A_FIELD = "give a string, a number, true or false, or a list of them"
_POLL = 0.2
_QUIET_SECONDS = 15.0
_PAGE = 1_000


Upload = Annotated[UploadFile, WithJsonSchema({"type": "string", "format": "binary"})]
"""A file, described as generators of clients know it."""


def current_sender(
    access: WriteAccess,
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=255,
            description="Sent again with the same request within a day, it is not done again.",
        ),
    ] = None,
) -> Sender:
    """Return who sends a write."""
    return Sender(access.who or "", key)


CurrentSender = Annotated[Sender, Depends(current_sender)]


def unrestricted(access: WriteAccess) -> Access:
    """Return who asks, if nothing is hidden from them.

    Raises:
        HTTPException: 403, when they see but some documents: what is in a file, or goes with it,
            may be one of the others.
    """
    if access.filter is not None:
        raise HTTPException(
            403,
            "This key sees only some documents: it writes texts whose metadata pass its filter, "
            "no files and no folders.",
        )
    return access


Unrestricted = Annotated[Access, Depends(unrestricted)]


@router.post(
    "/documents",
    status_code=202,
    response_model=models.Job,
    responses=_WRITE,
    tags=["documents"],
    summary="Add documents that are sent as text",
)
def add_documents(
    body: models.NewDocuments, desk: CurrentDesk, access: WriteAccess, sender: CurrentSender
) -> Json:
    """Accept one or many; the job says when they can be asked for."""
    texts = [
        Text(each.text, each.title, each.id, _fields(each.metadata)) for each in body.documents
    ]
    for text in texts:
        check_written(access, text, text.id)
    return _accepted(desk.add_texts(texts, sender, replace=body.replace))


@router.put(
    "/documents/{document_id}",
    status_code=202,
    response_model=models.Job,
    responses=_WRITE,
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
    text = Text(body.text, body.title, metadata=_fields(body.metadata))
    check_written(access, text, None if there else document_id)
    earlier = desk.put_before(document_id, text, sender)
    if earlier is None:
        check_unchanged(request, None if there is None else tag_of(document_json(there)))
        earlier = desk.put_text(document_id, text, there, sender)
    return _accepted(earlier)


@router.delete(
    "/documents/{document_id}",
    status_code=202,
    response_model=models.Job,
    responses=_WRITE,
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
        return _accepted(earlier)
    with engine.snapshot() as snapshot:
        document = snapshot.document(document_id)
        path = source_path(document)
        if access.filter is not None and desk.uploads.path_of(path) is not None:
            check_all_seen(live, snapshot, path)
        siblings = listing(snapshot).count_file(path)
    check_unchanged(request, tag_of(document_json(document)))
    return _accepted(desk.delete(document, siblings, sender))


@router.post(
    "/uploads",
    status_code=202,
    response_model=models.Job,
    responses=_WRITE,
    tags=["uploads"],
    summary="Add documents that are sent as files",
)
def add_uploads(
    desk: CurrentDesk,
    _access: Unrestricted,
    sender: CurrentSender,
    files: Annotated[
        list[Upload],
        File(
            min_length=1,
            max_length=_MOST_FILES,
            description="Files in any format that is read. A name may have folders in it.",
        ),
    ],
    replace: Annotated[
        bool, Query(description="Whether files of the same names are replaced.")
    ] = False,
    meta: Annotated[
        str | None,
        Form(
            description="Metadata of some of the files: a JSON object of each file's name and its "
            "fields, of which `title` is the title. It wins over what the file says itself, and "
            "stays when the file is replaced without any.",
            examples=['{"report.pdf": {"title": "Annual report", "published": "2025-03-01"}}'],
        ),
    ] = None,
) -> Json:
    """Accept one or many; the job says what could not be read, and when the rest is there."""
    named = [(each.filename or "", each.file) for each in files]
    about = {} if meta is None else _metadata_of_files(meta)
    return _accepted(desk.add_files(named, sender, replace=replace, metadata=about))


@router.get(
    "/uploads",
    response_model=models.UploadList,
    responses=_READ_PROBLEMS,
    tags=["uploads"],
    summary="List the files that were uploaded",
)
def uploads(
    request: Request,
    desk: CurrentDesk,
    _access: Unrestricted,
    after: Annotated[str, Query(description="`next` of the page before.")] = "",
) -> Response:
    """Return a page of the files, in the order of their paths."""
    paths = sorted(path for path in desk.uploads.files() if path > after)
    page = paths[:_PAGE]
    shown = [
        {"path": path, "bytes": size, "metadata": desk.uploads.metadata(path)}
        for path in page
        if (size := desk.uploads.size(path)) is not None
    ]
    return tagged(request, {"uploads": shown, "next": page[-1] if len(paths) > len(page) else None})


@router.delete(
    "/uploads/{path:path}",
    status_code=202,
    response_model=models.Job,
    responses=_WRITE,
    tags=["uploads"],
    summary="Delete a file that was uploaded, with all its documents",
)
def delete_upload(
    path: str, desk: CurrentDesk, _access: Unrestricted, sender: CurrentSender
) -> Json:
    """Accept an upload to delete."""
    return _accepted(desk.delete_upload(path, sender))


@router.post(
    "/sync",
    status_code=202,
    response_model=models.Job,
    responses=_WRITE,
    tags=["jobs"],
    summary="Bring the index in step with its recorded folders",
)
def sync(desk: CurrentDesk, _access: Unrestricted, sender: CurrentSender) -> Json:
    """Accept a sync of every recorded path."""
    return _accepted(desk.sync(sender))


@router.get(
    "/jobs",
    response_model=models.JobList,
    responses=_READ_PROBLEMS,
    tags=["jobs"],
    summary="List jobs, the newest first",
)
def jobs(
    desk: CurrentDesk,
    access: AnyAccess,
    cursor: Annotated[str | None, Query(description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Json:
    """Return a page of jobs."""
    page = desk.ledger.newest(_owner(access), cursor, limit + 1)
    return Json(
        {
            "jobs": [job_json(job) for job in page[:limit]],
            "next": page[limit - 1].id if len(page) > limit else None,
        }
    )


@router.get(
    "/jobs/{job_id}",
    response_model=models.Job,
    responses=_READ_PROBLEMS,
    tags=["jobs"],
    summary="Say how far a job is, or what came of it",
)
def job(job_id: str, desk: CurrentDesk, access: AnyAccess) -> Json:
    """Return a job; those that ended are kept for a week."""
    return Json(job_json(desk.ledger.get(job_id, _owner(access))))


@router.post(
    "/jobs/{job_id}/cancel",
    response_model=models.Job,
    responses=_READ_PROBLEMS,
    tags=["jobs"],
    summary="Cancel a job",
)
def cancel(job_id: str, desk: CurrentDesk, access: WriteAccess) -> Json:
    """Cancel a job that has not ended: at once, or once what it began is undone."""
    desk.ledger.get(job_id, _owner(access))
    return Json(job_json(desk.cancel(job_id)))


@router.get(
    "/jobs/{job_id}/events",
    response_class=Response,
    responses={
        **described("`progress` with the job at each change, and `end` when it has ended."),
        **_READ_PROBLEMS,
    },
    tags=["jobs"],
    summary="Follow a job as it goes",
)
async def follow(job_id: str, desk: CurrentDesk, access: AnyAccess) -> Response:
    """Send the job at each change until it has ended."""
    first = await to_thread.run_sync(desk.ledger.get, job_id, _owner(access))
    return event_response(_changes(desk, first))


async def _changes(desk: WriteDesk, job: Job) -> AsyncIterator[bytes]:
    yield _event(job)
    sent = time.monotonic()
    while not job.has_ended:
        await anyio.sleep(_POLL)
        try:
            newer = await to_thread.run_sync(desk.ledger.get, job.id)
        except NotFoundError:
            return
        if newer.version != job.version:
            job, sent = newer, time.monotonic()
            yield _event(job)
        elif time.monotonic() - sent > _QUIET_SECONDS:
            sent = time.monotonic()
            yield KEEP_ALIVE


def _event(job: Job) -> bytes:
    return event("end" if job.has_ended else "progress", job_json(job), str(job.version))


def _accepted(job: Job) -> Json:
    headers = {"Location": f"/v1/jobs/{job.id}", "Retry-After": "1"}
    return Json(job_json(job), status_code=202, headers=headers)


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


def _owner(access: Access) -> str | None:
    """Return whose jobs somebody sees: their own, an admin everybody's."""
    return None if access.may("admin") else access.who or ""


def _document(engine: Engine, document_id: str) -> Document | None:
    try:
        return engine.document(document_id)
    except NotFoundError:
        return None


def _metadata_of_files(meta: str) -> dict[str, Metadata]:
    """Return the metadata of each file by its name.

    Raises:
        InputError: when it is none.
    """
    try:
        parsed = models.UPLOAD_METADATA.validate_json(meta)
    except ValidationError as error:
        first = error.errors()[0]
        place = "".join(f"[{each!r}]" for each in first["loc"][:2])
        wrong = _OF_A_FIELD if len(first["loc"]) > 1 else first["msg"]
        raise InputError(f"meta{place} is not what it must be: {wrong}") from error
    return {name: _fields(about) for name, about in parsed.items()}


def _fields(about: Mapping[str, models.FieldValue]) -> Metadata:
    if "" in about:
        raise InputError("a field of the metadata has no name")
    return {
        name: tuple(value) if isinstance(value, list) else value for name, value in about.items()
    }
