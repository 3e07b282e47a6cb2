"""Each question read against its own context, without retrieval.

The context is one passage with a neutral score, read whole (readers window long ones), so that
what is measured is reading alone. Citing and attributing are the engine's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from eval.errors import DataError
from eval.types import Question
from index.protocols import Snapshot
from index.types import Counts, Document, Hit, Passage, Span
from retrieval.answers import AnswerMaker
from retrieval.protocols import Reader
from retrieval.questions import checked_query
from retrieval.stages import Stages
from retrieval.types import Answer, ReadResult, Response

NEUTRAL = 1.0


@dataclass(frozen=True, slots=True)
class _Contexts:
    """The one part of a snapshot that answers are made from: documents by id."""

    by_id: Mapping[str, Document]

    def document(self, document_id: str) -> Document:
        return self.by_id[document_id]


class ClosedAsker:
    """Asks a reader, with nothing retrieved."""

    def __init__(self, contexts: Mapping[str, Document], reader: Reader, k: int) -> None:
        """Take the contexts by id, the reader, and how many answers to ask for."""
        self.document = contexts.__getitem__
        self._reader = reader
        self._k = k
        # An answer maker looks documents up and asks nothing else of its snapshot.
        self._snapshot = cast(Snapshot, _Contexts(contexts))

    def ask(self, question: Question) -> tuple[Response, dict[str, Any] | None]:
        """Return the response, and where the expected words were lost (null: they were not)."""
        if question.context is None:
            raise DataError(f"question {question.id!r} has no context; ask it with --open")
        stages = Stages()
        hit = _whole(self.document(question.context))
        query, notes = checked_query(question.text)
        with stages("read"):
            result = self._reader.read(query, [hit], self._k + 4)
        with stages("cite"):
            made = AnswerMaker(self._snapshot, query).answers(result.readings, self._k)
        response = Response(
            question=question.text,
            verdict=result.verdict,
            answers=() if result.verdict == "not_found" else tuple(made),
            hits=(hit,),
            index=Counts(0, 1, 1),
            timings=stages.timings(),
            best=made[0] if made else None,
            notes=(*notes, *result.notes),
        )
        return response, _lost(question, result, response.best)

    def close(self) -> None:
        """Nothing is held."""


def _whole(document: Document) -> Hit:
    span = Span(0, len(document.text))
    passage = Passage(0, document.id, span, document.text, title=document.title)
    return Hit(passage, NEUTRAL)


def _lost(question: Question, result: ReadResult, best: Answer | None) -> dict[str, Any] | None:
    golds = [answer.span for answer in question.answers if answer.span is not None]
    if not golds:
        return None
    sure = f"{best.confidence:.2f}" if best else "0"
    if best is not None and any(best.citation.span.overlaps(gold) for gold in golds):
        if result.verdict != "not_found":
            return None
        return {"stage": "verdict", "detail": f"refused at confidence {sure}"}
    first = f"{best.text!r} at {sure}" if best else "nothing"
    for rank, reading in enumerate(result.readings, 1):
        if any(reading.span.overlaps(gold) for gold in golds):
            detail = f"rank {rank}: {reading.text!r} at {reading.confidence:.2f}; first {first}"
            return {"stage": "reading", "detail": detail}
    return {"stage": "reading", "detail": f"not among the spans read; the first was {first}"}
