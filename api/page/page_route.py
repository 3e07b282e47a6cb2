"""Routes whose errors are pages for people."""

import logging
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.page.templating import html
from api.problem_details import field_errors, invalid_request, problem_of
from index.errors import ExcerptError

_log = logging.getLogger(__name__)


class PageRoute(APIRoute):
    """A route whose errors are pages for people, with the status that the problem has."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, its errors caught."""
        handle = super().get_route_handler()

        async def handle_all(request: Request) -> Response:
            try:
                return await handle(request)
            except (ExcerptError, RequestValidationError, HTTPException) as error:
                return _error_page(request, error)

        return handle_all


def _error_page(request: Request, error: Exception) -> Response:
    """Return what an error says, for people, with the status and headers that it has elsewhere."""
    if isinstance(error, HTTPException):
        title, headers = HTTPStatus(error.status_code).phrase, error.headers
        detail = str(error.detail)
        values: dict[str, Any] = {"title": title, "detail": detail, "headers": headers}
        return html(request, "error.html", error.status_code, **values)
    if isinstance(error, RequestValidationError):
        problem = invalid_request(field_errors(error.errors()))
    else:
        assert isinstance(error, ExcerptError)
        problem = problem_of(error)
    after = problem.members.get("retry_after")
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR and after is None:
        _log.error("%s failed: %s", request.method, problem.detail)
    headers = None if after is None else {"Retry-After": str(after)}
    values = {"title": problem.title, "detail": problem.detail, "headers": headers}
    return html(request, "error.html", problem.status, **values)
