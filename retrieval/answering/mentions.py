"""Which of the nearest documents do not mention what a question names.

Said where there is no answer, and only of documents that were looked through from end to end: that
a passage lacks a name says nothing of its document, nor one document of the others.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from index.types import Document, Hit
from retrieval.answering.missing import asked_about, comparable, mentions
from retrieval.types import Reason

if TYPE_CHECKING:
    from retrieval.answering.pipeline import Documents

_LONGEST = 4_000_000
"""Code points that are looked through; documents after that are not spoken of."""

_NAMED = 3
"""Documents that are named in one sentence; the others are counted."""

_THINGS = 2
"""Names and codes that are spoken of."""


def unmentioned(question: str, hits: Sequence[Hit], documents: "Documents") -> Iterator[Reason]:
    """Yield, for the first names and codes of a question, which documents do not mention them.

    Args:
        question: as it was read.
        hits: the passages that were read; their documents are looked through.
        documents: where those are.
    """
    asked = asked_about(question)[:_THINGS]
    near = _looked_through(hits, documents) if asked else []
    texts = [(each, comparable(searched_text(each))) for each in near]
    for what in asked:
        lacking = [document for document, text in texts if not mentions(text, what)]
        if lacking:
            yield Reason("missing", _sentence(what, lacking, len(near)))


def searched_text(document: Document) -> str:
    """Return all of a document that may mention something."""
    return "\n".join((document.title, document.uri, document.text))


def named(document: Document) -> str:
    """Return how a document is called in a sentence."""
    return f"«{document.title or document.id}»"


def _looked_through(hits: Sequence[Hit], documents: "Documents") -> list[Document]:
    near: list[Document] = []
    room = _LONGEST
    for identity in dict.fromkeys(hit.passage.document_id for hit in hits):
        document = documents.document(identity)
        room -= len(document.text)
        if room < 0:
            break
        near.append(document)
    return near


def _sentence(what: str, lacking: Sequence[Document], near: int) -> str:
    end = f"{what}, which was asked about"
    if near == 1:
        return f"the document does not mention {end}"
    if len(lacking) == near:
        return f"none of the {near} nearest documents mentions {end}"
    names = [named(each) for each in lacking[:_NAMED]]
    more = len(lacking) - len(names)
    names += [f"{more} more"] if more else []
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    verb = "does" if len(lacking) == 1 else "do"
    return f"of the {near} nearest documents, {listed} {verb} not mention {end}"
