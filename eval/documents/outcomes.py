"""A set's questions asked of an index of its files, and what came of each."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from eval.data.document_sets import DocumentQuestion, resolve
from eval.measures.squad import f1
from index.store import FileStore
from index.types import Document, Span
from retrieval.answering.wording import fold
from retrieval.engine import Engine, EngineConfig
from retrieval.types import Answer

_OWN_EXTENT = frozenset({"name", "number", "date", "place", "other"})
"""Kinds whose answers are few words; of the others a part, or more, of the words will do."""
_ENOUGH = 0.5
_NEARLY_ALL = 0.8
"""The overlap of words from which an answer is right wherever it stands."""
_ANSWERS = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question.

    Attributes:
        right: whether the best span is right, whatever the verdict; false where none is.
        among: whether one of the answers is.
        found: whether a passage that was read holds a right answer.
        confidence: of the best span, 0 where there is none.
    """

    set: str
    id: str
    kind: str
    style: str
    twist: str | None
    answerable: bool
    verdict: str
    right: bool
    among: bool
    found: bool
    confidence: float
    best: str


def outcomes(
    name: str, folder: Path, index: Path, questions: list[DocumentQuestion], reader: str
) -> Iterator[Outcome]:
    """Yield what came of each question, asked of an index of all the files in `folder`."""
    with FileStore.create(index) as store:
        store.sync([folder])
    with Engine.open(index, config=EngineConfig(reader=reader)) as engine:
        for question in questions:
            yield _outcome(name, folder, engine, question)


def write(outcome: Outcome) -> str:
    """Return an outcome as a line of JSON."""
    return json.dumps(asdict(outcome), ensure_ascii=False)


def _outcome(name: str, folder: Path, engine: Engine, question: DocumentQuestion) -> Outcome:
    response = engine.ask(question.text, _ANSWERS)

    def places(document_id: str) -> list[Span]:
        return places_in(engine.document(document_id), question, folder)

    def right(answer: Answer) -> bool:
        cited = answer.citation
        return is_right(question, cited.quote, cited.span, places(cited.document_id))

    def holds(document_id: str, span: Span) -> bool:
        return any(span.covers(place) for place in places(document_id))

    best = response.best
    return Outcome(
        set=name,
        id=question.id,
        kind=question.kind,
        style=question.style,
        twist=question.twist,
        answerable=bool(question.answers),
        verdict=response.verdict,
        right=best is not None and right(best),
        among=any(map(right, response.answers)),
        found=any(holds(hit.passage.document_id, hit.passage.span) for hit in response.hits),
        confidence=best.confidence if best else 0.0,
        best=best.text if best else "",
    )


def places_in(document: Document, question: DocumentQuestion, folder: Path) -> list[Span]:
    """Return where a document of a set holds right answers: nowhere if it is another's."""
    if document.uri != str((folder / question.file).absolute()):
        return []
    return [span for gold in question.answers for span in resolve(gold, document.text)]


def is_right(question: DocumentQuestion, text: str, span: Span, places: list[Span]) -> bool:
    """Return whether an answer has the words of a gold one, or enough of them at its place."""
    golds = [gold.text for gold in question.answers]
    if any(fold(gold) == fold(text) or f1(gold, text) >= _NEARLY_ALL for gold in golds):
        return True
    if not any(place.overlaps(span) for place in places):
        return False
    return question.kind not in _OWN_EXTENT or any(f1(gold, text) >= _ENOUGH for gold in golds)
