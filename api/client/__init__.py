"""A client of the HTTP endpoints, sync and async; it needs httpx and nothing else of Excerpt.

    from api.client import Excerpt

    with Excerpt("http://127.0.0.1:8000", key="…") as excerpt:
        response = excerpt.ask("Who is the harbour master?")
        for answer in response.answers:
            print(answer.text, answer.citation.title, answer.citation.line)

    types     what comes back, as frozen dataclasses
    parsing   JSON into them; keys that they do not know are passed over
    calls     each request and what is made of its answer, whoever sends it
    retrying  what is sent again, and when
    errors    what can go wrong
    sync      `Excerpt`; asynchronous: `AsyncExcerpt`

What only reads is sent again after a lost connection, a 429 or a 503; so is a write, whose
`Idempotency-Key` keeps it from being done twice.
"""

from api.client.asynchronous import AsyncExcerpt
from api.client.calls import File, NewDocument
from api.client.errors import ApiError, JobFailedError
from api.client.retrying import Retrying
from api.client.synchronous import Excerpt
from api.client.types import (
    Answer,
    Attribution,
    Citation,
    Document,
    DocumentHead,
    DocumentPage,
    Explanation,
    Job,
    Part,
    Passage,
    QuotedSpan,
    Reason,
    Response,
    SearchResponse,
    Source,
    Words,
)

__all__ = [
    "Answer",
    "ApiError",
    "AsyncExcerpt",
    "Attribution",
    "Citation",
    "Document",
    "DocumentHead",
    "DocumentPage",
    "Excerpt",
    "Explanation",
    "File",
    "Job",
    "JobFailedError",
    "NewDocument",
    "Part",
    "Passage",
    "QuotedSpan",
    "Reason",
    "Response",
    "Retrying",
    "SearchResponse",
    "Source",
    "Words",
]
