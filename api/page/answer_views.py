"""A response as people read it: verdict in words, and answers with their place."""

import re
from collections.abc import Iterable, Iterator, Sequence

from api.output import visible, visible_lines, with_rows
from api.page import links
from api.page.conflicts import conflicts, polarity_of
from api.page.highlight import excerpt, highlighted
from api.page.row_views import table_row
from api.page.source_views import Documents, FilterFields, source_of
from api.page.support_views import place_list, support_view
from api.page.views import AnswerView, PassageView, ResponseView
from index.types import Hit
from retrieval.answering.yes_no import DECIDED
from retrieval.attribution import describe, describe_speaker
from retrieval.types import Answer, Citation, Response, SearchResponse, Source

_NEAREST = 3
_HEADLINE = 160
"""Code points of a sentence that is shown for an answer."""
_EXCERPT = 700
"""Code points of a passage that are shown."""
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")
_REACH = 260
"""Code points of a sentence that are shown on either side of a quote."""
_SURE = (
    (0.9, "Very likely right"),
    (0.6, "Likely right"),
    (0.3, "Possibly right"),
    (0.0, "Unlikely"),
)
_DECISIONS = {"yes": "Yes", "no": "No"}
_NOT_AFFIRMED = {
    "denied": "The document denies this.",
    "doubted": "The document doubts this.",
    "hypothetical": "The document only supposes this.",
    "planned": "The document says that this was planned, not that it happened.",
    "former": "The document says that this was so formerly.",
}
_RUNNER_UP = 0.15
"""An answer less sure than this share of the first is shown as a runner-up, folded in."""
_UNLIKELY = (0.3, 0.5)
"""So is an unlikely one that is less sure than this share of the first."""
_ON_A_TERMINAL = "excerpt status --skipped"
_DECIDED = DECIDED.partition("{")[0]


def response_view(
    response: Response, documents: Documents, selection: FilterFields | None = None
) -> ResponseView:
    """Return a response as it is shown."""
    made = [
        _answer_view(number, answer, response, documents, selection or {})
        for number, answer in enumerate(response.answers, 1)
    ]
    likely = _likely(response)
    headline, detail = _verdict(response, likely)
    passages = _passages(response.hits, response.question, documents, selection or {})
    missing = response.verdict == "not_found"
    kind = "" if response.parsed is None else response.parsed.kind
    return ResponseView(
        question=response.question,
        verdict=response.verdict,
        headline=headline,
        detail=detail,
        href=links.ask(response.question, selection),
        answers=tuple(made[:likely]),
        runners_up=tuple(made[likely:]),
        nearest=passages[:_NEAREST] if missing else (),
        read=passages[_NEAREST:] if missing else passages,
        conflicts=tuple(conflicts(list(zip(response.answers, made, strict=True)), kind)),
        notes=tuple(_notes(response.notes, made)),
        unread=response.index.unread,
        took=round(response.timings.get("total", 0.0)),
        generation=response.generation,
    )


def passage_views(
    response: SearchResponse, documents: Documents, selection: FilterFields | None = None
) -> tuple[PassageView, ...]:
    """Return the passages of a search as they are shown."""
    chosen = {**(selection or {}), "mode": ["search"]}
    return _passages(response.hits, response.query, documents, chosen)


def _likely(response: Response) -> int:
    """Return how many answers are nearly as sure as the first."""
    answers = response.answers
    if not answers:
        return 0
    first = answers[0].confidence
    unlikely, share = _UNLIKELY
    least = max(_RUNNER_UP * first, min(unlikely, share * first))
    weak = (n for n, each in enumerate(answers) if n and each.confidence < least)
    return next(weak, len(answers))


def _notes(notes: Iterable[str], made: Sequence[AnswerView]) -> Iterator[str]:
    """Yield the notes that say more than the page does."""
    decided = bool(made and made[0].decision)
    for note in notes:
        if _ON_A_TERMINAL not in note and not (decided and note.startswith(_DECIDED)):
            yield _noted(note)


def _noted(note: str) -> str:
    """Return a note as a sentence of its own."""
    text = visible(note)
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!", "»", "”")) else ".")


def _verdict(response: Response, likely: int) -> tuple[str, str]:
    """Return what was found, in a few words and in a sentence."""
    if response.verdict == "not_found":
        held = "1 document" if response.index.documents == 1 else "these documents"
        return "Not in these documents", f"Nothing was found in {held} that answers this."
    first = response.answers[0]
    sure = confidence_words(first.confidence)
    if response.verdict == "answered":
        more = "" if likely == 1 else f", the first of {likely} answers"
        return "Answered", f"{sure}{more}."
    return (
        "Uncertain",
        f"The documents come near it; {sure[0].lower()}{sure[1:]}. "
        "Read their words before you rely on it.",
    )


def confidence_words(confidence: float) -> str:
    """Return how sure an answer is, in words and per cent.

    >>> print(confidence_words(0.914), confidence_words(0.003), sep=", ")
    Very likely right (91 %), Unlikely (under 1 %)
    """
    words = next(words for least, words in _SURE if confidence >= least)
    if 0 < confidence < 0.01:
        return f"{words} (under 1\N{NO-BREAK SPACE}%)"
    if 0.99 < confidence < 1:
        return f"{words} (over 99\N{NO-BREAK SPACE}%)"
    return f"{words} ({confidence * 100:.0f}\N{NO-BREAK SPACE}%)"


def _answer_view(
    number: int, answer: Answer, response: Response, documents: Documents, selection: FilterFields
) -> AnswerView:
    citation = answer.citation
    before, quote, after = _sentence(citation)
    same = [other.citation.span for other in response.answers if _also(other, answer)]
    document = documents(citation.document_id)
    asks_who = response.parsed is not None and response.parsed.asks_for_speaker
    return AnswerView(
        number=number,
        text=visible(answer.text),
        is_sentence=answer.kind == "sentence" and len(before + quote + after) <= _HEADLINE,
        decision=_DECISIONS.get(answer.decides or "", ""),
        speaker=visible(_speaker(answer, asks_who)),
        warning=_NOT_AFFIRMED.get(polarity_of(answer), ""),
        sure=confidence_words(answer.confidence),
        before=before,
        quote=quote,
        after=after,
        source=source_of(document, citation.span, citation.place),
        href=links.read(
            citation.document_id,
            citation.span,
            also=links.spans(same),
            q=response.question,
            v=document.sha256[:12],
            more=selection,
        ),
        span=citation.span,
        support=support_view(answer, response.question, documents, selection),
        row=table_row(document, citation.sentence.span, citation.span),
    )


def _also(other: Answer, answer: Answer) -> bool:
    return other is not answer and other.citation.document_id == answer.citation.document_id


def _speaker(answer: Answer, asks_who: bool) -> str:
    """Return whose words an answer is, "" for a plain statement or its own speaker."""
    attribution = answer.attribution
    if attribution is None:
        return ""
    speaker = attribution.speaker
    span = answer.citation.span
    own = speaker is not None and speaker.span is not None and speaker.span.overlaps(span)
    speaks = describe_speaker(attribution) if asks_who else ""
    return speaks or ("" if own else describe(attribution))


def _sentence(citation: Citation) -> tuple[str, str, str]:
    """Return the sentence's words before the quote, the quote, and those after, for display."""
    sentence, span = citation.sentence, citation.span
    if sentence.span is None or not sentence.span.covers(span):
        return "", visible_lines(citation.quote), ""
    start = span.start - sentence.span.start
    end = start + len(span)
    text = with_rows(sentence.text)
    parts = (_ending(text[:start]), text[start:end], _beginning(text[end:]))
    before, quote, after = map(visible_lines, parts)
    return before, quote, after


def _beginning(text: str) -> str:
    if len(text) <= _REACH:
        return text
    return f"{text[:_REACH].rsplit(None, 1)[0]} …"


def _ending(text: str) -> str:
    if len(text) <= _REACH:
        return text
    return f"… {text[-_REACH:].split(None, 1)[-1]}"


def _passages(
    hits: Sequence[Hit], query: str, documents: Documents, selection: FilterFields
) -> tuple[PassageView, ...]:
    return tuple(
        PassageView(
            rank=rank,
            pieces=tuple(excerpt(highlighted(_shown(hit.passage.text), query), _EXCERPT)),
            source=source_of(documents(hit.passage.document_id), hit.passage.span),
            href=links.read(hit.passage.document_id, hit.passage.span, more=selection, q=query),
            copies=place_list(map(Source, hit.copies), query, documents, selection),
            same_source=place_list(_same_source(hit), query, documents, selection),
        )
        for rank, hit in enumerate(hits, 1)
    )


def _same_source(hit: Hit) -> list[Source]:
    return [] if hit.same_source_as is None else [Source(hit.same_source_as)]


def _shown(text: str) -> str:
    return _BLANK_LINES.sub("\n", visible_lines(with_rows(text))).strip()
