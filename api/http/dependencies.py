"""What the routes ask for: the engine, and what the application shares between requests."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request

from api.http.access import ReadAccess
from api.http.metrics import Metrics
from api.live_engine import LiveEngine
from retrieval.engine import Engine


def current_metrics(request: Request) -> Metrics:
    """Return the application's metrics."""
    metrics = request.app.state.metrics
    assert isinstance(metrics, Metrics)
    return metrics


CurrentMetrics = Annotated[Metrics, Depends(current_metrics)]


def live_engine(request: Request) -> LiveEngine:
    """Return what lends the engine of the index that is there now."""
    live = request.app.state.engine
    assert isinstance(live, LiveEngine)
    return live


CurrentLiveEngine = Annotated[LiveEngine, Depends(live_engine)]


def current_engine(
    access: ReadAccess, live: CurrentLiveEngine, metrics: CurrentMetrics
) -> Iterator[Engine]:
    """Lend the engine, at its newest generation, over what the asker may see."""
    with live.use() as engine:
        metrics.generation.set(engine.generation)
        yield engine if access.filter is None else engine.restricted(access.filter)


CurrentEngine = Annotated[Engine, Depends(current_engine, scope="function")]
"""An open engine over what the asker may see, for as long as the endpoint's function runs."""
