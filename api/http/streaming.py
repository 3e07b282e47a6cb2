"""Answers as they come: the passages once they are found, then what was read in them."""

import asyncio
import queue
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from anyio import to_thread
from fastapi import Request

from api import asking, request_models
from api.http.access import Access
from api.http.admission import Admission
from api.http.metrics import Metrics
from api.http.server_sent_events import event
from api.live_engine import LiveEngine
from api.problem_details import problem_of
from api.schemas import answer_json, counts_json, hit_json, response_json
from index.errors import ExcerptError
from index.types import Counts, Hit
from retrieval.types import Response


@dataclass(frozen=True, slots=True)
class RetrievedPassages:
    """What the search gave, before any of it was read."""

    hits: tuple[Hit, ...]
    index: Counts


Piece = RetrievedPassages | Response | BaseException
"""What comes of a question: passages, once or twice, and then the response or what went wrong."""


class AnswerStream:
    """One question, answered by a task of its own that holds the turn and the engine."""

    def __init__(
        self,
        request: Request,
        access: Access,
        live: LiveEngine,
        admission: Admission,
        metrics: Metrics,
    ) -> None:
        """Take who asks, whom, and in what order."""
        self._request = request
        self._access = access
        self._live = live
        self._admission = admission
        self._metrics = metrics
        self._pieces: queue.SimpleQueue[Piece] = queue.SimpleQueue()
        self._news = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._first: Piece | None = None
        self._task: asyncio.Task[None] | None = None

    async def begin(self, asked: request_models.AskRequest) -> None:
        """Begin, and wait for the first piece.

        Raises:
            ExcerptError: what `api.asking.ask` raises, and what a turn does.
        """
        self._task = asyncio.create_task(self._answer(asked))
        try:
            self._first = await self._next()
        except asyncio.CancelledError:
            self._task.cancel()
            raise
        if isinstance(self._first, BaseException):
            raise self._first

    async def pieces(self) -> AsyncIterator[RetrievedPassages | Response]:
        """Yield what comes; the response is the last.

        Raises:
            ExcerptError: what went wrong after the passages were found.
        """
        piece = self._first
        try:
            while piece is not None:
                if isinstance(piece, BaseException):
                    raise piece
                yield piece
                piece = None if isinstance(piece, Response) else await self._next()
        finally:
            if self._task is not None:
                self._task.cancel()

    async def events(self) -> AsyncIterator[bytes]:
        """Yield what comes as server-sent events."""
        try:
            async for piece in self.pieces():
                for each in _events(piece):
                    yield each
        except ExcerptError as error:
            yield event("error", problem_of(error).json())

    async def _answer(self, asked: request_models.AskRequest) -> None:
        try:
            async with self._admission.turn(self._request):
                with ExitStack() as stack:
                    engine = await to_thread.run_sync(stack.enter_context, self._live.use())
                    if self._access.filter is not None:
                        engine = engine.restricted(self._access.filter)
                    response = await to_thread.run_sync(
                        lambda: asking.ask(engine, asked, self._retrieved)
                    )
            self._metrics.verdicts.labels(response.verdict).inc()
            self._metrics.observe_stages(response.timings)
            self._put(response)
        except Exception as error:  # noqa: BLE001  # told to whoever waits for the next piece
            self._put(error)

    def _retrieved(self, hits: Sequence[Hit], counts: Counts) -> None:
        self._put(RetrievedPassages(tuple(hits), counts))

    def _put(self, piece: Piece) -> None:
        """Hand a piece over, from any thread."""
        self._pieces.put(piece)
        self._loop.call_soon_threadsafe(self._news.set)

    async def _next(self) -> Piece:
        while self._pieces.empty():
            self._news.clear()
            if self._pieces.empty():
                await self._news.wait()
        return self._pieces.get()


def _events(piece: RetrievedPassages | Response) -> list[bytes]:
    if isinstance(piece, RetrievedPassages):
        found = {
            "passages": [hit_json(hit) for hit in piece.hits],
            "index": counts_json(piece.index),
        }
        return [event("passages", found)]
    answers = [event("answer", answer_json(answer)) for answer in piece.answers]
    return [*answers, event("done", response_json(piece))]
