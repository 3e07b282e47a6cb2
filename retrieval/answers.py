"""From what a reader found to answers: verified, cited, attributed, overlaps removed."""

from collections.abc import Iterator, Sequence

from index.lexical.analysis import content_terms
from index.protocols import Snapshot
from index.types import Hit
from retrieval.citation import Citer
from retrieval.types import Answer, Attribution, Reading, Words

SPEAKER_SHARE = 0.25
"""A reading in the asked speaker's words goes first unless it is less sure than this share of
the surest one."""


class AnswerMaker:
    """Makes answers from the readings of one question, over one snapshot."""

    def __init__(self, snapshot: Snapshot, speaker: str | None = None) -> None:
        """Take the speaker whose words the question asks for, if it names one."""
        self._snapshot = snapshot
        self._speaker = None if speaker is None else _names(speaker)
        self._citers: dict[str, Citer] = {}

    def answers(self, readings: Sequence[Reading], k: int) -> list[Answer]:
        """Return at most k answers, best first.

        Of readings that overlap in a document, and of equal words, the surest is kept.

        Raises:
            CitationError: when a reading is not in its stored document.
        """
        chosen: list[Answer] = []
        for answer in self._ordered(list(self._made(readings))):
            if len(chosen) == k:
                break
            if not any(_same(answer, other) for other in chosen):
                chosen.append(answer)
        return chosen

    def _made(self, readings: Sequence[Reading]) -> Iterator[Answer]:
        for reading in readings:
            citer = self._citer(reading.document_id)
            citation = citer.cite(reading.span, reading.text)
            attribution = _attribution(citer, reading, citation.sentence)
            yield Answer(reading.text, reading.confidence, citation, attribution)

    def _citer(self, document_id: str) -> Citer:
        if document_id not in self._citers:
            self._citers[document_id] = Citer(self._snapshot.document(document_id))
        return self._citers[document_id]

    def _ordered(self, answers: list[Answer]) -> list[Answer]:
        if not self._speaker or not answers:
            return answers
        enough = SPEAKER_SHARE * max(answer.confidence for answer in answers)
        return sorted(
            answers,
            key=lambda answer: not (answer.confidence >= enough and self._is_theirs(answer)),
        )

    def _is_theirs(self, answer: Answer) -> bool:
        speaker = answer.attribution.speaker if answer.attribution else None
        return speaker is not None and bool(self._speaker and self._speaker & _names(speaker.text))


def with_reader_scores(hits: Sequence[Hit], readings: Sequence[Reading]) -> list[Hit]:
    """Return the hits with the best confidence that was read in each under `reader`."""
    best: dict[int, float] = {}
    for reading in readings:
        best[reading.passage_id] = max(reading.confidence, best.get(reading.passage_id, 0.0))
    return [
        Hit(
            hit.passage,
            hit.score,
            {**hit.scores, "reader": best.get(hit.passage.id, 0.0)},
            hit.duplicates,
        )
        for hit in hits
    ]


def _attribution(citer: Citer, reading: Reading, sentence: Words) -> Attribution:
    from retrieval.attribution import attribute

    assert sentence.span is not None, "a citation's sentence always has its place"
    answer = None if reading.span == sentence.span else reading.span
    return attribute(citer.document.text, sentence.span, answer)


def _names(speaker: str) -> frozenset[str]:
    return frozenset(term.plain for term in content_terms(speaker))


def _same(one: Answer, other: Answer) -> bool:
    if one.text.casefold() == other.text.casefold():
        return True
    same_document = one.citation.document_id == other.citation.document_id
    return same_document and one.citation.span.overlaps(other.citation.span)
