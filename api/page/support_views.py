"""Who else says an answer, and where the copies of a passage stand."""

from collections.abc import Iterable, Iterator

from api.page import links
from api.page.source_views import Documents, FilterFields, source_of
from api.page.views import Place, PlaceList, SupportView
from index.types import Passage
from retrieval.types import Answer, Source

_LISTED = 8
"""Copies, or other sources, of one answer that are listed; the others are counted."""


def support_view(
    answer: Answer, question: str, documents: Documents, selection: FilterFields
) -> SupportView:
    """Return who else says an answer; its own source is the first of those that do."""
    own = answer.support[0].copies if answer.support else ()
    home = answer.citation.document_id
    elsewhere = _one_a_document(each for each in own if each.document_id != home)
    again = [each for each in own if each.document_id == home]

    def listed(sources: Iterable[Source]) -> PlaceList:
        return place_list(sources, question, documents, selection)

    return SupportView(
        others=listed(answer.support[1:]),
        copies=listed(map(Source, elsewhere)),
        again=listed(map(Source, again)),
    )


def place_list(
    sources: Iterable[Source],
    question: str,
    documents: Documents,
    selection: FilterFields,
) -> PlaceList:
    """Return where sources stand, each with its copies in other documents."""
    every = list(sources)
    places = tuple(
        Place(
            source_of(documents(each.passage.document_id), each.passage.span),
            links.read(each.passage.document_id, each.passage.span, more=selection, q=question),
            place_list(_elsewhere(each), question, documents, selection),
        )
        for each in every[:_LISTED]
    )
    return PlaceList(places, len(every) - len(places))


def _elsewhere(source: Source) -> Iterator[Source]:
    """Yield the copies of a source in other documents, one a document."""
    for each in _one_a_document(source.copies):
        if each.document_id != source.passage.document_id:
            yield Source(each)


def _one_a_document(passages: Iterable[Passage]) -> list[Passage]:
    """Return the first passage of each document."""
    found: dict[str, Passage] = {}
    for each in passages:
        found.setdefault(each.document_id, each)
    return list(found.values())
