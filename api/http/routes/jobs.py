"""Syncs, and the jobs that do what was accepted."""

import time
from collections.abc import AsyncIterator
from typing import Annotated

import anyio
from anyio import to_thread
from fastapi import APIRouter, Query
from starlette.responses import Response

from api import job_models as models
from api.http.access import Access, AnyAccess, WriteAccess
from api.http.responses import Json
from api.http.server_sent_events import KEEP_ALIVE, described, event, event_response
from api.http.services import CurrentDesk
from api.http.writes import READ_PROBLEMS, WRITE_PROBLEMS, CurrentSender, Unrestricted, accepted
from api.jobs.desk import WriteDesk
from api.jobs.job_schemas import job_json
from api.jobs.types import Job
from index.errors import NotFoundError

router = APIRouter(prefix="/v1")

_POLL = 0.2
_QUIET_SECONDS = 15.0


@router.post(
    "/sync",
    status_code=202,
    response_model=models.Job,
    responses=WRITE_PROBLEMS,
    tags=["jobs"],
    summary="Bring the index in step with its recorded folders",
)
def sync(desk: CurrentDesk, _access: Unrestricted, sender: CurrentSender) -> Json:
    """Accept a sync of every recorded path."""
    return accepted(desk.sync(sender))


@router.get(
    "/jobs",
    response_model=models.JobList,
    responses=READ_PROBLEMS,
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
    responses=READ_PROBLEMS,
    tags=["jobs"],
    summary="Say how far a job is, or what came of it",
)
def job(job_id: str, desk: CurrentDesk, access: AnyAccess) -> Json:
    """Return a job; those that ended are kept for a week."""
    return Json(job_json(desk.ledger.get(job_id, _owner(access))))


@router.post(
    "/jobs/{job_id}/cancel",
    response_model=models.Job,
    responses=READ_PROBLEMS,
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
        **READ_PROBLEMS,
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


def _owner(access: Access) -> str | None:
    """Return whose jobs somebody sees: their own, an admin everybody's."""
    return None if access.may("admin") else access.who or ""
