"""The JSON that the command line and HTTP share, as plain functions to dicts.

No pydantic here, so that a cold `excerpt ask --json` need not import it; `api.models`
describes the same objects for OpenAPI, and a test holds the two together. Every offset counts
code points of the document's text unless its name says otherwise.
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from index.types import Box, Counts, Document, Hit, LoadProblem, Passage, Span, SyncReport
from retrieval.types import Answer, Attribution, Citation, Response, SearchResponse, Words

if TYPE_CHECKING:
    from index.listing import DocumentHead
    from index.types import MetadataValue
    from retrieval.explain import Explanation

JsonObject = dict[str, Any]
"""A JSON object; its exact keys are in docs/http.md."""


def to_json(value: object, indent: int | None = None) -> str:
    r"""Return `value` as JSON that encodes as UTF-8.

    Text stays readable; where it holds a lone surrogate, which UTF-8 cannot carry, every
    non-ASCII character is escaped instead.

    Raises:
        ValueError: on a number that JSON has no word for (NaN, infinity).

    >>> to_json({"speaker": "Nicolás"})
    '{"speaker": "Nicolás"}'
    >>> print(to_json("a\ud800"))
    "a\ud800"
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, ensure_ascii=True, allow_nan=False, indent=indent)
    return text


def response_json(response: Response) -> JsonObject:
    """Return the object of `excerpt ask --json` and `POST /v1/ask`."""
    return {
        "question": response.question,
        "verdict": response.verdict,
        "answers": [answer_json(answer) for answer in response.answers],
        "passages": [hit_json(hit) for hit in response.hits],
        "index": counts_json(response.index),
        "took_ms": timings_json(response.timings),
        "notes": list(response.notes),
        "reader": response.reader,
        "reasons": [{"code": each.code, "detail": each.detail} for each in response.reasons],
    }


def search_json(response: SearchResponse) -> JsonObject:
    """Return the object of `excerpt search --json` and `POST /v1/search`."""
    return {
        "query": response.query,
        "passages": [hit_json(hit) for hit in response.hits],
        "index": counts_json(response.index),
        "took_ms": timings_json(response.timings),
        "notes": list(response.notes),
    }


def answer_json(answer: Answer) -> JsonObject:
    """Return one answer with its citation and whose words it is."""
    return {
        "text": answer.text,
        "confidence": round(float(answer.confidence), 6),
        "citation": citation_json(answer.citation),
        "attribution": None if answer.attribution is None else attribution_json(answer.attribution),
        "kind": answer.kind,
        "decides": answer.decides,
        "support": [
            {**place_json(each.passage), "copies": [place_json(copy) for copy in each.copies]}
            for each in answer.support
        ],
    }


def citation_json(citation: Citation) -> JsonObject:
    """Return where a quote stands, in every unit a client may count in."""
    return {
        "document_id": citation.document_id,
        "title": citation.title,
        "uri": citation.uri,
        "start": citation.span.start,
        "end": citation.span.end,
        "quote": citation.quote,
        "utf16": pair(citation.utf16),
        "utf8": pair(citation.utf8),
        "line": citation.line,
        "column": citation.column,
        "page": citation.page,
        "boxes": [box_json(box) for box in citation.boxes],
        "place": dict(citation.place),
        "sha256": citation.sha256,
        "sentence": words_json(citation.sentence),
    }


def attribution_json(attribution: Attribution) -> JsonObject:
    """Return whose words a sentence reports."""
    return {
        "speaker": words_or_null(attribution.speaker),
        "full_name": words_or_null(attribution.full_name),
        "cue": words_or_null(attribution.cue),
        "stance": attribution.stance,
        "polarity": attribution.polarity,
        "says": words_or_null(attribution.says),
    }


def words_or_null(words: Words | None) -> JsonObject | None:
    """Return words with their offsets, or None."""
    return None if words is None else words_json(words)


def words_json(words: Words) -> JsonObject:
    """Return words with their offsets, None where they are only implied."""
    span = words.span
    return {
        "start": None if span is None else span.start,
        "end": None if span is None else span.end,
        "text": words.text,
    }


def box_json(box: Box) -> JsonObject:
    """Return a rectangle on a page, in points from the top left corner."""
    return {
        "page": box.page,
        "left": box.left,
        "top": box.top,
        "right": box.right,
        "bottom": box.bottom,
    }


def hit_json(hit: Hit) -> JsonObject:
    """Return a passage that was found, with its score and each arm's own."""
    passage, same = hit.passage, hit.same_source_as
    return {
        "document_id": passage.document_id,
        "title": passage.title,
        "start": passage.span.start,
        "end": passage.span.end,
        "text": passage.text,
        "score": round(float(hit.score), 6),
        "scores": {arm: round(float(score), 6) for arm, score in hit.scores.items()},
        "copies": [place_json(each) for each in hit.copies],
        "same_source_as": None if same is None else place_json(same),
    }


def place_json(passage: Passage) -> JsonObject:
    """Return which part of which document a passage is."""
    return {
        "document_id": passage.document_id,
        "title": passage.title,
        "start": passage.span.start,
        "end": passage.span.end,
    }


def document_json(document: Document) -> JsonObject:
    """Return a document with its whole text, so that anyone can check a citation."""
    return {
        "id": document.id,
        "uri": document.uri,
        "title": document.title,
        "media_type": document.media_type,
        "sha256": document.sha256,
        "metadata": metadata_json(document.metadata),
        "text": document.text,
    }


def head_json(head: "DocumentHead") -> JsonObject:
    """Return a document without its text."""
    return {
        "id": head.id,
        "uri": head.uri,
        "title": head.title,
        "media_type": head.media_type,
        "sha256": head.sha256,
        "bytes": head.bytes,
        "metadata": metadata_json(head.metadata),
    }


def metadata_json(metadata: "Mapping[str, MetadataValue]") -> JsonObject:
    """Return metadata, several values of a field as a list."""
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in metadata.items()
    }


def span_json(document: Document, citation: Citation, context: int) -> JsonObject:
    """Return the citation of a span, with so many code points of text on either side."""
    span = citation.span
    return {
        **citation_json(citation),
        "before": document.text[max(0, span.start - context) : span.start],
        "after": document.text[span.end : span.end + context],
    }


def quote_json(document: Document, span: Span) -> JsonObject:
    """Return the words of one span of a document."""
    return {"start": span.start, "end": span.end, "text": span.of(document.text)}


def report_json(report: SyncReport) -> JsonObject:
    """Return what a sync did."""
    return {
        "generation": report.generation,
        "added": report.added,
        "changed": report.changed,
        "removed": report.removed,
        "held": report.held,
        "unchanged": report.unchanged,
        "passages_embedded": report.passages_embedded,
        "wordpieces_embedded": report.wordpieces_embedded,
        "left_out": dict(report.left_out),
        "problems": [load_problem_json(problem) for problem in report.problems],
        "seconds": round(report.seconds, 3),
    }


def load_problem_json(problem: LoadProblem) -> JsonObject:
    """Return something that could not be read and was skipped."""
    return {"uri": problem.uri, "reason": problem.reason, "line": problem.line}


def explanation_json(explanation: "Explanation") -> JsonObject:
    """Return the steps that expected words took, and the one where they were lost."""
    lost = explanation.lost
    return {
        "question": explanation.question,
        "expected": [
            {"document_id": each.document_id, "spans": [pair(span) for span in each.spans]}
            for each in explanation.expected
        ],
        "steps": [
            {
                "stage": step.stage,
                "passed": step.passed,
                "detail": step.detail,
                "rank": step.rank,
                "score": step.score,
            }
            for step in explanation.steps
        ],
        "lost": None if lost is None else lost.stage,
    }


def counts_json(counts: Counts) -> JsonObject:
    """Return how much the generation that was asked holds."""
    return {
        "generation": counts.generation,
        "documents": counts.documents,
        "passages": counts.passages,
    }


def timings_json(timings: Mapping[str, float]) -> JsonObject:
    """Return milliseconds a stage."""
    return {stage: round(float(spent), 3) for stage, spent in timings.items()}


def pair(span: Span) -> list[int]:
    """Return a span as `[start, end]`."""
    return [span.start, span.end]
