"""From what a reader found to answers: verified, cited, attributed, overlaps removed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from index.protocols import Snapshot
from index.types import Hit
from retrieval.answering.citation import Citer
from retrieval.types import Answer, Attribution, Reading, ReadResult, Words

SPEAKER_SHARE = 0.25
"""A reading that fits the speaker whom the question is about goes first, unless it is less sure
than this share of the surest one."""


class AnswerMaker:
    """Makes answers from the readings of one question, over one snapshot."""

    def __init__(self, snapshot: Snapshot, question: str = "") -> None:
        """Take the question: whose words it asks for, or that it asks who said something."""
        from retrieval.attribution import asked_speaker, asks_for_speaker

        self._snapshot = snapshot
        self._asks_who = asks_for_speaker(question)
        self._speaker = None if self._asks_who else asked_speaker(question)
        self._citers: dict[str, Citer] = {}

    def answers(self, readings: Sequence[Reading], k: int) -> list[Answer]:
        """Return at most k answers, best first.

        Of readings that overlap in a document, that are one name in it, and of equal words, the
        surest is kept.

        Raises:
            CitationError: when a reading is not in its stored document.
        """
        chosen: list[Answer] = []
        for answer in self._ordered(self._made(readings)):
            if not any(_same(answer, other) for other in chosen):
                chosen.append(answer)
            if len(chosen) == k:
                break
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

    def _ordered(self, made: Iterator[Answer]) -> Iterable[Answer]:
        """Put the answers that fit the speaker first; where none is asked for, make no more."""
        if not (self._asks_who or self._speaker):
            return made
        answers = list(made)
        enough = SPEAKER_SHARE * max((answer.confidence for answer in answers), default=0.0)
        return sorted(
            answers,
            key=lambda answer: (
                self._repeats_the_speaker(answer),
                not (answer.confidence >= enough and self._fits(answer)),
            ),
        )

    def _fits(self, answer: Answer) -> bool:
        """Tell whether an answer is the speaker asked for, or in the asked speaker's words."""
        found = answer.attribution
        if found is None:
            return False
        return found.says is not None if self._asks_who else self._is_theirs(answer, found)

    def _repeats_the_speaker(self, answer: Answer) -> bool:
        """Tell whether an answer only names the speaker whose words are asked for."""
        return self._is_theirs(answer, Attribution("reported", Words(answer.text)))

    def _is_theirs(self, answer: Answer, found: Attribution) -> bool:
        from retrieval.attribution import speaker_matches

        text = self._citer(answer.citation.document_id).document.text
        return self._speaker is not None and speaker_matches(self._speaker, found, text)


def said_of(result: ReadResult, answers: Sequence[Answer]) -> ReadResult:
    """Return the result with the verdict on what goes first of its answers.

    The reader's is on what it was surest of, which need not be in the words of who was asked for.
    """
    other = bool(answers) and answers[0].confidence < result.readings[0].confidence
    return (
        replace(result, verdict="uncertain") if other and result.verdict == "answered" else result
    )


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


def _same(one: Answer, other: Answer) -> bool:
    if one.text.casefold() == other.text.casefold():
        return True
    if one.citation.document_id != other.citation.document_id:
        return False
    return one.citation.span.overlaps(other.citation.span) or _one_name(one.text, other.text)


def _one_name(one: str, other: str) -> bool:
    """Tell whether one name ends the other, titles aside: Rubio, Secretary of State Marco Rubio."""
    from retrieval.attribution.names import bare

    short, long = sorted((bare(one), bare(other)), key=len)
    names = all(word[:1].isupper() for word in long)
    return bool(short) and names and long[-len(short) :] == short
