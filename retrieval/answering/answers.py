"""From what a reader found to answers: verified, cited, attributed, overlaps removed."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from index.types import Hit
from retrieval.answering.citation import Citer
from retrieval.answering.question import AnswerKind, Question, understand
from retrieval.assertion import Assertion
from retrieval.types import (
    Answer,
    AnswerForm,
    Attribution,
    Citation,
    Decision,
    Reading,
    Words,
)

if TYPE_CHECKING:
    from retrieval.answering.pipeline import Documents

SPEAKER_SHARE = 0.25
"""A reading that fits the speaker whom the question is about goes first, unless it is less sure
than this share of the surest one."""

CURRENT_SHARE = 0.1
"""An answer about today goes before one about the past that is at most ten times as sure."""

_PRESENT = re.compile(r"^\W*(?:\w+\s+){1,4}?(?:is|are|does|do)\b", re.IGNORECASE)
_CURRENT = re.compile(
    r"\b(?:now|today|currently|nowadays|presently|since then|these days|at present|(?:raised"
    r"|lowered|increased|reduced|changed|moved|renamed|cut) to)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:was|were|had|met|used to|until|before|formerly|\w{3,}ed)\b", re.IGNORECASE
)
_BY = re.compile(r"\b(\w+) by (?:(?:the|a|an) )?$")
_ITEMS = re.compile(r"\w[^,\n]*(?:,|\n)[^,\n]+(?:,|\n|,? (?:and|or) )[^,\n]*\w")
"""Three things and more, with commas or line ends between."""
_IN_SENTENCES = frozenset({"how", "why", "definition", "clause", "yes_no"})
"""Kinds of questions that a sentence answers, rather than a few words of it."""
_LESSER = 0.5
"""The share of the first answer's confidence below which another may be left out."""
ASSERTED_SHARE = 0.01
"""An answer that the document asserts goes before a surer one that it denies, unless it is less
sure than this share of it."""


class AnswerMaker:
    """Makes answers from the readings of one question, over one snapshot."""

    def __init__(self, documents: "Documents", question: Question | None = None) -> None:
        """Take the question: whose words it asks for, or that it asks who said something."""
        question = question or understand("")
        self._documents = documents
        self._question = question.text
        self._kind = question.kind
        self._asks_who = question.asks_for_speaker
        self._speaker = question.speaker
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
            if not any(_same(answer, other) for other in chosen) and not (
                chosen and self._runs_on(answer, chosen[0])
            ):
                chosen.append(answer)
            if len(chosen) == k:
                break
        return chosen

    def _runs_on(self, answer: Answer, first: Answer) -> bool:
        """Return whether few words are asked for, and a lesser answer runs over a line's end.

        Such are most often the end of one thing with the beginning of the next.
        """
        lesser = answer.confidence < _LESSER * first.confidence
        return lesser and self._kind not in _IN_SENTENCES | {"list"} and "\n" in answer.text

    def _made(self, readings: Sequence[Reading]) -> Iterator[Answer]:
        for reading in readings:
            citer = self._citer(reading.document_id)
            citation = citer.cite(reading.span, reading.text)
            attribution = _attribution(citer, reading, citation.sentence)
            found = self._assertion(citation)
            if attribution.stance == "stated" and found.in_report:
                attribution = replace(attribution, stance="denied")
            attribution = replace(attribution, polarity=found.polarity)
            yield Answer(
                reading.text,
                reading.confidence,
                citation,
                attribution,
                kind=_form(self._kind, reading.text),
                decides=self._decides(citation),
            )

    def _decides(self, citation: Citation) -> Decision | None:
        """Return what a citation's sentence decides, where yes or no is asked."""
        from retrieval.answering.yes_no import BEFORE, decides

        if self._kind != "yes_no":
            return None
        text = self._citer(citation.document_id).document.text
        sentence = citation.sentence.span
        assert sentence is not None, "a citation's sentence always has its place"
        before = text[max(0, sentence.start - BEFORE) : sentence.start]
        return decides(self._question, citation.sentence.text, before)

    def _citer(self, document_id: str) -> Citer:
        if document_id not in self._citers:
            self._citers[document_id] = Citer(self._documents.document(document_id))
        return self._citers[document_id]

    def _ordered(self, made: Iterator[Answer]) -> Iterable[Answer]:
        """Put what is asserted, what holds today and what fits the speaker first."""
        answers = self._current_first(self._asserted_first(list(made)))
        if not (self._asks_who or self._speaker):
            return answers
        enough = SPEAKER_SHARE * max((answer.confidence for answer in answers), default=0.0)
        return sorted(
            answers,
            key=lambda answer: (
                self._repeats_the_speaker(answer),
                not (answer.confidence >= enough and self._fits(answer)),
            ),
        )

    def _asserted_first(self, answers: list[Answer]) -> list[Answer]:
        """Put what the document asserts first where the surest answer is not asserted.

        What is denied answers yes or no as well.
        """
        if not answers or self._kind == "yes_no" or self._is_asserted(answers[0]):
            return answers
        enough = ASSERTED_SHARE * answers[0].confidence
        return sorted(
            answers, key=lambda each: not (each.confidence >= enough and self._is_asserted(each))
        )

    def _is_asserted(self, answer: Answer) -> bool:
        return self._assertion(answer.citation).polarity == "affirmed"

    def _assertion(self, citation: Citation) -> Assertion:
        from retrieval.assertion import read_assertion

        assert citation.sentence.span is not None, "a citation's sentence always has its place"
        text = self._citer(citation.document_id).document.text
        return read_assertion(text, citation.sentence.span, citation.span, self._question)

    def _current_first(self, answers: list[Answer]) -> list[Answer]:
        """Put what is so now before what was so, where the present is asked about."""
        if not answers or _PRESENT.search(self._question) is None or is_current(answers[0]):
            return answers
        first, enough = answers[0], CURRENT_SHARE * answers[0].confidence
        if _PAST.search(first.citation.sentence.text) is None:
            return answers
        return sorted(
            answers,
            key=lambda each: (
                not (
                    each.confidence >= enough
                    and each.citation.document_id == first.citation.document_id
                    and is_current(each)
                )
            ),
        )

    def _fits(self, answer: Answer) -> bool:
        """Return whether an answer is the speaker asked for, or in the asked speaker's words."""
        found = answer.attribution
        if found is None:
            return False
        return self._says_so(answer, found) if self._asks_who else self._is_theirs(answer, found)

    def _says_so(self, answer: Answer, found: Attribution) -> bool:
        """Return whether an answer speaks, and does not deny or doubt what is asked for."""
        from retrieval.assertion.vocabulary import DENYING_VERB
        from retrieval.attribution.vocabulary import is_reporting_verb

        if found.says is None:
            text = self._citer(answer.citation.document_id).document.text
            start = answer.citation.span.start
            said = _BY.search(text, max(0, start - 40), start)
            return said is not None and is_reporting_verb(said[1].lower())
        cue = found.says.text.lower()
        return cue not in DENYING_VERB or cue in self._question.lower()

    def _repeats_the_speaker(self, answer: Answer) -> bool:
        """Return whether an answer only names the speaker whose words are asked for."""
        return self._is_theirs(answer, Attribution("reported", Words(answer.text)))

    def _is_theirs(self, answer: Answer, found: Attribution) -> bool:
        from retrieval.attribution import speaker_matches

        text = self._citer(answer.citation.document_id).document.text
        return self._speaker is not None and speaker_matches(self._speaker, found, text)


def _form(asked: AnswerKind, text: str) -> AnswerForm:
    """Return what to show for an answer to a question of this kind."""
    if asked == "list" or _ITEMS.search(text) is not None:
        return "list"
    return "sentence" if asked in _IN_SENTENCES else "span"


def is_current(answer: Answer) -> bool:
    """Return whether an answer's sentence speaks of today."""
    return _CURRENT.search(answer.citation.sentence.text) is not None


def with_reader_scores(hits: Sequence[Hit], readings: Sequence[Reading]) -> list[Hit]:
    """Return the hits with the best confidence that was read in each under `reader`."""
    best: dict[int, float] = {}
    for reading in readings:
        best[reading.passage_id] = max(reading.confidence, best.get(reading.passage_id, 0.0))
    return [
        replace(hit, scores={**hit.scores, "reader": best.get(hit.passage.id, 0.0)}) for hit in hits
    ]


def _attribution(citer: Citer, reading: Reading, sentence: Words) -> Attribution:
    from retrieval.attribution import attribute

    assert sentence.span is not None, "a citation's sentence always has its place"
    answer = None if reading.span == sentence.span else reading.span
    speakers = citer.document.metadata.get("speakers", ())
    named = map(str, speakers if isinstance(speakers, tuple) else (speakers,))
    return attribute(citer.document.text, sentence.span, answer, speakers=frozenset(named))


def _same(one: Answer, other: Answer) -> bool:
    if one.text.casefold() == other.text.casefold():
        return True
    if one.citation.document_id != other.citation.document_id:
        return False
    return one.citation.span.overlaps(other.citation.span) or _one_name(one.text, other.text)


def _one_name(one: str, other: str) -> bool:
    """Return whether one name ends the other, titles aside: Rubio, Secretary Marco Rubio."""
    from retrieval.attribution.discourse.names import bare

    short, long = sorted((bare(one), bare(other)), key=len)
    names = all(word[:1].isupper() for word in long)
    return bool(short) and names and long[-len(short) :] == short
