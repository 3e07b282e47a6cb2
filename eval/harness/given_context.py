"""Each question read against its own context.

The context is cut into passages as an index cuts it. All of them are read, so that what is
measured is reading alone; of a context with more passages than the engine reads, the engine finds
the ones to read (`QAConfig.read`), as it would in a document of that length.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from eval.errors import DataError
from eval.harness.document_passages import DocumentPassages
from eval.harness.open_domain import OpenDomainSystem
from eval.types import Question
from index.protocols import Embedder
from index.types import Counts, Document
from retrieval.answering.pipeline import Trace, answer
from retrieval.protocols import Reader
from retrieval.search.hybrid import Retrieval
from retrieval.timing import Stages
from retrieval.types import Response

_CACHED_CONTEXTS = 256


@dataclass(frozen=True, slots=True)
class _Contexts:
    """The documents that answers are made from, by id."""

    by_id: Mapping[str, Document]

    def document(self, document_id: str) -> Document:
        return self.by_id[document_id]


def long_contexts(
    contexts: Mapping[str, Document], embedder: Embedder, most: int
) -> dict[str, Document]:
    """Return the contexts that have more than `most` passages."""
    return {
        key: each
        for key, each in contexts.items()
        if len(DocumentPassages(each, embedder).passages) > most
    }


@dataclass(frozen=True, slots=True)
class LongContexts:
    """Contexts too long to be read whole, and an engine over an index of them."""

    ids: frozenset[str]
    engine: OpenDomainSystem


class GivenContextSystem:
    """Asks a reader about one context at a time."""

    def __init__(
        self,
        contexts: Mapping[str, Document],
        reader: Reader,
        k: int,
        embedder: Embedder,
        long: LongContexts | None = None,
    ) -> None:
        """Take the contexts by id, the reader, and how many answers to ask for.

        `embedder` says how contexts are cut. Of the contexts in `long`, its engine is asked,
        within each alone; it is closed with this.
        """
        self.document = contexts.__getitem__
        self._reader = reader
        self._k = k
        self._long = long
        self._passages = lru_cache(_CACHED_CONTEXTS)(
            lambda key: DocumentPassages(self.document(key), embedder)
        )
        self._documents = _Contexts(contexts)

    def ask(self, question: Question) -> tuple[Response, dict[str, Any] | None]:
        """Return the response, and where the expected words were lost (None: they were not)."""
        if question.context is None:
            raise DataError(f"question {question.id!r} has no context; ask it with --open")
        if self._long is not None and question.context in self._long.ids:
            return self._long.engine.ask(question, within=question.context)
        stages = Stages()
        passages = self._passages(question.context)
        trace = answer(
            question.text,
            lambda query: Retrieval(list(passages.hits(query))),
            self._reader,
            self._documents,
            self._k,
            stages,
        )
        return trace.response(Counts(0, 1, len(trace.hits))), _lost(question, trace)

    def close(self) -> None:
        """Close the engine, where there is one."""
        if self._long is not None:
            self._long.engine.close()


def _lost(question: Question, trace: Trace) -> dict[str, Any] | None:
    hits, result, best = trace.hits, trace.result, trace.best
    golds = [answer.span for answer in question.answers if answer.span is not None]
    if not golds:
        return None
    sure = f"{best.confidence:.2f}" if best else "0"
    if best is not None and any(best.citation.span.overlaps(gold) for gold in golds):
        if trace.verdict != "not_found":
            return None
        return {"stage": "verdict", "detail": f"refused at confidence {sure}"}
    if not any(hit.passage.span.covers(gold) for hit in hits for gold in golds):
        return {"stage": "chunking", "detail": "cut apart: no passage holds a gold span whole"}
    first = f"{best.text!r} at {sure}" if best else "nothing"
    for rank, reading in enumerate(result.readings, 1):
        if any(reading.span.overlaps(gold) for gold in golds):
            detail = f"rank {rank}: {reading.text!r} at {reading.confidence:.2f}; first {first}"
            return {"stage": "reading", "detail": detail}
    return {"stage": "reading", "detail": f"not among the spans read; the first was {first}"}
