"""What the routes ask for: the engine, and what the application shares between requests."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from typing import Annotated

from anyio import to_thread
from fastapi import Depends, Request

from api.http.access import ReadAccess, WriteAccess
from api.http.admission import Admission
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


def current_admission(request: Request) -> Admission:
    """Return who gives turns to requests."""
    admission = request.app.state.admission
    assert isinstance(admission, Admission)
    return admission


CurrentAdmission = Annotated[Admission, Depends(current_admission)]


async def current_engine(
    request: Request,
    access: ReadAccess,
    live: CurrentLiveEngine,
    admission: CurrentAdmission,
    metrics: CurrentMetrics,
) -> AsyncIterator[Engine]:
    """Wait for a turn, then lend the engine, at its newest generation, over what may be seen."""
    async with admission.turn(request):
        with ExitStack() as stack:
            # Another index may have to be opened, which would hold up all other requests.
            engine = await to_thread.run_sync(stack.enter_context, live.use())
            metrics.generation.set(engine.generation)
            yield engine if access.filter is None else engine.restricted(access.filter)


def writers_engine(access: WriteAccess, live: CurrentLiveEngine) -> Iterator[Engine]:
    """Lend the engine to somebody who writes, over what they may see."""
    with live.use() as engine:
        yield engine if access.filter is None else engine.restricted(access.filter)


WritersEngine = Annotated[Engine, Depends(writers_engine, scope="function")]

CurrentEngine = Annotated[Engine, Depends(current_engine, scope="function")]
"""An open engine over what the asker may see, for as long as the endpoint's function runs.

It is one of the requests that are worked on at once; a stream, which goes on after its function,
takes a turn and lends an engine of its own.
"""
