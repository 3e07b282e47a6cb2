"""Entity tags, and the requests that depend on them (RFC 9110, sections 8.8.3 and 13)."""

import hashlib
import re
from collections.abc import Mapping

from fastapi import Request
from starlette.responses import Response

from api.http.responses import Json
from api.jobs.errors import ChangedError
from api.schemas import to_json

_TAG = re.compile(r'(?:W/)?("[^"]*")')


def tag_of(*parts: object) -> str:
    """Return the entity tag of what some parts determine."""
    digest = hashlib.sha256(to_json(list(parts)).encode()).hexdigest()
    return f'"{digest[:32]}"'


def is_fresh(request: Request, tag: str) -> bool:
    """Return whether the client has what a tag names already."""
    named = request.headers.get("if-none-match", "")
    return named.strip() == "*" or tag in _TAG.findall(named)


def check_unchanged(request: Request, tag: str | None) -> None:
    """Check `If-Match` against the tag of what is there, None where nothing is.

    Raises:
        ChangedError: when the client means something else.
    """
    named = request.headers.get("if-match")
    if named is None:
        return
    matches = tag is not None if named.strip() == "*" else tag in _TAG.findall(named)
    if not matches:
        raise ChangedError("what is there is not what If-Match names; read it again")


def tagged(
    request: Request, content: Mapping[str, object], headers: Mapping[str, str] | None = None
) -> Response:
    """Return JSON with its entity tag, or 304 where the client has it already."""
    tag = tag_of(content)
    kept = {"ETag": tag, "Cache-Control": "private, no-cache", **(headers or {})}
    if is_fresh(request, tag):
        return Response(status_code=304, headers=kept)
    return Json(content, headers=kept)
