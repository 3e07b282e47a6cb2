"""`Engine`: the documented way to ask an index, from any number of threads."""

import copy
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self
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
from retrieval.answering.pipeline import answer
from retrieval.answering.question import Question
from retrieval.current_snapshot import CurrentSnapshot
from retrieval.protocols import Reader
from retrieval.reader.registry import DEFAULT_READER, open_reader
from retrieval.search.hybrid import Found, HybridRetriever, RetrievalConfig
from retrieval.search.reranking import RERANKERS
from retrieval.timing import Stages
from retrieval.types import (
    DEFAULT_RISK,
    Answer,
    ReadResult,
    Reason,
    Response,
    SearchResponse,
    Verdict,
)

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from index.filters.nodes import Filter
    from index.restricted import Visible


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """How an engine answers.

    `read` is how many passages the reader reads; `reader` is its name in the registry. A question
    of more than `max_question` characters, or a larger k than `max_k`, is refused. `reranker` names
    one that orders the best `reranked` passages anew; None leaves them as they were found.
    """

    retrieval: RetrievalConfig = field(default_factory=RetrievalConfig)
    read: int = 8
    reader: str = DEFAULT_READER
    max_question: int | None = None
    max_k: int = MAX_K
    reranker: str | None = None
    reranked: int = 50


@dataclass(frozen=True, slots=True)
class Trace:
    """Every stage of one question, for explanation: what each arm found, what was read."""

    question: str
    generation: int
    found: Found
    hits: tuple[Hit, ...]
    result: ReadResult
    verdict: Verdict
    reasons: tuple[Reason, ...]
    answers: tuple[Answer, ...]
    best: Answer | None
    stages: Stages
    notes: tuple[str, ...] = ()
    parsed: Question | None = None


class _Current(Protocol):
    """Lends the snapshot that is asked; see `CurrentSnapshot`."""

    def use(self) -> "AbstractContextManager[Snapshot]": ...

    def refresh(self) -> int: ...

    def close(self) -> None: ...


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
        self.retriever = HybridRetriever(embedder, self.config.retrieval)
        reranker = self.config.reranker
        self._reranker = None if reranker is None else RERANKERS.get(reranker)()
        self._reader = _LazyReader(self.config.reader, reader)
        self._current: _Current = CurrentSnapshot(store)
        self._visible: _Seen = WeakKeyDictionary()
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
        engine._current = _Restricted(self._current, tree, self._visible)
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
            found, hits = self._find(snapshot, query_used, filter, k, stages)
            counts = snapshot.counts
        told = (*notes, *_nothing_passed(found), *_without_vectors(counts))
        return SearchResponse(query, tuple(hits), counts, stages.timings(), told)

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

            def found(hits: Sequence[Hit]) -> None:
                if on_passages is not None:
                    on_passages(hits[:passages], counts)

            trace = self._trace(snapshot, question, k, filter, risk, found)
            hits = self._with_more(snapshot, trace, filter, passages)
        return Response(
            question=question,
            verdict=trace.verdict,
            answers=trace.answers,
            hits=hits,
            index=counts,
            timings=trace.stages.timings(),
            best=trace.best,
            notes=(
                *trace.notes,
                *_nothing_passed(trace.found),
                *_without_vectors(counts),
                *_unread(trace.verdict, counts),
            ),
            parsed=trace.parsed,
            reasons=trace.reasons,
            reader=self.reader.name,
        )

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
            engine._current = _Pinned(snapshot)
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
        query = trace.parsed.text if trace.parsed else trace.question
        _, hits = self._find(snapshot, query, filter, wanted, trace.stages)
        read = {hit.passage.id for hit in trace.hits}
        others = [hit for hit in hits if hit.passage.id not in read]
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
        rankings: list[Found] = []
        embedder = self.retriever.embedder.fingerprint

        def search(query: str) -> tuple[Sequence[Hit], Found]:
            found, hits = self._find(snapshot, query, filter, self.config.read, stages)
            rankings.append(found)
            on_hits(hits)
            return hits, found

        outcome = answer(question, search, self.reader, snapshot, k, stages, embedder, risk)
        return Trace(
            question=question,
            generation=snapshot.counts.generation,
            found=rankings[-1],
            hits=outcome.hits,
            result=outcome.result,
            verdict=outcome.verdict,
            reasons=outcome.reasons,
            answers=outcome.answers,
            best=outcome.best,
            stages=stages,
            notes=outcome.notes,
            parsed=outcome.question,
        )

    def _find(
        self, snapshot: Snapshot, query: str, filter: str | None, k: int, stages: Stages
    ) -> tuple[Found, list[Hit]]:
        """Return every ranking and the best k passages, in the reranker's order if there is one."""
        depth = k if self._reranker is None else max(k, self.config.reranked)
        found = self.retriever.find(snapshot, query, _given(filter), depth=depth, stages=stages)
        with stages("passages"):
            hits = self.retriever.hits(snapshot, found, depth)
        if self._reranker is not None:
            with stages("rerank"):
                hits = self._reranker.rerank(query, hits)
        return found, hits[:k]


class _LazyReader:
    """A reader that is opened on first use, once for all engines that share it."""

    def __init__(self, name: str, reader: Reader | None) -> None:
        self._name = name
        self._reader = reader
        self._lock = threading.Lock()

    def get(self) -> Reader:
        with self._lock:
            if self._reader is None:
                self._reader = open_reader(self._name)
            return self._reader


_Seen = WeakKeyDictionary[Snapshot, "dict[Filter, Visible]"]
"""What passes each filter in each snapshot that is still open."""


class _Restricted:
    """Lends the current snapshot seen through a filter; what passes is selected once for each."""

    def __init__(self, current: _Current, tree: "Filter", seen: _Seen) -> None:
        self._current = current
        self._tree = tree
        self._seen = seen

    @contextmanager
    def use(self) -> Iterator[Snapshot]:
        from index.restricted import RestrictedSnapshot, visible

        with self._current.use() as snapshot:
            of_snapshot = self._seen.setdefault(snapshot, {})
            if self._tree not in of_snapshot:
                of_snapshot[self._tree] = visible(snapshot, self._tree)
            yield RestrictedSnapshot(snapshot, of_snapshot[self._tree])

    def refresh(self) -> int:
        return self._current.refresh()

    def close(self) -> None:
        """Leave the snapshot to whom it belongs."""


def _nothing_passed(found: Found) -> tuple[str, ...]:
    """Return what to know where a filter left nothing: no document was asked."""
    if found.allowed is None or len(found.allowed):
        return ()
    return ("no document passes the filter, so nothing was looked at",)


class _Pinned:
    """Lends one snapshot, which stays its owner's to close."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    @contextmanager
    def use(self) -> Iterator[Snapshot]:
        yield self._snapshot

    def refresh(self) -> int:
        return self._snapshot.counts.generation

    def close(self) -> None:
        """Leave the snapshot to whom it belongs."""


def _without_vectors(counts: Counts) -> tuple[str, ...]:
    """Return what to know where damage keeps passages from one of the arms."""
    if not counts.without_vectors:
        return ()
    return (
        f"the vectors of {counts.without_vectors:,} passages are damaged, so that only their words "
        "are searched; to mend them: excerpt index",
    )


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
