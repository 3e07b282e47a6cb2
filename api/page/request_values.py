"""What a request to the page carries: words, filters, and what the page remembers."""

from typing import Annotated

from fastapi import Query, Request

from api.page.library import Library
from api.page.selection import Selection, read_selection
from retrieval.answering.limits import MAX_QUERY

MAX_QUESTIONS = 20
"""Questions that are answered at once."""

Words = Annotated[str, Query(max_length=4 * MAX_QUERY * MAX_QUESTIONS)]


def library_of(request: Request) -> Library:
    """Return what the page remembers of the index."""
    library = request.app.state.library
    assert isinstance(library, Library)
    return library


def selection_of(request: Request, dated: str = "") -> Selection:
    """Return the filters that an address carries."""
    several = {name: request.query_params.getlist(name) for name in request.query_params}
    return read_selection(several, dated or "published")
