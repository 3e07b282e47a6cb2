"""What the routes ask for: the engine, and what the application shares between requests."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request

from api.http.metrics import Metrics
from api.live_engine import LiveEngine
from retrieval.engine import Engine


def current_metrics(request: Request) -> Metrics:
    """Return the application's metrics."""
    metrics = request.app.state.metrics
    assert isinstance(metrics, Metrics)
    return metrics


CurrentMetrics = Annotated[Metrics, Depends(current_metrics)]


def current_engine(request: Request, metrics: CurrentMetrics) -> Iterator[Engine]:
    """Lend the engine of the index that is there now, at its newest generation."""
    live = request.app.state.engine
    assert isinstance(live, LiveEngine)
    with live.use() as engine:
        metrics.generation.set(engine.generation)
        yield engine


CurrentEngine = Annotated[Engine, Depends(current_engine, scope="function")]
"""An open engine, for as long as the endpoint's function runs."""
