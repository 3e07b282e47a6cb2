"""Judged questions over collections of many kinds, with what both arms found for each.

Asking is what costs: the answers are kept in a cache folder, so that fusions can be fitted to them
again and again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.data.document_sets import DocumentSet, read_document_questions
from eval.data.question_sets import read_questions
from eval.documents.outcomes import places_in
from eval.harness.corpora import cache_folder, indexed
from eval.harness.sample import every_nth
from eval.peers.excerpts import any_split
from eval.tracking import track
from eval.types import Question
from index.embedding import open_embedder
from index.protocols import Snapshot
from index.store import FileStore
from index.text.digest import text_digest
from index.text.sentences import sentences
from index.types import Document, Passage, Span
from retrieval.answering.limits import checked_query
from retrieval.search.fusion import Candidates
from retrieval.search.hybrid import HybridRetriever

ANY_RIGHT = -1
"""The unit of all passages that answer a question, of which one will do."""

CUT = 10
_DISCOUNTS = 1 / np.log2(np.arange(2, CUT + 2))

Gain = Callable[[Passage], tuple[int, float]]
"""The unit that a passage counts for (a document, or itself), and what that is worth."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One question's candidates, what each counts for, and the best DCG@10 there could be.

    `units` and `gains` have shape (n,), in the order of the candidates.
    """

    candidates: Candidates
    units: NDArray[np.int64]
    gains: NDArray[np.float32]
    ideal: float

    def ndcg(self, scores: NDArray[np.float32]) -> float:
        """Return nDCG@10 of the units, each by its best candidate; -inf leaves one out."""
        order = np.lexsort((self.candidates.ids, -scores))
        order = order[np.isfinite(scores[order])]
        _, first = np.unique(self.units[order], return_index=True)
        gains = self.gains[order][np.sort(first)][:CUT]
        return float(gains @ _DISCOUNTS[: len(gains)]) / self.ideal


@dataclass(frozen=True, slots=True)
class Collection:
    """Judged questions; those of one `group` weigh as one collection."""

    name: str
    group: str
    questions: tuple[Judged, ...]


def beir(folder: Path, limit: int) -> Collection:
    """Ask a BEIR folder's queries; documents are judged, each by its best passage."""
    data = any_split(folder)
    total = sum(1 for _ in data.documents())
    store, embedder = indexed(data.corpus_sha256, data.documents, total=total)
    numbers = {each.id: number for number, each in enumerate(data.documents())}

    def asked() -> Iterator[tuple[str, Gain, float]]:
        for query in every_nth(list(data.queries), limit):
            grades = {d: float(max(0, g)) for d, g in data.qrels[query].items()}
            yield data.queries[query], _by_document(numbers, grades), _ideal(grades.values())

    return _collected(folder.name, folder.name, store, HybridRetriever(embedder), asked())


def opened(path: Path, limit: int, *, by_sentence: bool = False) -> Collection:
    """Ask a question set of all its contexts, or of their sentences, each a document then."""
    data = read_questions(path)
    contexts = dict(data.contexts)
    pieces = dict(_sentences(contexts)) if by_sentence else contexts
    content = text_digest(" ".join(sorted(f"{key} {d.sha256}" for key, d in pieces.items())))
    store, embedder = indexed(content, pieces.values, total=len(pieces))

    def asked() -> Iterator[tuple[str, Gain, float]]:
        able = [each for each in data.questions if each.answerable and each.context is not None]
        for each in every_nth(able, limit):
            yield each.text, _by_span(dict(_places(each, contexts, by_sentence=by_sentence))), 1.0

    name = f"{data.name}, sentences" if by_sentence else data.name
    return _collected(name, name, store, HybridRetriever(embedder), asked())


def document_set(described: DocumentSet, questions: Path, folder: Path, limit: int) -> Collection:
    """Ask a document set's questions of an index of its files; its group is `documents`."""
    place = cache_folder() / f"documents-{described.name}"
    embedder = open_embedder()
    if not place.exists():
        with FileStore.create(place, embedder=embedder) as made:
            made.sync([folder])
    store = FileStore.open(place, embedder=embedder)

    def asked() -> Iterator[tuple[str, Gain, float]]:
        able = [each for each in read_document_questions(questions) if each.answerable]
        with store.snapshot() as snapshot:
            documents = list(snapshot.documents())
        for each in every_nth(able, limit):
            spans = {d.id: places_in(d, each, folder) for d in documents}
            yield each.text, _by_span(spans), 1.0

    return _collected(described.name, "documents", store, HybridRetriever(embedder), asked())


def _collected(
    name: str,
    group: str,
    store: FileStore,
    retriever: HybridRetriever,
    asked: Iterable[tuple[str, Gain, float]],
) -> Collection:
    with store, store.snapshot() as snapshot:
        judged = [
            _judged(snapshot, retriever, *each) for each in track(asked, f"asking {name}", total=0)
        ]
    return Collection(name, group, tuple(each for each in judged if each.ideal))


def _judged(
    snapshot: Snapshot, retriever: HybridRetriever, text: str, gain: Gain, ideal: float
) -> Judged:
    candidates = retriever.find(snapshot, checked_query(text)[0]).candidates
    vectors = candidates.vectors_of(candidates.ids).astype(np.float16)
    ids = candidates.ids
    held = replace(
        candidates,
        vectors_of=lambda some: vectors[np.searchsorted(ids, some)].astype(np.float32),
    )
    counted = [gain(each) for each in snapshot.passages(ids.tolist())]
    units = np.array([unit for unit, _ in counted], dtype=np.int64)
    return Judged(held, units, np.array([g for _, g in counted], dtype=np.float32), ideal)


def _by_document(numbers: dict[str, int], grades: dict[str, float]) -> Gain:
    return lambda passage: (numbers[passage.document_id], grades.get(passage.document_id, 0.0))


def _by_span(spans: dict[str, list[Span]]) -> Gain:
    def gain(passage: Passage) -> tuple[int, float]:
        places = spans.get(passage.document_id, ())
        right = any(passage.span.covers(each) for each in places)
        return (ANY_RIGHT, 1.0) if right else (passage.id, 0.0)

    return gain


def _ideal(grades: Iterable[float]) -> float:
    best = np.array(sorted(grades, reverse=True)[:CUT])
    return float(best @ _DISCOUNTS[: len(best)])


def _places(
    question: Question, contexts: dict[str, Document], *, by_sentence: bool
) -> Iterator[tuple[str, list[Span]]]:
    """Yield the documents that hold answers, with where."""
    assert question.context is not None, "only questions with a context are asked"
    spans = [each.span for each in question.answers if each.span is not None]
    if not by_sentence:
        yield question.context, spans
        return
    for number, sentence in enumerate(sentences(contexts[question.context].text)):
        inside = [span.shift(-sentence.start) for span in spans if sentence.covers(span)]
        yield f"{question.context}-{number}", inside


def _sentences(contexts: dict[str, Document]) -> Iterator[tuple[str, Document]]:
    for key, each in contexts.items():
        for number, span in enumerate(sentences(each.text)):
            text = span.of(each.text)
            name = f"{key}-{number}"
            if text.strip():
                yield name, replace(each, id=name, title="", text=text, sha256=text_digest(text))


def store_collection(path: Path, collection: Collection) -> None:
    """Write a collection to a file, to be read by `load_collection`."""
    every = collection.questions
    held = [each.candidates for each in every]
    sizes = np.array([len(each.ids) for each in held])
    arrays = {
        name: _joined([getattr(each, name) for each in held])
        for name in ("ids", "dense", "lexical", "dense_rank", "lexical_rank", "coverage")
    }
    np.savez(
        path,
        group=np.array(collection.group),
        sizes=sizes,
        terms=np.array([each.terms for each in held]),
        units=_joined([each.units for each in every]),
        gains=_joined([each.gains for each in every]),
        ideal=np.array([each.ideal for each in every]),
        vectors=np.concatenate([each.vectors_of(each.ids).astype(np.float16) for each in held]),
        **arrays,  # type: ignore[arg-type]  # its stub takes them for `allow_pickle`
    )


def load_collection(path: Path) -> Collection:
    """Read what `store_collection` wrote."""
    with np.load(path) as kept:
        held = {name: kept[name] for name in kept.files}
    ends = np.cumsum(held["sizes"])
    parts = [slice(end - size, end) for end, size in zip(ends, held["sizes"], strict=True)]
    questions = tuple(_loaded(held, number, part) for number, part in enumerate(parts))
    return Collection(path.stem, str(held["group"]), questions)


def _loaded(held: dict[str, NDArray[Any]], number: int, part: slice) -> Judged:
    ids, vectors = held["ids"][part].astype(np.int64), held["vectors"][part]
    candidates = Candidates(
        ids=ids,
        dense=held["dense"][part].astype(np.float32),
        lexical=held["lexical"][part].astype(np.float32),
        dense_rank=held["dense_rank"][part].astype(np.int64),
        lexical_rank=held["lexical_rank"][part].astype(np.int64),
        vectors_of=lambda some: vectors[np.searchsorted(ids, some)].astype(np.float32),
        coverage=held["coverage"][part].astype(np.float32),
        terms=int(held["terms"][number]),
    )
    return Judged(
        candidates,
        held["units"][part].astype(np.int64),
        held["gains"][part].astype(np.float32),
        float(held["ideal"][number]),
    )


def _joined(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(parts)
