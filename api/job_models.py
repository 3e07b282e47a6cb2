"""What writes take and give over HTTP, for validation and the description."""

from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, StrictBool, StrictStr, TypeAdapter

from api.model_fields import Metadata, Model
from api.models import ProblemDetails

_MOST = 1_000

Scalar = str | int | float | bool
FieldValue = Scalar | list[Scalar] | None

UPLOAD_METADATA = TypeAdapter(
    dict[str, dict[str, FieldValue]], config=ConfigDict(allow_inf_nan=False)
)
"""Metadata of files by their names."""


def _says_something(text: str) -> str:
    if not text.strip():
        raise ValueError("it is blank; a document needs words")
    return text


class NewText(Model):
    """A document that is sent as text."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Harbour notice",
                    "text": "The harbour master of Oslo is Per Lie.",
                    "metadata": {"published": "2025-11-01", "tags": ["harbour"]},
                }
            ]
        }
    )

    text: Annotated[StrictStr, AfterValidator(_says_something)] = Field(
        description="Its words; what is quoted is a part of exactly these.",
        json_schema_extra={"minLength": 1, "pattern": r"\S"},
    )
    title: StrictStr = Field("", description="Its title.")
    metadata: dict[str, FieldValue] = Field(
        default_factory=dict, description="Fields to filter by, such as `published` or `tags`."
    )


class NewDocument(NewText):
    """A document that is sent as text, perhaps under an id of its sender's."""

    id: Annotated[StrictStr, Field(min_length=1, max_length=200)] | None = Field(
        None,
        description="Its id; bytes other than letters, digits, `-`, `.` and `_` are written "
        "`~XX` in the id it is then known by. Without one it gets one.",
    )


class NewDocuments(Model):
    """Documents that are sent as text."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"documents": [{"text": "The harbour master of Oslo is Per Lie."}]}]
        }
    )

    documents: list[NewDocument] = Field(min_length=1, max_length=_MOST)
    replace: StrictBool = Field(False, description="Whether those of the same id are replaced.")


class JobDocument(Model):
    """A document that a job brought in."""

    id: str
    title: str
    name: str = Field(description="What its sender called it.")


class JobProblem(Model):
    """Something that could not be read and was left out."""

    name: str
    reason: str
    line: int | None


class JobProgress(Model):
    """How far a job is; the numbers are those of all that is synced together with it."""

    files: int
    files_known: int | None
    documents: int
    passages: int


class Job(Model):
    """A write: `done` once everything it brought can be asked for."""

    id: str
    kind: Literal["add", "replace", "delete", "sync"]
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    created: str = Field(description="ISO 8601, in UTC.")
    started: str | None
    ended: str | None
    progress: JobProgress
    generation: int | None = Field(
        description="The first generation that holds what it did; null until it is done."
    )
    documents: list[JobDocument] = Field(description="What it brought in, some hundreds at most.")
    more: int = Field(description="How many more there are than are named.")
    removed: int
    problems: list[JobProblem]
    error: ProblemDetails | None = Field(description="Why it failed.")


class JobList(Model):
    """Jobs, the newest first."""

    jobs: list[Job]
    next: str | None = Field(description="The cursor of the next page; null on the last.")


class Upload(Model):
    """A file that was uploaded."""

    path: str
    bytes: int
    metadata: dict[str, Metadata] = Field(description="What was sent with it as `meta`.")


class UploadList(Model):
    """The files that were uploaded."""

    uploads: list[Upload]
    next: str | None


class SkippedFile(Model):
    """Something that could not be read, or several files for one reason."""

    uri: str
    reason: str
    line: int | None


class IndexStatus(Model):
    """What the index holds, where it came from, and what of that could not be read."""

    generation: int
    documents: int
    passages: int
    roots: list[str] = Field(description="The folders and files that a sync reads.")
    skipped: list[SkippedFile]
    skipped_files: int = Field(description="How many files could not be read.")
