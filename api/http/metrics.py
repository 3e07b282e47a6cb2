"""What the server counts, in the Prometheus form, one registry an application."""

import time
from collections.abc import Awaitable, Callable
from http import HTTPMethod, HTTPStatus

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.requests import Request
from starlette.responses import Response

Next = Callable[[Request], Awaitable[Response]]


class Metrics:
    """Requests by endpoint and status, their duration, verdicts, and the generation."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "excerpt_requests_total",
            "Requests answered.",
            ["method", "endpoint", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "excerpt_request_seconds",
            "Time to answer a request.",
            ["endpoint"],
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
            registry=self._registry,
        )
        self.verdicts = Counter(
            "excerpt_verdicts_total",
            "Questions by verdict.",
            ["verdict"],
            registry=self._registry,
        )
        self.generation = Gauge(
            "excerpt_index_generation",
            "The generation that is answered from.",
            registry=self._registry,
        )

    async def observe(self, request: Request, call_next: Next) -> Response:
        """Count one request under its route, never under the path that was asked for."""
        started = time.perf_counter()
        try:
            response = await call_next(request)
        except Exception:
            self._count(request, HTTPStatus.INTERNAL_SERVER_ERROR, started)
            raise
        self._count(request, response.status_code, started)
        return response

    def _count(self, request: Request, status: int, started: float) -> None:
        route = request.scope.get("route")
        endpoint = getattr(route, "path", "unmatched")
        method = request.method if request.method in HTTPMethod.__members__ else "other"
        self._requests.labels(method, endpoint, int(status)).inc()
        self._seconds.labels(endpoint).observe(time.perf_counter() - started)

    def text(self) -> bytes:
        """Return the current values in Prometheus' text format."""
        return generate_latest(self._registry)
