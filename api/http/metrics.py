"""What the server counts, in the Prometheus form, one registry an application.

Several workers count in files of a folder that PROMETHEUS_MULTIPROC_DIR names; whichever of them
is asked adds up what all have counted.
"""

import os
from collections.abc import Mapping

from opentelemetry import trace
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

FOLDER = "PROMETHEUS_MULTIPROC_DIR"


class Metrics:
    """Requests by endpoint and status, time by stage, verdicts, and the queue."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "excerpt_requests_total",
            "Requests answered.",
            ["method", "endpoint", "status"],
            registry=self._registry,
        )
        self.seconds = Histogram(
            "excerpt_request_seconds",
            "Time to answer a request.",
            ["endpoint"],
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
            registry=self._registry,
        )
        self._stages = Histogram(
            "excerpt_stage_seconds",
            "Time of one stage of a question or search.",
            ["stage"],
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
            registry=self._registry,
        )
        self.verdicts = Counter(
            "excerpt_verdicts_total",
            "Questions by verdict.",
            ["verdict"],
            registry=self._registry,
        )
        self.shed = Counter(
            "excerpt_shed_total",
            "Requests refused to protect the others, by reason.",
            ["reason"],
            registry=self._registry,
        )
        self.working = Gauge(
            "excerpt_requests_working",
            "Requests that are worked on.",
            registry=self._registry,
            multiprocess_mode="livesum",
        )
        self.waiting = Gauge(
            "excerpt_requests_waiting",
            "Requests that wait for their turn.",
            registry=self._registry,
            multiprocess_mode="livesum",
        )
        self.generation = Gauge(
            "excerpt_index_generation",
            "The generation that is answered from.",
            registry=self._registry,
            multiprocess_mode="livemax",
        )

    def observe_stages(self, timings: Mapping[str, float]) -> None:
        """Count the milliseconds of each stage of an answer, and note them in its trace."""
        span = trace.get_current_span()
        for stage, ms in timings.items():
            self._stages.labels(stage).observe(ms / 1000)
            span.set_attribute(f"excerpt.{stage}_ms", ms)

    def text(self) -> bytes:
        """Return the current values in Prometheus' text format."""
        if FOLDER not in os.environ:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)
