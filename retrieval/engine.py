"""`Engine`: the documented way to ask an index, from any number of threads."""

import copy
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self
from weakref import WeakKeyDictionary

from index.protocols import Embedder, Snapshot, Store
from index.types import Counts, Document, Hit
from retrieval.answering.limits import (
    MAX_K,
    checked_k,
    checked_length,
    checked_query,
    checked_risk,
)
from retrieval.answering.notes import index_notes
from retrieval.answering.pipeline import Trace, answer
from retrieval.protocols import Reader
from retrieval.reader.registry import DEFAULT_READER, LazyReader
from retrieval.search.hybrid import Retrieval, RetrievalConfig
from retrieval.search.retrievers import DEFAULT_RETRIEVER, RERANKERS, RETRIEVERS
from retrieval.snapshots import (
    CurrentSnapshot,
    PinnedSource,
    RestrictedSource,
    SnapshotSource,
    VisibleBySnapshot,
)
from retrieval.timing import Stages
from retrieval.types import DEFAULT_RISK, Response, SearchResponse

if TYPE_CHECKING:
    from index.filters.nodes import Filter


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """How an engine answers.

    `retriever` and `reader` are names in the registries, `retrieval` is the retriever's
    configuration, and `read` how many passages the reader reads. A question of more than
    `max_question` characters, or a larger k than `max_k`, is refused. `reranker` names one that
    orders the best `reranked` passages anew; None leaves them as they were found.
    """

    retrieval: RetrievalConfig = field(default_factory=RetrievalConfig)
    read: int = 8
    reader: str = DEFAULT_READER
    max_question: int | None = None
    max_k: int = MAX_K
    reranker: str | None = None
    reranked: int = 50
    retriever: str = DEFAULT_RETRIEVER


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
        self.restriction: Filter | None = None
        self.config = config or EngineConfig()
        self.embedder = embedder
        self.retriever = RETRIEVERS.get(self.config.retriever)(embedder, self.config.retrieval)
        reranker = self.config.reranker
        self._reranker = None if reranker is None else RERANKERS.get(reranker)()
        self._reader = LazyReader(self.config.reader, reader)
        self._current: SnapshotSource = CurrentSnapshot(store)
        self._visible: VisibleBySnapshot = WeakKeyDictionary()
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

    def restricted(self, tree: "Filter") -> "Engine":
        """Return an engine over the documents that pass a filter; others are as if not there.

        It shares all that this one has open; closing it closes nothing. A filter that names a
        field that no document has is no error: nothing passes such a comparison.
        """
        from index.restricted import RestrictedStore

        engine = copy.copy(self)
        engine.restriction = tree
        engine.store = RestrictedStore(self.store, tree)
        engine._current = RestrictedSource(self._current, tree, self._visible)
        engine._owned = ExitStack()
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
        self._check(query, k)
        query_used, notes = checked_query(query)
        with self._current.use() as snapshot:
            result = self._find(snapshot, query_used, filter, k, stages)
            counts = snapshot.counts
        all_notes = (*notes, *result.notes, *index_notes(result.rankings, counts))
        return SearchResponse(query, tuple(result.hits), counts, stages.timings(), all_notes)

    def ask(
        self,
        question: str,
        k: int = 5,
        filter: str | None = None,
        *,
        risk: float = DEFAULT_RISK,
        passages: int | None = None,
        on_passages: Callable[[Sequence[Hit], Counts], None] | None = None,
    ) -> Response:
        """Return at most k answers to `question`, each cited, or that the documents do not say.

        `best` is the best span whatever the verdict.

        Args:
            question: in plain words.
            k: 1 to 1,000 (`retrieval.answering.limits.MAX_K`).
            filter: which documents to draw from (see `index.filters`).
            risk: the share of what is called `answered` that may be wrong, 0 to 1.
            passages: how many passages to return, best first; by default those that were read.
            on_passages: called with the passages as soon as they are found, before they are
                read; again where a misspelt word was mended and the search was repeated.

        Raises:
            InputError: when the question is blank, k out of bounds, or the filter unusable.
            ModelError: when the reader's weights are unusable.
            CitationError: when the stored text is not what was indexed.
        """
        self._check(question, k)
        checked_risk(risk)
        with self._current.use() as snapshot:
            counts = snapshot.counts

            def on_hits(hits: Sequence[Hit]) -> None:
                if on_passages is not None:
                    on_passages(hits[:passages], counts)

            trace = self._trace(snapshot, question, k, filter, risk, on_hits)
            more = self._with_more(snapshot, trace, filter, passages)
            return trace.response(snapshot.counts, more)  # Damage shows when it is read.

    def trace(self, question: str, k: int = 5, filter: str | None = None) -> Trace:
        """Return every stage of answering `question`; raises what `ask` raises."""
        self._check(question, k)
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

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Lend the generation that is asked, for the length of a block."""
        with self._current.use() as snapshot:
            yield snapshot

    @contextmanager
    def at(self, generation: int | None = None) -> Iterator["Engine"]:
        """Lend an engine that stays at one generation, the one that is asked now or another.

        Raises:
            NotFoundError: when that generation is not kept.
        """
        with ExitStack() as stack:
            snapshot = stack.enter_context(self._current.use())
            if generation is not None and generation != snapshot.counts.generation:
                snapshot = stack.enter_context(self.store.snapshot(generation))
            engine = copy.copy(self)
            engine._current = PinnedSource(snapshot)
            engine._owned = ExitStack()
            yield engine

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
        return self._reader.get()

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

    def _check(self, question: str, k: int) -> None:
        checked_k(k, self.config.max_k)
        checked_length(question, self.config.max_question)

    def _with_more(
        self, snapshot: Snapshot, trace: Trace, filter: str | None, wanted: int | None
    ) -> tuple[Hit, ...]:
        """Return as many passages as are wanted: those that were read, then the next best."""
        if wanted is None or wanted <= len(trace.hits):
            return trace.hits[:wanted]
        retrieved = self._find(snapshot, trace.parsed.text, filter, wanted, trace.stages)
        read = {hit.passage.id for hit in trace.hits}
        others = [hit for hit in retrieved.hits if hit.passage.id not in read]
        return (*trace.hits, *others)[:wanted]

    def _trace(
        self,
        snapshot: Snapshot,
        question: str,
        k: int,
        filter: str | None,
        risk: float = DEFAULT_RISK,
        on_hits: Callable[[Sequence[Hit]], None] = lambda _: None,
    ) -> Trace:
        stages = Stages()

        def search(query: str) -> Retrieval:
            result = self._find(snapshot, query, filter, self.config.read, stages)
            on_hits(result.hits)
            return result

        return answer(
            question, search, self.reader, snapshot, k, stages, self.embedder.fingerprint, risk
        )

    def _find(
        self, snapshot: Snapshot, query: str, filter: str | None, k: int, stages: Stages
    ) -> Retrieval:
        """Return the best k passages, in the reranker's order if there is one."""
        expression = filter if filter and filter.strip() else None
        depth = k if self._reranker is None else max(k, self.config.reranked)
        retrieved = self.retriever.retrieve(snapshot, query, depth, expression, stages)
        hits = retrieved.hits
        if self._reranker is not None:
            with stages("rerank"):
                hits = self._reranker.rerank(query, hits)
        return replace(retrieved, hits=hits[:k])


__all__: Sequence[str] = ["Engine", "EngineConfig", "Trace"]
