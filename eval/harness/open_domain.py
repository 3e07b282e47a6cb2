"""Each question asked of a whole index, as a user would ask it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from eval.errors import refuse
from eval.harness.document_matching import Naming, names_in, unclear
from eval.types import Question
from index.types import Counts, Document
from retrieval.answering.pipeline import Trace
from retrieval.engine import Engine
from retrieval.explain import Expected, follow
from retrieval.types import Response

_CACHED_DOCUMENTS = 256


class OpenDomainSystem:
    """Asks an engine, and finds out where expected words were lost."""

    def __init__(self, engine: Engine, k: int) -> None:
        """Take an open engine and how many answers to ask for; `close` closes both."""
        self._engine = engine
        self._k = k
        self._snapshot = engine.store.snapshot()
        self.document: Callable[[str], Document] = lru_cache(_CACHED_DOCUMENTS)(engine.document)

    def ask(
        self, question: Question, within: str | None = None
    ) -> tuple[Response, dict[str, Any] | None]:
        """Return the response, and where the expected words were lost (None: they were not).

        `within` is the one document to draw from, by its id.
        """
        only = None if within is None else f"id = {json.dumps(within, ensure_ascii=False)}"
        trace = self._engine.trace(question.text, self._k, only)
        response = trace.response(self._snapshot.counts)
        return response, self._lost(question, trace)

    def _lost(self, question: Question, trace: Trace) -> dict[str, Any] | None:
        spans = tuple(answer.span for answer in question.answers if answer.span is not None)
        if question.context is None or not spans:
            return None
        expected = [Expected(question.context, spans)]
        lost = follow(self._engine, trace, self._snapshot, expected).lost
        return None if lost is None else {"stage": lost.stage, "detail": lost.detail}

    @property
    def counts(self) -> Counts:
        """Return how much the index holds."""
        return self._snapshot.counts

    def placed(
        self, questions: Sequence[Question], contexts: Mapping[str, Document], path: Path
    ) -> list[Question]:
        """Return the questions with the documents that they mean replaced by their ids.

        A question means the document that it names, or the one with the text of its context.

        Raises:
            DataError: when there is no such document in the index or several, or a gold span does
                not match.
        """
        wanted = {name for each in questions for name in names_in(each, contexts)}
        naming = Naming(self._snapshot.documents() if wanted else (), wanted)
        problems: list[str] = []
        found = []
        for each in questions:
            meant = naming.meant(names_in(each, contexts))
            if len(meant) == 1:
                problems += self._misplaced(each, meant[0])
                each = replace(each, context=meant[0])
            elif each.context is not None:
                problems.append(unclear(each, contexts, meant))
            found.append(each)
        refuse(
            path, problems, "Name documents by id, title or file name, as they are indexed; "
            "a context must be the whole text of one document.",
        )  # fmt: skip
        return found

    def _misplaced(self, question: Question, document_id: str) -> list[str]:
        text = self.document(document_id).text
        return [
            f"{question.id}: {words.span.start}:{words.span.end} should read {words.text!r} "
            f"but {question.context} has {words.span.of(text)!r} there"
            for words in question.answers
            if words.span is not None and words.span.of(text) != words.text
        ]

    def close(self) -> None:
        """Close the engine."""
        self._snapshot.close()
        self._engine.close()
