"""What every write over HTTP shares: who sends it, what they may, and how it is accepted."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Header, HTTPException

from api import job_models as models
from api.http import problems
from api.http.access import REFUSALS, Access, WriteAccess
from api.http.responses import Json
from api.jobs.desk import Metadata, Sender
from api.jobs.job_schemas import job_json
from api.jobs.types import Job
from index.errors import InputError

WRITE_PROBLEMS = problems.describe(400, *REFUSALS, 404, 409, 412, 413, 422, 429, 500, 503, 507)
READ_PROBLEMS = problems.describe(*REFUSALS, 404, 422, 429, 500, 503)


def _current_sender(
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


CurrentSender = Annotated[Sender, Depends(_current_sender)]


def _unrestricted(access: WriteAccess) -> Access:
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


Unrestricted = Annotated[Access, Depends(_unrestricted)]


def accepted(job: Job) -> Json:
    """Return the answer to a write: the job that does it, and where to look for it."""
    headers = {"Location": f"/v1/jobs/{job.id}", "Retry-After": "1"}
    return Json(job_json(job), status_code=202, headers=headers)


def metadata_of(fields: Mapping[str, models.FieldValue]) -> Metadata:
    """Return the metadata that was sent.

    Raises:
        InputError: when a field has no name.
    """
    if "" in fields:
        raise InputError("a field of the metadata has no name")
    return {
        name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()
    }
