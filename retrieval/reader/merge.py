"""Candidates of many passages into one list of distinct answers.

Overlapping spans of a document are one answer, told by the best of them. The same words found in
several places add up, as probabilities do: each place is a chance that the words answer. Passages
that say nearly the same are one place, since a copy is no second witness.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from index.types import Span
from retrieval.answering.wording import fold
from retrieval.reader.spans import Candidate
from retrieval.search.compared_text import ComparedText

NEAR_IDENTICAL = 0.8
SETBACK = 2.0
"""How many nats an answer loses where its passage's score is 1, or more, less than the best one's.

Now and then the reader is sure of words in a passage about something else; retrieval seldom is. On
the articles `calibrate` this gained .6 F1 (standard error .2) asked of all contexts and .4 (.4) of
short documents; with the larger reader .3 (.2) and .7 (.5).
"""


@dataclass(frozen=True, slots=True)
class LocatedSpan:
    """A candidate with where it comes from: the passage's rank among those read."""

    rank: int
    document_id: str
    span: Span
    text: str
    margin: float
    by_unit: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """One answer: its best finding, and `score`, the log of its summed odds over "no answer".

    In the sum a finding counts for less the less its passage's score is (`SETBACK`).
    `alone` is the best margin in its sentence read by itself, `led` in its passage up to that
    sentence's end; None where that was not read.
    """

    best: LocatedSpan
    score: float
    places: int
    alone: float | None = None
    led: float | None = None


def located(
    rank: int, document_id: str, offset: int, text: str, candidate: Candidate
) -> LocatedSpan:
    """Return a passage's candidate in its document's offsets."""
    span = candidate.span.shift(offset)
    return LocatedSpan(
        rank, document_id, span, candidate.span.of(text), candidate.margin, candidate.by_unit
    )


def merge(
    spans: Sequence[LocatedSpan], passages: Sequence[str], scores: Sequence[float] | None = None
) -> list[Group]:
    """Return the distinct answers, best first.

    Args:
        spans: candidates of all passages.
        passages: the passages' texts, by rank.
        scores: retrieval's, of the passages by rank; by default all are as good.
    """
    scores = scores or [0.0] * len(passages)
    top = max(scores, default=0.0)
    lost = [SETBACK * min(1.0, top - score) for score in scores]
    distinct = _without_overlaps(spans)
    by_words: defaultdict[str, list[LocatedSpan]] = defaultdict(list)
    for one in distinct:
        by_words[fold(one.text) or one.text].append(one)
    ranks = {one.rank for one in distinct}
    if len(by_words) == len(distinct):
        witness = {rank: rank for rank in ranks}  # No words stand in two places.
    else:
        witness = _witnesses(passages, ranks)
    groups = [_group(same, witness, lost) for same in by_words.values()]
    return sorted(groups, key=lambda group: -group.score)


def log_sum(values: Sequence[float]) -> float:
    """Return log(sum(exp(values)))."""
    top = max(values)
    return top + math.log(sum(math.exp(value - top) for value in values))


def _without_overlaps(spans: Sequence[LocatedSpan]) -> list[LocatedSpan]:
    by_document: defaultdict[str, list[LocatedSpan]] = defaultdict(list)
    for one in sorted(spans, key=lambda one: -one.margin):
        if not any(one.span.overlaps(other.span) for other in by_document[one.document_id]):
            by_document[one.document_id].append(one)
    return [one for ones in by_document.values() for one in ones]


def _group(same: Sequence[LocatedSpan], witness: dict[int, int], lost: Sequence[float]) -> Group:
    best: dict[int, LocatedSpan] = {}
    for one in sorted(same, key=lambda one: -one.margin):
        best.setdefault(witness[one.rank], one)
    ordered = list(best.values())
    score = log_sum([one.margin - lost[one.rank] for one in ordered])
    return Group(ordered[0], score, len(ordered))


def _witnesses(passages: Sequence[str], ranks: set[int]) -> dict[int, int]:
    """Map each rank to the first rank whose passage says nearly the same."""
    texts: dict[int, ComparedText] = {}
    mapped: dict[int, int] = {}
    for rank in sorted(ranks):
        own = ComparedText(passages[rank])
        same = (other for other, text in texts.items() if text.says_the_same(own, NEAR_IDENTICAL))
        mapped[rank] = next(same, rank)
        if mapped[rank] == rank:
            texts[rank] = own
    return mapped
