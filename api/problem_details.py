"""Errors as RFC 9457 problem details, the same object on stderr and over HTTP."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.http.overload import OverloadedError
from api.jobs.errors import (
    ChangedError,
    ConflictError,
    KeyReusedError,
    QueueFullError,
    ReadOnlyError,
    StorageFullError,
)
from api.schemas import JsonObject
from index.errors import (
    CitationError,
    ExcerptError,
    IndexLockedError,
    IndexUnavailableError,
    InputError,
    LoadError,
    ModelError,
    NotFoundError,
)
from retrieval.stopping import StoppedError

MEDIA_TYPE = "application/problem+json"

_NO_JSON = "send a JSON object, with Content-Type: application/json"
_NO_OBJECT = "send a JSON object, not another kind of JSON value"

FAILED = 1
MISUSED = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One error: `status` is the HTTP status, `exit_code` the command line's."""

    slug: str
    title: str
    status: int
    detail: str
    exit_code: int = FAILED
    members: Mapping[str, object] = field(default_factory=dict)

    def json(self) -> JsonObject:
        """Return the members of RFC 9457, section 3.1, and the others (section 3.2)."""
        return {
            "type": f"urn:excerpt:problem:{self.slug}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.members,
        }


_STATUSES: dict[type[ExcerptError], tuple[str, int]] = {
    InputError: ("The request cannot be used as it is", 422),
    LoadError: ("Nothing could be read", 422),
    NotFoundError: ("Not in the index", 404),
    IndexLockedError: ("Another process is writing to the index", 409),
    IndexUnavailableError: ("The index cannot be used", 503),
    ModelError: ("A model cannot be used", 500),
    CitationError: ("A quote does not match its source", 500),
    StoppedError: ("The answer took too long", 503),
    OverloadedError: ("Too many requests are waiting", 503),
    ReadOnlyError: ("This index is only read", 403),
    ConflictError: ("What is there stands against it", 409),
    ChangedError: ("It has changed", 412),
    KeyReusedError: ("The Idempotency-Key was used before", 422),
    QueueFullError: ("Too many writes are waiting", 503),
    StorageFullError: ("There is no room", 507),
}


def problem_of(error: ExcerptError) -> Problem:
    """Return the problem that an error is.

    >>> problem_of(NotFoundError("no document a")).json()["status"]
    404
    """
    kind = next((kind for kind in type(error).__mro__ if kind in _STATUSES), None)
    title, status = _STATUSES[kind] if kind else ("Something went wrong", 500)
    exit_code = MISUSED if isinstance(error, InputError) else FAILED
    return Problem(error.slug, title, status, str(error), exit_code, error.members)


def misuse(detail: str) -> Problem:
    """Return the problem of a command line that cannot be parsed."""
    return Problem("usage", "The command line cannot be understood", 422, detail, MISUSED)


def field_errors(errors: Sequence[Mapping[str, Any]]) -> list[JsonObject]:
    """Return where and why fields do not validate (pydantic's errors), not what was sent."""
    return [
        {
            "field": "" if error["type"] == "json_invalid" else _field(error["loc"]),
            "reason": _reason(error),
        }
        for error in errors
    ]


def _field(loc: Sequence[object]) -> str:
    return ".".join(str(part) for part in loc if part != "body")


def _reason(error: Mapping[str, Any]) -> str:
    """Return why a field does not validate; a body that was not said to be JSON is left bytes."""
    if error["type"] == "json_invalid":
        return f"is not JSON: {error['ctx']['error']} at character {error['loc'][-1]}"
    if error["type"] == "model_attributes_type":
        return _NO_JSON if isinstance(error["input"], bytes) else _NO_OBJECT
    return str(error.get("ctx", {}).get("error") or error["msg"])


def invalid_request(errors: Sequence[JsonObject], status: int = 422) -> Problem:
    """Return the problem of a request whose fields do not validate (see `field_errors`)."""
    detail = "; ".join(f"{each['field'] or 'body'}: {each['reason']}" for each in errors)
    return Problem("invalid-request", "The request does not validate", status, detail, MISUSED)


def system_failure(error: OSError) -> Problem:
    """Return the problem of an operating system that refused something.

    >>> system_failure(PermissionError(13, "Permission denied", "/x")).detail
    '/x: Permission denied'
    """
    place = "" if error.filename is None else f"{os.fsdecode(error.filename)}: "
    detail = f"{place}{error.strerror}" if error.strerror else str(error)
    return Problem("system", "The operating system refused", 500, detail)
