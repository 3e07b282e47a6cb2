"""Where words stand, as people say it: the document, its headings, the place in its source."""

import re
from collections.abc import Callable, Mapping, Sequence

from api.output import visible
from api.page.row_views import is_table_head
from api.page.views import SourceView
from index.types import Document, Span

Documents = Callable[[str], Document]
"""Returns a document by its id; it may remember those it returned."""
FilterFields = Mapping[str, Sequence[str]]
"""What an address carries of the filters, so that a reader finds the way back."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_PLACE_FIELDS = ("slide", "sheet", "cell", "part", "time", "pointer", "path")
_PLACE_WORDS = {"time": "at", "path": "file"}
"""How a kind of place is said where its name says it badly: a path is that of an inner file."""


def source_of(
    document: Document, span: Span, place: Mapping[str, str | int] | None = None
) -> SourceView:
    """Return where a span stands, in words."""
    from index.places import places_of

    found = place or places_of(document.places, span)
    return SourceView(
        document_id=document.id,
        title=visible(document.title or document.id),
        headings=tuple(visible(each) for each in headings_above(document, span.start)),
        place=place_words(found),
        file=visible(document.uri.rstrip("/").rsplit("/", 1)[-1]),
        language=language_of(document),
    )


def language_of(document: Document) -> str:
    """Return the language that a document says it is in, as HTML writes it, or ""."""
    said = str(document.metadata.get("language", ""))
    return said if _LANGUAGE.fullmatch(said) else ""


def headings_above(document: Document, offset: int) -> list[str]:
    """Return the headings that stand over an offset, outermost first; the title is left out."""
    above: list[tuple[int, str]] = []
    for heading in document.outline:
        if heading.span.start > offset:
            break
        above = [each for each in above if each[0] < heading.level]
        if heading.text and not is_table_head(document, heading):
            above.append((heading.level, heading.text))
    title = document.title.split()
    return [text for _, text in above if text.split() != title]


def place_words(place: Mapping[str, str | int] | Mapping[str, str]) -> str:
    """Return a place in the source as people say it.

    >>> place_words({"page": 12, "label": "x"}), place_words({"sheet": "Costs", "cell": "B7"})
    ('page x (12 of the file)', 'sheet Costs, cell B7')
    >>> place_words({"time": "00:00:01.5 --> 00:00:03"})
    'at 00:00:01.5 to 00:00:03'
    """
    page, label = place.get("page"), place.get("label")
    said = [f"page {label} ({page} of the file)" if label else f"page {page}"] if page else []
    said += [_kind_words(kind, place[kind]) for kind in _PLACE_FIELDS if kind in place]
    return ", ".join(said)


def _kind_words(kind: str, value: str | int) -> str:
    if kind == "time":
        value = str(value).replace(" --> ", " to ")
    return visible(f"{_PLACE_WORDS.get(kind, kind)} {value}")
