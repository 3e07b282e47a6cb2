"""Why not? Follows expected words from their document to the answer, and names where they got lost.

chunking -> filter -> arms (dense, lexical) -> fusion -> reading -> verdict. A step says by how much
it was passed or missed: ranks and scores beside those that would have been enough.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from index.errors import InputError
from index.protocols import Ranking, Snapshot
from index.types import Hit, Passage, Span
from retrieval.answering.pipeline import Trace
from retrieval.engine import Engine
from retrieval.search.hybrid import Rankings

_PLACE = re.compile(r"(?P<document>.+)#(?P<start>\d{1,18})-(?P<end>\d{1,18})")
_MOST_PLACES = 1_000


@dataclass(frozen=True, slots=True)
class Expected:
    """Words that should have been found: any of `spans`, in code points of the document."""

    document_id: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One stage on the way. `rank` counts from 1; None where the words were not ranked."""

    stage: str
    passed: bool
    detail: str
    rank: int | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The steps in order; nothing follows the one where the words were lost."""

    question: str
    expected: tuple[Expected, ...]
    steps: tuple[Step, ...]

    @property
    def lost(self) -> Step | None:
        """The step where the words were lost, None where they were the answer given."""
        last = self.steps[-1]
        return None if last.passed else last


def explain(
    engine: Engine, question: str, expected: str, k: int = 5, filter: str | None = None
) -> Explanation:
    """Say where `expected` was lost on the way to the answer of `question`.

    Args:
        engine: an open index.
        question: as it would be asked.
        expected: words that stand in a document, or `DOCUMENT#START-END`.
        k: how many answers would be asked for.
        filter: as it would be asked with.

    Raises:
        InputError: when the words are in no document, or what `Engine.ask` raises.
        NotFoundError: when the document named is not in the index.
    """
    with engine.at() as pinned, pinned.snapshot() as snapshot:
        trace = pinned.trace(question, k, filter)
        return follow(pinned, trace, snapshot, places(snapshot, expected))


def places(snapshot: Snapshot, expected: str) -> tuple[Expected, ...]:
    """Return where the expected words stand, document by document.

    Words are compared without regard to case and to the kind of white space.

    Raises:
        InputError: when they stand nowhere, or the span is outside its document.
        NotFoundError: when the document named is not in the index.
    """
    if named := _PLACE.fullmatch(expected):
        document = snapshot.document(named["document"])
        start, end = int(named["start"]), int(named["end"])
        if not start < end <= len(document.text):
            raise InputError(
                f"{expected}: {document.id} has {len(document.text)} characters; "
                "give a span inside it, such as 0-20"
            )
        return (Expected(document.id, (Span(start, end),)),)
    standings = tuple(_standing(snapshot, expected))
    if not standings:
        raise InputError(
            f"no document has the words {expected!r}; give them as they stand there, "
            "or the place as DOCUMENT#START-END"
        )
    return standings


def _standing(snapshot: Snapshot, expected: str) -> Iterator[Expected]:
    words = expected.split()
    if not words:
        raise InputError("the expected words are empty; give some, or DOCUMENT#START-END")
    pattern = re.compile(r"\s+".join(map(re.escape, words)), re.IGNORECASE)
    count = 0
    for document in snapshot.documents():
        spans = tuple(Span(*match.span()) for match in pattern.finditer(document.text))
        if spans:
            yield Expected(document.id, spans[: _MOST_PLACES - count])
            count += len(spans)
        if count >= _MOST_PLACES:
            return


def follow(
    engine: Engine, trace: Trace, snapshot: Snapshot, expected: Sequence[Expected]
) -> Explanation:
    """Follow the expected words through a trace of the same generation."""
    steps: list[Step] = []
    for step in _Path(engine, trace, snapshot, expected).steps():
        steps.append(step)
        if not step.passed:
            break
    return Explanation(trace.question, tuple(expected), tuple(steps))


@dataclass(slots=True)
class _Path:
    engine: Engine
    trace: Trace
    snapshot: Snapshot
    expected: Sequence[Expected]

    def steps(self) -> Iterator[Step]:
        """Yield the steps; whoever takes them stops at the first that was not passed."""
        passages = [
            (passage, span)
            for each in self.expected
            for passage in self.snapshot.document_passages(each.document_id)
            for span in each.spans
            if passage.span.overlaps(span)
        ]
        gold = {passage.id: passage for passage, span in passages if passage.span.covers(span)}
        yield self._chunking(gold, [passage for passage, _ in passages])
        rankings = self.trace.rankings
        if rankings is None:
            yield self._retrieval(gold)
        else:
            if rankings.allowed is not None:
                allowed = [each for each in gold if np.isin(each, rankings.allowed)]
                yield self._filter(len(gold), len(allowed))
                gold = {each: gold[each] for each in allowed}
            yield self._arms(gold, rankings)
            yield self._fusion(gold, rankings)
        yield self._reading()
        yield self._verdict()

    def _chunking(self, gold: dict[int, Passage], parts: Sequence[Passage]) -> Step:
        if gold:
            count = len(gold)
            return Step("chunking", True, f"whole in {count} passage{'s' if count > 1 else ''}")
        spans = ", ".join(f"{part.span.start}:{part.span.end}" for part in parts)
        detail = f"cut apart: passages end inside them ({spans})" if parts else "in no passage"
        return Step("chunking", False, detail)

    def _filter(self, before: int, after: int) -> Step:
        detail = f"the filter lets {after} of {before} passages through"
        return Step("filter", after > 0, detail)

    def _retrieval(self, gold: dict[int, Passage]) -> Step:
        """Return whether the passages were found by a retriever that does not say how."""
        read = self._read(gold)
        count = len(self.trace.hits)
        if read is None:
            return Step("retrieval", False, f"not among the {count} passages that were read")
        rank = self.trace.hits.index(read) + 1
        detail = f"rank {rank} of {count}, score {read.score:.3f}"
        return Step("retrieval", True, detail, rank, read.score)

    def _read(self, gold: dict[int, Passage]) -> Hit | None:
        """Return the first hit that is one of the passages, or near-identical to one."""
        return next(
            (hit for hit in self.trace.hits
             if hit.passage.id in gold or not gold.keys().isdisjoint(hit.duplicates)), None
        )  # fmt: skip

    def _arms(self, gold: dict[int, Passage], rankings: Rankings) -> Step:
        query = rankings.query
        dense, best_dense = self._arm(query, gold, rankings.dense, "dense")
        lexical, best_lexical = self._arm(query, gold, rankings.lexical, "lexical")
        ranks = [rank for rank in (best_dense, best_lexical) if rank is not None]
        return Step("arms", bool(ranks), f"{dense}; {lexical}", min(ranks, default=None))

    def _arm(
        self, query: str, gold: dict[int, Passage], ranking: Ranking, arm: str
    ) -> tuple[str, int | None]:
        ids, scores = ranking
        at = np.flatnonzero(np.isin(ids, list(gold)))
        if at.size:
            rank = int(at[0]) + 1
            return f"{arm} rank {rank}, score {scores[rank - 1]:.3f}", rank
        own = self._own_score(query, list(gold), arm)
        last = (
            f"the last of its {len(ids)} has {scores[-1]:.3f}" if len(ids) else "it found nothing"
        )
        return f"{arm} did not find it: it scores {own:.3f}, {last}", None

    def _own_score(self, query: str, ids: list[int], arm: str) -> float:
        rows = np.array(sorted(ids), dtype=np.int64)
        if arm == "lexical":
            return float(self.snapshot.terms.scores(query, rows).max())
        vector = self.engine.embedder.embed_query(query)
        return float(self.snapshot.vectors.scores(vector, rows).max())

    def _fusion(self, gold: dict[int, Passage], rankings: Rankings) -> Step:
        ids, scores = rankings.fused
        at = np.flatnonzero(np.isin(ids, list(gold)))
        if not at.size:
            return Step("fusion", False, "left out by the fusion")
        rank = int(at[0]) + 1
        score = float(scores[rank - 1])
        read = self._read(gold)
        lowest = self.trace.hits[-1].score if self.trace.hits else 0.0
        if read is None:
            detail = (
                f"rank {rank}, score {score:.3f}; {len(self.trace.hits)} passages were read, "
                f"the last with {lowest:.3f}"
            )
            return Step("fusion", False, detail, rank, score)
        same = "" if read.passage.id in gold else ", read in a near-identical passage"
        return Step("fusion", True, f"rank {rank}, score {score:.3f}{same}", rank, score)

    def _expected(self, document_id: str, span: Span) -> bool:
        return any(
            each.document_id == document_id and any(span.overlaps(one) for one in each.spans)
            for each in self.expected
        )

    def _reading(self) -> Step:
        readings = self.trace.result.readings
        ranks = [
            rank
            for rank, each in enumerate(readings, 1)
            if self._expected(each.document_id, each.span)
        ]
        given = self.trace.best
        first = f"{given.text!r} at {given.confidence:.2f}" if given else "nothing"
        if given is not None and self._expected(given.citation.document_id, given.citation.span):
            return Step("reading", True, f"the first answer: {first}", 1, given.confidence)
        if not ranks:
            detail = f"not among the {len(readings)} spans read; the first was {first}"
            return Step("reading", False, detail)
        reading = readings[ranks[0] - 1]
        detail = (
            f"rank {ranks[0]}: {reading.text!r} at {reading.confidence:.2f}; the first was {first}"
        )
        return Step("reading", False, detail, ranks[0], reading.confidence)

    def _verdict(self) -> Step:
        verdict = self.trace.verdict
        sure = self.trace.best.confidence if self.trace.best else 0.0
        return Step(
            "verdict", verdict != "not_found", f"{verdict} at confidence {sure:.2f}", None, sure
        )
