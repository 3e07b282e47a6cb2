"""The one way from a question to its answers: search, read, cite, attribute, judge.

The engine goes through it with an index, the evaluation of reading alone with one document.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from index.types import Document, Hit
from retrieval.answering.answers import AnswerMaker, with_reader_scores
from retrieval.answering.appearance import appearance_notes
from retrieval.answering.limits import checked_query
from retrieval.answering.question import Question, mended, understand
from retrieval.answering.verdict import judge
from retrieval.answering.yes_no import decision_notes
from retrieval.protocols import Reader
from retrieval.search.hybrid import Found
from retrieval.timing import Stages
from retrieval.types import DEFAULT_RISK, Answer, ReadResult, Reason, Verdict

_SPARE = 4
"""Readings asked for beyond k, since some overlap or repeat others."""

_FAINT = 0.01
"""Beside an answer that is sure, one less likely than this is not shown."""

Search = Callable[[str], tuple[Sequence[Hit], Found | None]]
"""Finds the passages to read for the words of a question, with every ranking where there are any.

It is asked again where a misspelt word of the question was mended.
"""


class Documents(Protocol):
    """What quotes are checked against."""

    def document(self, document_id: str) -> Document:
        """Return the stored document."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that became of one question, for responses, explanations and measurements.

    Attributes:
        question: as it was understood.
        found: every ranking of the search, where it had any.
        hits: the passages that were read, best first, with the reader's scores.
        result: what the reader found.
        verdict: what may be said of the first answer.
        reasons: why the verdict is not `answered`.
        answers: what is answered, best first; none where the verdict is `not_found`.
        best: the best answer whatever the verdict.
        notes: what the asker should know.
    """

    question: Question
    found: Found | None
    hits: tuple[Hit, ...]
    result: ReadResult
    verdict: Verdict
    reasons: tuple[Reason, ...]
    answers: tuple[Answer, ...]
    best: Answer | None
    notes: tuple[str, ...]


def answer(
    text: str,
    search: Search,
    reader: Reader,
    documents: Documents,
    k: int,
    stages: Stages,
    embedder: str | None = None,
    risk: float = DEFAULT_RISK,
) -> Outcome:
    """Answer a question.

    Args:
        text: the question as it was asked.
        search: finds the passages.
        reader: finds the words in them.
        documents: the documents that the passages are of.
        k: at most how many answers.
        stages: where the time of reading and citing is added.
        embedder: the fingerprint of the embedder whose cosines the hits have, None for the one
            that the reader knows.
        risk: the share of what is called `answered` that may be wrong.

    Raises:
        InputError: when the question is blank.
        CitationError: when a stored text is not what was read.
    """
    query, notes = checked_query(text)
    question = understand(query)
    hits, found = search(question.text)
    question, hits, found = _mended(question, hits, found, search, reader)
    with stages("read"):
        result = reader.read(question.text, _for_reader(hits, reader, embedder), k + _SPARE)
    with stages("cite"):
        made = AnswerMaker(documents, question).answers(result.readings, k)
        judged = judge(question.text, made, hits, result.scale, risk, documents)
    answers = tuple(_shown(judged.answers, judged.verdict))
    return Outcome(
        question=question,
        found=found,
        hits=tuple(with_reader_scores(hits, result.readings)),
        result=result,
        verdict=judged.verdict,
        reasons=judged.reasons,
        answers=answers,
        best=judged.answers[0] if judged.answers else None,
        notes=tuple(
            dict.fromkeys(
                (
                    *notes,
                    *question.notes,
                    *result.notes,
                    *_said(judged.reasons),
                    *decision_notes(question.kind == "yes_no", answers),
                    *appearance_notes(each.text for each in answers),
                )
            )
        ),
    )


def _mended(
    question: Question,
    hits: Sequence[Hit],
    found: Found | None,
    search: Search,
    reader: Reader,
) -> tuple[Question, Sequence[Hit], Found | None]:
    """Mend the question's spelling by the first passages, and search again where it was mended."""
    known = getattr(reader, "knows", None)
    if known is None:
        return question, hits, found
    spelt = mended(question, (hit.passage.text for hit in hits), known)
    if spelt is question:
        return question, hits, found
    return spelt, *search(spelt.text)


def _said(reasons: Sequence[Reason]) -> Iterator[str]:
    """Yield the reasons that people are told beside the verdict, which says how sure it is."""
    return (
        reason.detail
        for reason in reasons
        if reason.code not in ("confidence", "nothing_read", "yes_or_no")
    )


def _shown(answers: Sequence[Answer], verdict: Verdict) -> Sequence[Answer]:
    """Return the answers to give: beside one that is sure, only those that may be right as well."""
    if verdict == "not_found":
        return ()
    faintest = _FAINT if verdict == "answered" else 0.0
    return [each for each in answers if each.confidence >= faintest]


def _for_reader(hits: Sequence[Hit], reader: Reader, embedder: str | None) -> Sequence[Hit]:
    """Return hits without the cosines of an embedder whose scale the reader does not know.

    Each embedder has a scale of its own, and what is near on one is far on another.
    """
    known = getattr(reader, "embedder", None)
    if embedder is None or known in (None, embedder):
        return hits
    return [
        replace(hit, scores={name: s for name, s in hit.scores.items() if name != "dense"})
        for hit in hits
    ]
