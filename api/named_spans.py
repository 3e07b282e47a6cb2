"""Spans that a caller names."""

from index.errors import InputError
from index.types import Document, Span


def checked_span(document: Document, start: int | None, end: int | None) -> Span:
    """Return a span inside a document; without a bound, it is the text's own.

    Raises:
        InputError: when it lies outside the text.
    """
    length = len(document.text)
    first, last = 0 if start is None else start, length if end is None else end
    if not 0 <= first <= last <= length:
        raise InputError(
            f"{first}:{last} is no span of {document.id}: "
            f"it takes 0 <= START <= END <= {length}, in code points"
        )
    return Span(first, last)
