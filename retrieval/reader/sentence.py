"""The baseline reader: the sentences that share most of the question's rare words.

It finds where an answer may stand, not whether the question is answered, so its verdict is
`uncertain` or `not_found` and never `answered`. Its confidence is a small logistic model, fitted
by `python -m eval.training.fit_sentence`; the coefficients are in `sentence.json`.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from index.lexical.analysis import content_terms
from index.text.sentences import sentences
from index.types import Hit, Span
from retrieval.types import ConfidenceScale, Reading, ReadResult

RANK_WEIGHT = 0.15
"""What the first passage's sentences gain over the last's, in shares of the question covered."""

FEATURES = ("coverage", "passage", "margin", "rank", "terms")


@dataclass(frozen=True, slots=True)
class Calibration:
    """The logistic model of P(the sentence holds the answer), and when to refuse."""

    intercept: float
    weights: Mapping[str, float]
    threshold: float

    def probability(self, features: Mapping[str, float]) -> float:
        """Return the probability for these features, every one of `FEATURES`."""
        total = self.intercept + sum(self.weights[name] * features[name] for name in FEATURES)
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True, slots=True)
class _Candidate:
    hit: Hit
    rank: int
    span: Span
    covered: frozenset[str]


class SentenceReader:
    """Reads by lexical overlap; deterministic, and light enough for any machine."""

    name = "sentence"

    def __init__(self, calibration: Calibration | None = None) -> None:
        """Use the shipped calibration unless another is given."""
        self._calibration = calibration or shipped_calibration()

    def read(self, question: str, hits: Sequence[Hit], k: int) -> ReadResult:
        """Return at most k sentences, the best supported first."""
        asked = frozenset(term.stem for term in content_terms(question))
        candidates = list(_candidates(asked, hits))
        weights = _idf(asked, candidates)
        ranked = sorted(
            ((_score(one, weights), one) for one in candidates),
            key=lambda pair: (-pair[0], pair[1].rank, pair[1].span),
        )
        readings = [self._reading(ranked, place, weights) for place in range(min(k, len(ranked)))]
        readings.sort(key=lambda reading: -reading.confidence)
        return ReadResult(tuple(readings), ConfidenceScale(self._calibration.threshold, ()))

    def _reading(
        self, ranked: list[tuple[float, _Candidate]], place: int, weights: Mapping[str, float]
    ) -> Reading:
        score, one = ranked[place]
        passage = one.hit.passage
        features = _features(ranked, place, weights)
        return Reading(
            document_id=passage.document_id,
            span=one.span.shift(passage.span.start),
            text=one.span.of(passage.text),
            confidence=self._calibration.probability(features),
            score=score,
            passage_id=passage.id,
            features=features,
        )


@lru_cache(maxsize=1)
def shipped_calibration() -> Calibration:
    """Return the fitted coefficients that come with the package."""
    values = json.loads((files("retrieval.reader") / "sentence.json").read_text(encoding="utf-8"))
    return Calibration(values["intercept"], values["weights"], values["threshold"])


def _candidates(asked: frozenset[str], hits: Sequence[Hit]) -> Iterator[_Candidate]:
    for hit in hits:
        # Hits of one score stand side by side.
        rank = sum(other.score > hit.score for other in hits)
        for span in sentences(hit.passage.text):
            stems = {term.stem for term in content_terms(span.of(hit.passage.text))}
            yield _Candidate(hit, rank, span, asked & stems)


def _idf(asked: frozenset[str], candidates: Sequence[_Candidate]) -> dict[str, float]:
    """Return BM25's idf of each asked term over the sentences that were read."""
    counts = {term: sum(term in one.covered for one in candidates) for term in asked}
    return {
        term: math.log(1 + (len(candidates) - count + 0.5) / (count + 0.5))
        for term, count in counts.items()
    }


def _share(covered: frozenset[str], weights: Mapping[str, float]) -> float:
    """Return the share of the question's weight that the covered terms carry, 0..1."""
    total = sum(weights.values())
    return sum(weights[term] for term in covered) / total if total else 0.0


def _score(one: _Candidate, weights: Mapping[str, float]) -> float:
    return _share(one.covered, weights) + RANK_WEIGHT / (1 + one.rank)


def _features(
    ranked: Sequence[tuple[float, _Candidate]], place: int, weights: Mapping[str, float]
) -> dict[str, float]:
    score, one = ranked[place]
    same = [other for _, other in ranked if other.hit is one.hit]
    others = [other for position, (other, _) in enumerate(ranked) if position != place]
    return {
        "coverage": _share(one.covered, weights),
        "passage": _share(frozenset().union(*(other.covered for other in same)), weights),
        "margin": score - max(others, default=0.0),
        "rank": 1 / (1 + one.rank),
        "terms": math.log1p(len(weights)),
    }
