"""From what the engine answered to a result: expected and given in their sources, and scores."""

from collections.abc import Callable
from typing import Any

from eval.measures import answer_columns
from eval.measures.answer_columns import EngineAnswer, Place
from eval.runs.record import Row, packed
from eval.types import Question
from index.types import Document, Span
from retrieval.types import Answer, Attribution, Response, Words

_AROUND = 240
"""Code points of the source kept on each side of a span, for people to read."""


def excerpt(document: Document, span: Span) -> dict[str, Any]:
    """Return the source around `span`, at whole words, with the offset where it starts."""
    start, end = max(0, span.start - _AROUND), span.end + _AROUND
    text = document.text
    if start and (space := text.find(" ", start, span.start)) > 0:
        start = space + 1
    if end < len(text) and (space := text.rfind(" ", span.end, end)) > 0:
        end = space
    return {
        "document_id": document.id,
        "title": document.title,
        "start": start,
        "text": text[start:end],
    }


def _words(words: Words) -> dict[str, Any]:
    span = words.span
    return {
        "text": words.text,
        "start": span.start if span else None,
        "end": span.end if span else None,
    }


def _sentence(answer: Answer) -> Place:
    span = answer.citation.sentence.span or answer.citation.span
    return Place(answer.citation.document_id, span)


def engine_answer(response: Response) -> EngineAnswer:
    """Return what a response gave, as the measures take it."""
    best = response.best
    found = response.verdict != "not_found"
    return EngineAnswer(
        text=response.answers[0].text if found and response.answers else None,
        best_text=best.text if best else "",
        best=Place(best.citation.document_id, best.citation.span) if best else None,
        confidence=best.confidence if best else 0.0,
        sentences=tuple(_sentence(answer) for answer in response.answers) if found else (),
        attributed=best is not None and best.attribution is not None,
        speaker=best.attribution.speaker if best and best.attribution else None,
    )


def _cited(answer: Answer) -> dict[str, Any]:
    place = _sentence(answer)
    span = answer.citation.span
    return {
        "text": answer.text,
        "confidence": answer.confidence,
        "document_id": place.document_id,
        "start": span.start,
        "end": span.end,
        "sentence": [place.span.start, place.span.end],
    }


def _attribution(found: Attribution | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"speaker": _words(found.speaker) if found.speaker else None, "stance": found.stance}


def _answer_fields(response: Response) -> dict[str, Any]:
    given, best = engine_answer(response), response.best
    first = response.answers[0].citation if given.text is not None else None
    shown = response.answers[0] if response.answers else best
    return {
        "text": given.text,
        "confidence": given.confidence,
        "verdict": response.verdict,
        "document_id": given.best.document_id if given.best else None,
        "start": first.span.start if first else None,
        "end": first.span.end if first else None,
        "best": _words(Words(given.best_text, given.best.span)) if given.best else None,
        "answers": [_cited(answer) for answer in response.answers] if first else [],
        "attribution": _attribution(shown.attribution) if shown else None,
    }


def _sources(
    question: Question, response: Response, document_of: Callable[[str], Document]
) -> dict[str, Any]:
    gold = next((answer.span for answer in question.answers if answer.span), None)
    best = response.best
    expected = given = None
    if question.context is not None and gold is not None:
        expected = excerpt(document_of(question.context), gold)
    if best is not None:
        given = excerpt(document_of(best.citation.document_id), best.citation.span)
    return {"expected": expected, "given": given}


def qa_row(
    question: Question,
    response: Response,
    document_of: Callable[[str], Document],
    stage: dict[str, Any] | None,
) -> Row:
    """Return the result of one question.

    Args:
        question: with its golds.
        response: what came back.
        document_of: a document by id.
        stage: where the expected words were lost, None where they were not.
    """
    columns = answer_columns.score(
        question, engine_answer(response), lambda key: document_of(key).text
    )
    numbered = {} if question.number is None else {"number": question.number}
    return {
        "id": question.id,
        **numbered,
        "question": question.text,
        "kind": question.kind,
        "expected": {
            "answerable": question.answerable,
            "document_id": question.context,
            "answers": [_words(answer) for answer in question.answers],
        },
        "given": _answer_fields(response),
        "sources": _sources(question, response, document_of),
        "columns": packed(columns),
        "stage": stage,
    }


def prediction(row: Row) -> dict[str, Any]:
    """Return the line of `--predictions` for one result, its id as the data writes it."""
    given = row["given"]
    names = ("text", "confidence", "verdict", "document_id", "start", "end", "best")
    return {"id": row.get("number", row["id"]), **{name: given[name] for name in names}}
