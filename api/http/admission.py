"""How many requests are worked on at once, how many wait, and what becomes of the others.

Who cannot have a turn soon enough is told to come again, most of them at once, which costs nothing;
what is soon enough follows from how long requests take (`pace`), or is a number of places where
that is set. Who goes away leaves the queue, and work that has begun for them stops at its next
stage.
"""

import asyncio
import math
import random
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http.body_limits import answer_early
from api.http.inbox import inbox_of
from api.http.metrics import Metrics
from api.http.overload import OverloadedError, overloaded
from api.http.pace import Pace
from api.http.problems import excerpt_problem
from retrieval.stopping import StoppedError, Work, as_work

_FORGETTING = 1.0
"""Seconds in which a refusal loses most of its weight in their rate."""

_LONGEST_PATIENCE = 30
"""Seconds that nobody is told to wait longer than."""

_HEAVY = ("/v1/ask", "/v1/search", "/v1/explain")
"""Paths below which requests are refused before their bodies are looked at."""

_BURST = 4
"""Requests that are let in whatever they take: a few people who ask together are no overload."""

_MOST_WAITING = 1_000
"""Places, however soon they all would have their turn."""


@dataclass(slots=True, eq=False)
class _Turn:
    """Work that has begun; `alone` until there is other work beside it."""

    started: float
    alone: bool


class Admission:
    """Turns of one event loop; take one for the time of a request's work."""

    def __init__(
        self, concurrency: int, queue: int | None, timeout: float, metrics: Metrics
    ) -> None:
        """Begin with nobody at work.

        Args:
            concurrency: how many work at once.
            queue: how many may wait, None for as many as will have their turn soon enough.
            timeout: seconds that a request may wait and work.
            metrics: where they are counted.
        """
        self._busy = 0
        self._concurrency = concurrency
        self._queue = queue
        self._timeout = timeout
        self._metrics = metrics
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._pace = Pace(concurrency)
        self._working: set[_Turn] = set()
        self._refused = 0.0
        self._refused_at = 0.0

    @property
    def is_full(self) -> bool:
        """Whether a request that comes now is refused."""
        return not self._is_free and not self._has_room()

    @property
    def _is_free(self) -> bool:
        return self._busy < self._width

    @property
    def _width(self) -> int:
        """How many work at once: what is set, or fewer where they slow one another down."""
        return self._pace.width if self._queue is None else self._concurrency

    def refuse(self) -> OverloadedError:
        """Return the refusal of one more request, and count it."""
        self._metrics.shed.labels("queue").inc()
        return overloaded(self._patience())

    @asynccontextmanager
    async def turn(self, request: Request) -> AsyncIterator[Work]:
        """Wait for a turn, and hold it for the length of the block.

        Raises:
            OverloadedError: when too many wait already.
            StoppedError: when the turn did not come in time, or the client went away.
        """
        work = Work(time.monotonic() + self._timeout)
        patience = self._patience_of_next()
        place = self._take_place()
        watching = asyncio.create_task(self._watch(request, work, place))
        try:
            await self._wait(place, work, patience)
            try:
                with self._metrics.working.track_inprogress(), self._timed(), as_work(work):
                    yield work
            finally:
                self._pass_on()
        finally:
            watching.cancel()

    @contextmanager
    def _timed(self) -> Iterator[None]:
        """Measure what a turn takes, and whether there was another one at any time of it."""
        clock = asyncio.get_running_loop().time
        turn = _Turn(clock(), alone=not self._working)
        for other in self._working:
            other.alone = False
        self._working.add(turn)
        try:
            yield
        finally:
            self._working.discard(turn)
            self._pace.add(clock() - turn.started, alone=turn.alone)

    def _has_room(self) -> bool:
        ahead = len(self._waiting)
        if self._queue is not None:
            return ahead < self._queue
        patience = self._patience_of_next()
        if math.isinf(patience):
            return self._is_burst or ahead <= self._concurrency
        return ahead < _MOST_WAITING and self._pace.wait(ahead) <= patience

    @property
    def _is_burst(self) -> bool:
        """Whether so few are here that each has its turn after a few others, whatever they take."""
        return self._busy + len(self._waiting) < _BURST

    def _patience_of_next(self) -> float:
        """Return how many seconds a request that comes now may wait: any, in a small burst."""
        if self._queue is not None or self._is_burst:
            return math.inf
        return self._pace.patience()

    def _take_place(self) -> "asyncio.Future[None]":
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._is_free:
            self._busy += 1
            place.set_result(None)
        elif self._has_room():
            self._waiting.append(place)
            self._metrics.waiting.set(len(self._waiting))
        else:
            raise self.refuse()
        return place

    async def _wait(self, place: "asyncio.Future[None]", work: Work, patience: float) -> None:
        """Wait until a place is a turn; one that is given up is nobody's."""
        if place.done() and not place.cancelled():
            return
        try:
            async with asyncio.timeout(min(self._timeout, patience)):
                await place
        except (TimeoutError, asyncio.CancelledError):
            given = place.done() and not place.cancelled()
            place.cancel()
            with suppress(ValueError):
                self._waiting.remove(place)
            self._metrics.waiting.set(len(self._waiting))
            if given:
                self._pass_on()
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            if not work.abandoned and patience < self._timeout:
                self._metrics.shed.labels("late").inc()
                raise overloaded(self._patience()) from None
            self._metrics.shed.labels("gone" if work.abandoned else "timeout").inc()
            work.check()
            raise StoppedError("the turn did not come in time; come again later") from None

    def _pass_on(self) -> None:
        """End a turn, and give turns to the first who wait."""
        self._busy -= 1
        while self._waiting and self._is_free:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(None)
                self._busy += 1
        self._metrics.waiting.set(len(self._waiting))

    async def _watch(self, request: Request, work: Work, place: "asyncio.Future[None]") -> None:
        """Abandon the work when the client goes away."""
        await inbox_of(request).gone()
        work.abandon()
        place.cancel()

    def _patience(self) -> int:
        """Return after how many seconds to come again.

        The more are refused for each that is answered, the longer, so that those who come again do
        not keep the server from answering; and not all of them at once.
        """
        now = time.monotonic()
        self._refused *= math.exp((self._refused_at - now) / _FORGETTING)
        self._refused += 1 / _FORGETTING
        self._refused_at = now
        answered = self._width / self._pace.mean
        seconds = max(self._pace.wait(len(self._waiting)), self._refused / answered)
        spread = seconds * (0.5 + random.random())  # no secret
        return min(_LONGEST_PATIENCE, max(1, math.ceil(spread)))


class EarlyRefusal:
    """ASGI middleware that refuses what there is no place for before it costs anything."""

    def __init__(self, app: ASGIApp, admission: Admission) -> None:
        self._app = app
        self._admission = admission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through while there is a place."""
        if scope["type"] == "http" and scope["path"].startswith(_HEAVY) and self._admission.is_full:
            response = excerpt_problem(self._admission.refuse())
            await answer_early(response, scope, receive, send)
            return
        await self._app(scope, receive, send)
