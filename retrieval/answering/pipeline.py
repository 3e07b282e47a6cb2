"""The one way from a question to its answers: search, read, cite, attribute, judge.

The engine goes through it with an index, the evaluation of reading alone with one document.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from index.types import Counts, Document, Hit
from retrieval.answering.answers import AnswerMaker, with_reader_scores
from retrieval.answering.appearance import appearance_notes
from retrieval.answering.limits import checked_query
from retrieval.answering.notes import index_notes
from retrieval.answering.question import Question, mended, understand
from retrieval.answering.support import with_support
from retrieval.answering.verdict import judge
from retrieval.answering.yes_no import decision_notes
from retrieval.protocols import Reader
from retrieval.search.boilerplate import for_reading
from retrieval.search.hybrid import Rankings, Retrieval
from retrieval.timing import Stages
from retrieval.types import DEFAULT_RISK, Answer, ReadResult, Reason, Response, Verdict

_SPARE = 4
"""Readings asked for beyond k, since some overlap or repeat others."""

_FAINT = 0.01
"""Beside an answer that is sure, one less likely than this is not shown."""

Search = Callable[[str], Retrieval]
"""Finds the passages to read for the words of a question.

It is asked again where a misspelt word of the question was mended.
"""


class Documents(Protocol):
    """What quotes are checked against."""

    def document(self, document_id: str) -> Document:
        """Return the stored document."""
        ...


@dataclass(frozen=True, slots=True)
class Trace:
    """All that became of one question, for responses, explanations and measurements.

    Attributes:
        question: as it was asked.
        parsed: as it was understood.
        rankings: every ranking of the search, None where it had none.
        hits: the passages that were read, best first, with the reader's scores.
        result: what the reader found.
        reader: the name of the reader.
        verdict: what may be said of the first answer.
        reasons: why the verdict is not `answered`.
        answers: what is answered, best first; none where the verdict is `not_found`.
        best: the best answer whatever the verdict.
        notes: what the asker should know.
        stages: how long each stage took.
    """

    question: str
    parsed: Question
    rankings: Rankings | None
    hits: tuple[Hit, ...]
    result: ReadResult
    reader: str
    verdict: Verdict
    reasons: tuple[Reason, ...]
    answers: tuple[Answer, ...]
    best: Answer | None
    notes: tuple[str, ...]
    stages: Stages

    def response(self, index: Counts, hits: Sequence[Hit] | None = None) -> Response:
        """Return what the asker is given.

        Args:
            index: how much the generation that was asked holds.
            hits: the passages to give; by default those that were read.
        """
        return Response(
            question=self.question,
            verdict=self.verdict,
            answers=self.answers,
            hits=self.hits if hits is None else tuple(hits),
            index=index,
            timings=self.stages.timings(),
            best=self.best,
            notes=(*self.notes, *index_notes(self.rankings, index, self.verdict)),
            parsed=self.parsed,
            reasons=self.reasons,
            reader=self.reader,
        )


def answer(
    text: str,
    search: Search,
    reader: Reader,
    documents: Documents,
    k: int,
    stages: Stages,
    embedder: str | None = None,
    risk: float = DEFAULT_RISK,
) -> Trace:
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
    question, retrieval = _mended(question, search(question.text), search, reader)
    hits = retrieval.hits
    with stages("read"):
        passages = for_reading(question.text, _for_reader(hits, reader, embedder))
        result = reader.read(question.text, passages, k + _SPARE)
    with stages("cite"):
        made = AnswerMaker(documents, question).answers(result.readings, k)
        judged = judge(question.text, made, hits, result.scale, risk, documents)
        shown = _shown(judged.answers, judged.verdict)
        answers = tuple(with_support(shown, passages, question.text, documents))
    return Trace(
        question=text,
        parsed=question,
        rankings=retrieval.rankings,
        hits=tuple(with_reader_scores(hits, result.readings)),
        result=result,
        reader=reader.name,
        verdict=judged.verdict,
        reasons=judged.reasons,
        answers=answers,
        best=judged.answers[0] if judged.answers else None,
        notes=tuple(
            dict.fromkeys(
                (
                    *notes,
                    *question.notes,
                    *retrieval.notes,
                    *result.notes,
                    *_said(judged.reasons),
                    *decision_notes(question.kind == "yes_no", answers),
                    *appearance_notes(each.text for each in answers),
                )
            )
        ),
        stages=stages,
    )


def _mended(
    question: Question, retrieval: Retrieval, search: Search, reader: Reader
) -> tuple[Question, Retrieval]:
    """Mend the question's spelling by the first passages, and search again where it was mended."""
    known = getattr(reader, "knows", None)
    if known is None:
        return question, retrieval
    spelt = mended(question, (hit.passage.text for hit in retrieval.hits), known)
    return (question, retrieval) if spelt is question else (spelt, search(spelt.text))


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
