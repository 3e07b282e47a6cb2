"""Requests put to an engine, the same over HTTP and MCP."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from api import request_models
from api.jobs.errors import ConflictError
from index.types import Counts, Hit
from retrieval.engine import Engine
from retrieval.explain import Explanation, explain
from retrieval.types import Response, SearchResponse


def ask(
    engine: Engine,
    asked: request_models.AskRequest,
    on_passages: Callable[[Sequence[Hit], Counts], None] | None = None,
) -> Response:
    """Answer a question; see `Engine.ask`.

    Raises:
        NotFoundError: when the generation asked for is not kept.
        ConflictError: when the index has not reached the one asked for.
    """
    with at_generation(engine, asked) as chosen:
        return chosen.ask(
            asked.question,
            k=asked.k,
            filter=asked.filter,
            risk=asked.risk,
            passages=asked.passages,
            on_passages=on_passages,
        )


def search(engine: Engine, asked: request_models.SearchRequest) -> SearchResponse:
    """Find passages; see `Engine.search`; raises as `ask` does."""
    with at_generation(engine, asked) as chosen:
        return chosen.search(asked.query, k=asked.k, filter=asked.filter)


def explained(engine: Engine, asked: request_models.ExplainRequest) -> Explanation:
    """Follow expected words to the answer; see `retrieval.explain`; raises as `ask` does."""
    with at_generation(engine, asked) as chosen:
        return explain(chosen, asked.question, asked.expected, asked.k, asked.filter)


@contextmanager
def at_generation(engine: Engine, asked: request_models.AtGeneration) -> Iterator[Engine]:
    """Lend the engine at the generation that is asked for, the newest unless one is named."""
    check_reached(engine, asked.min_generation)
    with engine.at(asked.generation) as chosen:
        yield chosen


def check_reached(engine: Engine, generation: int | None) -> None:
    """Check that the index is at least at a generation.

    Raises:
        ConflictError: when it is not there yet.
    """
    if generation is not None and engine.generation < generation:
        raise ConflictError(
            f"the index is at generation {engine.generation}, not yet at {generation}; ask again",
            members={"retry_after": 1},
        )
