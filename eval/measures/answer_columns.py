"""One question's columns: what was given, set beside what is right.

Citation recall and precision follow ALCE (Gao et al. 2023, arXiv:2305.14627) with the gold spans
in place of a judge: a citation supports the answer where its sentence holds a gold span.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import nan

from eval.measures import overlap, squad
from eval.types import Question
from index.types import Span
from retrieval.types import Words


@dataclass(frozen=True, slots=True)
class Place:
    """A span in a document."""

    document_id: str
    span: Span


@dataclass(frozen=True, slots=True)
class EngineAnswer:
    """What the engine gave: `text` is None exactly when it found nothing.

    `best` is the best span regardless of the verdict (None only where there was nothing to
    read) and `best_text` its words; `sentences` are those cited, one an answer; `attributed`
    says whether a speaker was looked for, and `speaker` is the one found.
    """

    text: str | None
    best_text: str
    best: Place | None
    confidence: float
    sentences: tuple[Place, ...] = ()
    attributed: bool = False
    speaker: Words | None = None


def _supports(question: Question, place: Place) -> bool:
    golds = [answer.span for answer in question.answers if answer.span is not None]
    same = question.context is None or question.context == place.document_id
    return same and any(place.span.covers(gold) for gold in golds)


def _overlap(
    question: Question, given: EngineAnswer, text_of: Callable[[str], str]
) -> tuple[float, float]:
    golds = [answer.span for answer in question.answers if answer.span is not None]
    if not golds:
        return nan, nan
    if given.best is None or question.context not in (None, given.best.document_id):
        return 0.0, 0.0
    return overlap.best_iou(text_of(given.best.document_id), given.best.span, golds)


def _citations(question: Question, given: EngineAnswer) -> dict[str, float]:
    placed = question.answerable is False or any(answer.span for answer in question.answers)
    if not placed:
        return dict.fromkeys(("cited", "first_supports", "citations", "supporting"), nan)
    supports = [_supports(question, place) for place in given.sentences]
    return {
        "cited": float(any(supports)) if question.answerable else nan,
        "first_supports": float(supports[0]) if supports else nan,
        "citations": float(len(supports)),
        "supporting": float(sum(supports)),
    }


def _speaker(question: Question, given: EngineAnswer) -> float:
    """Return whether the best answer is put in the right mouth; NaN where that cannot be judged.

    A question that asks for the speaker is right without an attribution: the answer is the
    speaker, and that the document says itself.
    """
    gold, found = question.speaker, given.speaker
    if question.stance is None or given.best is None or not given.attributed:
        return nan
    if gold is None or gold.span is None:
        return float(found is None)
    if found is None or found.span is None:
        return float(given.best.span.overlaps(gold.span))
    return float(found.span.overlaps(gold.span) or found.text in gold.text)


def _agreement(question: Question, given: EngineAnswer) -> dict[str, float]:
    if question.answerable is None or (question.answerable and not question.answers):
        return dict.fromkeys(("exact", "f1", "best_exact", "best_f1", "right"), nan)
    texts = [answer.text for answer in question.answers]
    exact, f1 = squad.score(texts, given.text)
    best_exact, best_f1 = squad.score(texts, given.best_text)
    answerable = bool(question.answerable)
    return {
        "exact": exact,
        "f1": f1,
        "best_exact": best_exact if answerable else nan,
        "best_f1": best_f1 if answerable else nan,
        "right": best_exact if answerable and given.best is not None else 0.0,
    }


def score(
    question: Question, given: EngineAnswer, text_of: Callable[[str], str]
) -> dict[str, float]:
    """Return the question's columns, NaN where one does not apply.

    Args:
        question: with its golds.
        given: what came back.
        text_of: the text of a document by id, asked for only where spans are compared.
    """
    agreement = _agreement(question, given)
    character, token = _overlap(question, given, text_of)
    return {
        "answerable": nan if question.answerable is None else float(question.answerable),
        "refused": float(given.text is None),
        "confidence": given.confidence,
        **agreement,
        "character_iou": character,
        "token_iou": token,
        **_citations(question, given),
        "speaker": _speaker(question, given) if agreement["right"] == 1 else nan,
    }
