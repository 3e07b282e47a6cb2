"""Documents that are sent as files."""

from typing import Annotated

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from pydantic import ValidationError, WithJsonSchema
from starlette.responses import Response

from api import job_models as models
from api.http.conditional import tagged
from api.http.responses import Json
from api.http.services import CurrentDesk
from api.http.writes import (
    READ_PROBLEMS,
    WRITE_PROBLEMS,
    CurrentSender,
    Unrestricted,
    accepted,
    metadata_of,
)
from api.jobs.desk import Metadata
from index.errors import InputError

router = APIRouter(prefix="/v1")

_MOST_FILES = 1_000
_OF_A_FIELD = "give a string, a number, true or false, or a list of them"
_PAGE = 1_000

Upload = Annotated[UploadFile, WithJsonSchema({"type": "string", "format": "binary"})]
"""A file, described as generators of clients know it."""


@router.post(
    "/uploads",
    status_code=202,
    response_model=models.Job,
    responses=WRITE_PROBLEMS,
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
    return accepted(desk.add_files(named, sender, replace=replace, metadata=about))


@router.get(
    "/uploads",
    response_model=models.UploadList,
    responses=READ_PROBLEMS,
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
    responses=WRITE_PROBLEMS,
    tags=["uploads"],
    summary="Delete a file that was uploaded, with all its documents",
)
def delete_upload(
    path: str, desk: CurrentDesk, _access: Unrestricted, sender: CurrentSender
) -> Json:
    """Accept an upload to delete."""
    return accepted(desk.delete_upload(path, sender))


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
    return {name: metadata_of(fields) for name, fields in parsed.items()}
