"""Several requests in one, and what comes of each."""

from pydantic import Field

from api.model_fields import Model
from api.models import AskResponse, ExplainResponse, ProblemDetails, SearchResponse
from api.request_models import AskRequest, ExplainRequest, SearchRequest

MOST = 100
"""Requests in one batch."""


class AskBatch(Model):
    """Questions, answered from one generation."""

    requests: list[AskRequest] = Field(min_length=1, max_length=MOST)


class SearchBatch(Model):
    """Queries, searched for in one generation."""

    requests: list[SearchRequest] = Field(min_length=1, max_length=MOST)


class ExplainBatch(Model):
    """Questions with expected words, explained in one generation."""

    requests: list[ExplainRequest] = Field(min_length=1, max_length=MOST)


class AskResult(Model):
    """What became of one question: the response, or the problem."""

    response: AskResponse | None
    problem: ProblemDetails | None


class SearchResult(Model):
    """What became of one query: the response, or the problem."""

    response: SearchResponse | None
    problem: ProblemDetails | None


class ExplainResult(Model):
    """What became of one explanation: the response, or the problem."""

    response: ExplainResponse | None
    problem: ProblemDetails | None


class AskResults(Model):
    """One result a question, in their order."""

    results: list[AskResult]


class SearchResults(Model):
    """One result a query, in their order."""

    results: list[SearchResult]


class ExplainResults(Model):
    """One result an explanation, in their order."""

    results: list[ExplainResult]
