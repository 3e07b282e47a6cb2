"""`Engine`: the documented way to ask an index, from any number of threads."""

import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from index.protocols import Embedder, Snapshot, Store
from index.types import Counts, Document, Hit
from retrieval.answering.limits import checked_k, checked_query
from retrieval.answering.pipeline import answer
from retrieval.answering.question import Question
from retrieval.current_snapshot import CurrentSnapshot
from retrieval.protocols import Reader
from retrieval.reader.registry import DEFAULT_READER, open_reader
from retrieval.search.hybrid import Found, HybridRetriever, RetrievalConfig
from retrieval.timing import Stages
from retrieval.types import Answer, ReadResult, Response, SearchResponse, Verdict


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """How an engine answers.

    `read` is how many passages the reader reads; `reader` is its name in the registry.
    """

    retrieval: RetrievalConfig = field(default_factory=RetrievalConfig)
    read: int = 8
    reader: str = DEFAULT_READER


@dataclass(frozen=True, slots=True)
class Trace:
    """Every stage of one question, for explanation: what each arm found, what was read."""

    question: str
    generation: int
    found: Found
    hits: tuple[Hit, ...]
    result: ReadResult
    answers: tuple[Answer, ...]
    best: Answer | None
    stages: Stages
    notes: tuple[str, ...] = ()
    parsed: Question | None = None


class Engine:
    """Searches and answers over one index. Thread-safe; close it, or use it in a `with`."""

    def __init__(
        self,
        store: Store,
        embedder: Embedder,
        *,
        reader: Reader | None = None,
        config: EngineConfig | None = None,
    ) -> None:
        """Take an open store and the embedder that made it; `open` does both."""
        self.store = store
        self.config = config or EngineConfig()
        self.retriever = HybridRetriever(embedder, self.config.retrieval)
        self._reader = reader
        self._reader_lock = threading.Lock()
        self._current = CurrentSnapshot(store)
        self._owned = ExitStack()

    @classmethod
    def open(
        cls,
        path: Path | str,
        *,
        reader: Reader | None = None,
        config: EngineConfig | None = None,
    ) -> Self:
        """Open the index at `path`, a folder or a URL whose scheme names the store.

        Args:
            path: the index folder, or the URL of a store.
            reader: what reads the passages; by default the configured one, opened when first
                asked.
            config: how the engine answers.

        Raises:
            IndexUnavailableError: when there is no index of ours, or it was made by another
                version or embedder.
        """
        from index.store.schemes import open_store

        with ExitStack() as stack:
            store = open_store(path)
            stack.callback(store.close)
            engine = cls(store, store.embedder, reader=reader, config=config)
            engine._owned = stack.pop_all()
        return engine

    def search(self, query: str, k: int = 10, filter: str | None = None) -> SearchResponse:
        """Return the k passages nearest to `query`.

        Args:
            query: plain text; no character of it is an operator.
            k: 1 to 1,000 (`retrieval.answering.limits.MAX_K`).
            filter: which documents to draw from (see `index.filters`).

        Raises:
            InputError: when the query is blank, k out of bounds, or the filter unusable.
        """
        stages = Stages()
        checked_k(k)
        query_used, notes = checked_query(query)
        with self._current.use() as snapshot:
            found = self.retriever.find(
                snapshot, query_used, _given(filter), depth=k, stages=stages
            )
            with stages("passages"):
                hits = tuple(self.retriever.hits(snapshot, found, k))
            counts = snapshot.counts
        return SearchResponse(query, hits, counts, stages.timings(), tuple(notes))

    def ask(self, question: str, k: int = 5, filter: str | None = None) -> Response:
        """Return at most k answers to `question`, each cited, or that the documents do not say.

        `best` is the best span whatever the verdict.

        Raises:
            InputError: when the question is blank, k out of bounds, or the filter unusable.
            ModelError: when the reader's weights are unusable.
            CitationError: when the stored text is not what was indexed.
        """
        checked_k(k)
        with self._current.use() as snapshot:
            trace = self._trace(snapshot, question, k, filter)
            counts = snapshot.counts
        return Response(
            question=question,
            verdict=trace.result.verdict,
            answers=trace.answers,
            hits=trace.hits,
            index=counts,
            timings=trace.stages.timings(),
            best=trace.best,
            notes=(*trace.notes, *_unread(trace.result.verdict, counts)),
            parsed=trace.parsed,
        )

    def trace(self, question: str, k: int = 5, filter: str | None = None) -> Trace:
        """Return every stage of answering `question`; raises what `ask` raises."""
        checked_k(k)
        with self._current.use() as snapshot:
            return self._trace(snapshot, question, k, filter)

    def document(self, document_id: str) -> Document:
        """Return a document of the current generation, its text checked against its sha256.

        Raises:
            NotFoundError: when there is none with this id.
            CitationError: when the stored text does not match its digest.
        """
        with self._current.use() as snapshot:
            return snapshot.document(document_id)

    def refresh(self) -> int:
        """Move on to the newest generation and return its number; cheap when it is the newest."""
        return self._current.refresh()

    @property
    def generation(self) -> int:
        """The number of the generation that is asked."""
        with self._current.use() as snapshot:
            return snapshot.counts.generation

    @property
    def counts(self) -> Counts:
        """How much the generation that is asked holds."""
        with self._current.use() as snapshot:
            return snapshot.counts

    @property
    def reader(self) -> Reader:
        """The reader, opened on first use."""
        with self._reader_lock:
            if self._reader is None:
                self._reader = open_reader(self.config.reader)
            return self._reader

    def close(self) -> None:
        """Let go of the index; questions that are being answered are finished first.

        A store that `open` made is closed too; one that was handed in stays its caller's.
        """
        self._current.close()
        self._owned.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _trace(self, snapshot: Snapshot, question: str, k: int, filter: str | None) -> Trace:
        stages = Stages()
        rankings: list[Found] = []
        embedder = self.retriever.embedder.fingerprint

        def search(query: str) -> tuple[Sequence[Hit], Found]:
            found, hits = self._find(snapshot, query, filter, stages)
            rankings.append(found)
            return hits, found

        outcome = answer(question, search, self.reader, snapshot, k, stages, embedder)
        return Trace(
            question=question,
            generation=snapshot.counts.generation,
            found=rankings[-1],
            hits=outcome.hits,
            result=outcome.result,
            answers=outcome.answers,
            best=outcome.best,
            stages=stages,
            notes=outcome.notes,
            parsed=outcome.question,
        )

    def _find(
        self, snapshot: Snapshot, query: str, filter: str | None, stages: Stages
    ) -> tuple[Found, list[Hit]]:
        read = self.config.read
        found = self.retriever.find(snapshot, query, _given(filter), depth=read, stages=stages)
        with stages("passages"):
            return found, self.retriever.hits(snapshot, found, read)


def _given(expression: str | None) -> str | None:
    """Return a filter that says something; a blank one filters nothing."""
    return expression if expression and expression.strip() else None


__all__: Sequence[str] = ["Engine", "EngineConfig", "Trace"]


def _unread(verdict: Verdict, counts: Counts) -> tuple[str, ...]:
    """Return what to know beside "not found" of files that could not be read."""
    if verdict != "not_found" or not counts.unread:
        return ()
    files = "1 file" if counts.unread == 1 else f"{counts.unread:,} files"
    return (f"{files} could not be read, and may say it: excerpt status --skipped",)
