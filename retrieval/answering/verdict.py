"""The one verdict: what may be said of what was found, for any reader.

One number decides, the confidence that is shown with the first answer. What the document does not
assert, or says of something else than was asked, is less likely right and never `answered`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.types import Hit, Passage
from retrieval.answering.answers import is_current
from retrieval.answering.doubts import passage_doubt
from retrieval.answering.identifiers import holds_identifier, identifiers, times
from retrieval.answering.mentions import named, searched_text, unmentioned
from retrieval.answering.missing import missing_name, names_of
from retrieval.types import Answer, ConfidenceScale, Reason, Verdict

if TYPE_CHECKING:
    from retrieval.answering.pipeline import Documents

_JUST_BELOW = 0.99
_EVEN = 0.5
"""What is in doubt is never likelier right than not."""

_COMPARED = 3
"""How many of the first answers are doubted where the first one is."""

_A_TOPIC = 3
"""How often a document mentions an option or path that it is about."""

INHERITED = 0.4
"""What an answer put first before a surer one (which is denied, past or another's word) has of the
surer one's confidence at least: the question is answered there, by what is said in its stead."""

INHERITED_NOW = 0.6
"""The same of an answer that says itself that it holds today: what was before has set it up."""

NO_SHIFT = frozenset({"yes_or_no"})
"""Doubts about what to say and not about the words."""

_NOTHING = Reason("nothing_read", "no passage holds words to answer with")


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answers in the order to give them, the verdict on the first, and why it is that."""

    answers: tuple[Answer, ...]
    verdict: Verdict
    reasons: tuple[Reason, ...]


def judge(
    question: str,
    answers: Sequence[Answer],
    hits: Sequence[Hit],
    scale: ConfidenceScale,
    risk: float,
    documents: "Documents | None" = None,
) -> Judgement:
    """Judge answers: one in doubt gives way to one of the next that is surer without.

    Args:
        question: as it was read.
        answers: best first.
        hits: the passages that were read.
        scale: what the reader's confidence is worth.
        risk: the share of what is called `answered` that may be wrong.
        documents: where the cited documents are, to look for the names of the question in them.
    """
    if not answers:
        return Judgement((), "not_found", _of_nothing((_NOTHING,), question, hits, documents))
    least = _inherited(answers[0]) * max(answer.confidence for answer in answers)
    put_first = replace(answers[0], confidence=max(answers[0].confidence, least))
    first, why = _doubted(question, put_first, hits, scale, risk, documents)
    ordered = [first, *answers[1:]]
    if why is not None:
        for place in range(1, min(_COMPARED, len(answers))):
            other, reason = _doubted(question, answers[place], hits, scale, risk, documents)
            if reason is None and other.confidence > first.confidence:
                ordered = [other, first, *answers[1:place], *answers[place + 1 :]]
                why = None
                break
    confidence = ordered[0].confidence
    verdict = scale.verdict(confidence, risk)
    reasons: tuple[Reason, ...] = () if why is None else (why,)
    if verdict != "answered" and not reasons:
        reasons = (_unsure(confidence, verdict, scale, risk),)
    if verdict == "not_found":
        reasons = _of_nothing(reasons, question, hits, documents)
    return Judgement(tuple(ordered), verdict, reasons)


def _of_nothing(
    reasons: tuple[Reason, ...],
    question: str,
    hits: Sequence[Hit],
    documents: "Documents | None",
) -> tuple[Reason, ...]:
    """Return the reasons why there is no answer.

    What the document of one answer lacks, which is not shown, is said of all that were near.
    """
    lacking = () if documents is None else tuple(unmentioned(question, hits, documents))
    if not lacking:
        return reasons
    return (*(each for each in reasons if each.code != "missing"), *lacking)


def _inherited(first: Answer) -> float:
    return INHERITED_NOW if is_current(first) else INHERITED


def _doubted(
    question: str,
    answer: Answer,
    hits: Sequence[Hit],
    scale: ConfidenceScale,
    risk: float,
    documents: "Documents | None",
) -> tuple[Answer, Reason | None]:
    """Return an answer as sure as it may be, and the reason where that is less."""
    why = (
        _doubt(question, answer, hits)
        or _lacks_name(question, answer, hits, documents)
        or _lacks_identifier(question, answer, hits, documents)
    )
    if why is None:
        return answer, None
    most = _JUST_BELOW * min(1.0, scale.answered_from(risk))
    if why.code in NO_SHIFT:
        return replace(answer, confidence=min(answer.confidence, most)), why
    confidence = _shifted(answer.confidence, scale.doubted)
    most = min(_EVEN, most)
    return replace(answer, confidence=min(confidence, most)), why


def _doubt(question: str, answer: Answer, hits: Sequence[Hit]) -> Reason | None:
    passage = _cited(answer, hits)
    return None if passage is None else passage_doubt(question, passage, answer.citation.span)


def _cited(answer: Answer, hits: Sequence[Hit]) -> Passage | None:
    """Return the passage that an answer is cited from, among those read."""
    cited = answer.citation
    return next(
        (
            hit.passage
            for hit in hits
            if hit.passage.document_id == cited.document_id and hit.passage.span.covers(cited.span)
        ),
        None,
    )


def _lacks_name(
    question: str, answer: Answer, hits: Sequence[Hit], documents: "Documents | None"
) -> Reason | None:
    """Return that the cited document does not hold a name of the question; None where it does."""
    if documents is None or not names_of(question):
        return None
    document = documents.document(answer.citation.document_id)
    name = missing_name(question, searched_text(document))
    if not name:
        return None
    alone = len({hit.passage.document_id for hit in hits}) <= 1
    subject = "the document" if alone else named(document)
    return Reason("missing", f"{subject} does not mention {name}, which was asked about")


def _lacks_identifier(
    question: str, answer: Answer, hits: Sequence[Hit], documents: "Documents | None"
) -> Reason | None:
    """Return that the cited passage does not hold an option or path of the question.

    One that the document has again and again is what it is about, and may be left out.
    """
    passage = _cited(answer, hits)
    if documents is None or passage is None:
        return None
    held = "\n".join((passage.title, *passage.headings, passage.document_id, passage.text))
    for name in identifiers(question):
        if holds_identifier(held, name):
            continue
        if times(documents.document(answer.citation.document_id).text, name) < _A_TOPIC:
            detail = f"the passage does not mention {name}, which was asked about"
            return Reason("missing", detail)
    return None


def _shifted(probability: float, shift: float) -> float:
    """Return a probability whose log-odds differ by `shift`."""
    if not 0 < probability < 1:
        return probability
    return 1 / (1 + math.exp(-(math.log(probability / (1 - probability)) + shift)))


def _unsure(confidence: float, verdict: Verdict, scale: ConfidenceScale, risk: float) -> Reason:
    enough = scale.not_found if verdict == "not_found" else scale.answered_from(risk)
    needed = f"{enough:.2f} are needed" if math.isfinite(enough) else "none is enough"
    return Reason(
        "confidence", f"the best words are right with probability {confidence:.2f}; {needed}"
    )
