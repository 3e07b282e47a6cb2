"""Makes every error of the server an RFC 9457 problem."""

import logging
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match

from api.http.observing import REQUEST_ID
from api.http.overload import OverloadedError
from api.http.responses import Json
from api.models import ProblemDetails
from api.problem_details import MEDIA_TYPE, Problem, field_errors, invalid_request, problem_of
from index.errors import ExcerptError
from retrieval.stopping import StoppedError

_log = logging.getLogger(__name__)

_REFUSALS = (OverloadedError, StoppedError)
"""Errors of a server that has much to do, which are counted and not told one by one."""

PLAIN = {
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 413: "Content Too Large", 421: "Misdirected Request",
    429: "Too Many Requests", 500: "Internal Server Error", 503: "Service Unavailable",
}  # fmt: skip
"""What plain statuses are called, by RFC 9110; Python's phrases differ by its version."""


def problem_response(
    problem: Problem, headers: dict[str, str] | None = None, **members: Any
) -> Json:
    """Return a problem as a response."""
    return Json(
        {**problem.json(), **members},
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers=headers,
    )


def http_problem(status: int, detail: str) -> Problem:
    """Return the problem of a plain HTTP status."""
    title = PLAIN.get(status, HTTPStatus(status).phrase)
    return Problem(title.lower().replace(" ", "-"), title, status, detail)


def describe(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return OpenAPI's description of the problems that an endpoint answers with."""
    # By name: generators of clients make one class of it.
    schema = {"$ref": f"#/components/schemas/{ProblemDetails.__name__}"}
    content = {MEDIA_TYPE: {"schema": schema}}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": content}
        for status in statuses
    }


def install(app: FastAPI) -> None:
    """Answer every error of `app` with a problem."""
    app.add_exception_handler(ExcerptError, _on_excerpt_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(Exception, _on_defect)


def excerpt_problem(error: ExcerptError) -> Json:
    """Return an error as a response."""
    problem = problem_of(error)
    after = problem.members.get("retry_after")
    return problem_response(problem, None if after is None else {"Retry-After": str(after)})


async def _on_excerpt_error(request: Request, error: Exception) -> Json:
    assert isinstance(error, ExcerptError)
    problem = problem_of(error)
    if isinstance(error, _REFUSALS):
        _log.debug("refused: %s", problem.slug)
    elif problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("%s failed: %s", request.method, problem.detail)
    return excerpt_problem(error)


async def _on_invalid_request(_request: Request, error: Exception) -> Json:
    assert isinstance(error, RequestValidationError)
    errors = field_errors(error.errors())
    malformed = any(each["type"] == "json_invalid" for each in error.errors())
    status = HTTPStatus.BAD_REQUEST if malformed else HTTPStatus.UNPROCESSABLE_ENTITY
    return problem_response(invalid_request(errors, int(status)), errors=errors)


async def _on_http_error(request: Request, error: Exception) -> Json:
    assert isinstance(error, HTTPException)
    detail = {
        # What the router says of itself is one word.
        HTTPStatus.NOT_FOUND: f"There is nothing at {request.url.path}.",
        HTTPStatus.METHOD_NOT_ALLOWED: f"{request.url.path} does not take {request.method}.",
    }.get(HTTPStatus(error.status_code), str(error.detail))
    headers = dict(error.headers) if error.headers else {}
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_allowed(request))
    return problem_response(http_problem(error.status_code, detail), headers)


def _allowed(request: Request) -> list[str]:
    """Return the methods that a path takes, whichever of its routes takes them."""
    methods: set[str] = set()
    for route in _routes(request.app.routes):
        match, _ = route.matches(request.scope)
        if match is not Match.NONE:
            methods |= getattr(route, "methods", None) or set()
    return sorted(methods)


def _routes(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """Yield routes, those of routers that were included too."""
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is None:
            yield route
        else:
            yield from _routes(included.routes)


async def _on_defect(_request: Request, _error: Exception) -> Json:
    """Answer for a defect; the server logs its traceback itself."""
    return problem_response(
        http_problem(500, "The server met a defect of its own; its log says more."),
        {"X-Request-ID": REQUEST_ID.get() or ""},
    )
