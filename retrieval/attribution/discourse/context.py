"""What stands around a sentence: the rest of its quotation, and the sentences before."""

import re
from collections.abc import Sequence

from index.text.sentences import sentences
from index.types import Span
from retrieval.attribution.syntax.quotes import Quotations, paragraph_start

_CLOSING = re.compile('["\u201d\u00bb]')
_SENTENCE_END = re.compile(r"[.!?](?=\s)|\n")
_QUOTATION_REACH = 1500
_TAIL = 200
_FOLLOW_UP = 90


def preceding_sentences(text: str, sentence: Span, previous: Sequence[Span]) -> Sequence[Span]:
    """Return the sentences before, in order: those given, or those of the same paragraph.

    A sentence that begins its paragraph follows on the one before: news has one a paragraph.
    """
    if previous:
        return [span for span in previous if span.end <= sentence.start]
    end = sentence.start
    begin = paragraph_start(text, end)
    if not text[begin:end].strip():
        end = begin
        while end > 0 and text[end - 1].isspace():
            end -= 1
        begin = paragraph_start(text, end)
    return [span.shift(begin) for span in sentences(text[begin:end])]


def quotation_bounds(text: str, sentence: Span, quotes: Quotations) -> Span | None:
    """Return the stretch from the sentence that opens a quotation to the one that closes it."""
    start, end = sentence.start, sentence.end
    if quotes.opened_before is not None and quotes.opened_before < start:
        start = _sentence_start(text, quotes.opened_before)
    if quotes.left_open:
        closing = _CLOSING.search(text, end, min(len(text), end + _QUOTATION_REACH))
        if closing is not None and "\n" not in text[end : closing.start()]:
            end = _sentence_end(text, closing.end(), _TAIL)
    wider = Span(start, end)
    return wider if wider != sentence else None


def with_next_sentence(text: str, sentence: Span) -> Span | None:
    """Return the sentence with a short one after it, which may say who spoke: "…." Smith said."""
    end = _sentence_end(text, sentence.end + 1, _FOLLOW_UP)
    tail = text[sentence.end : end]
    if not tail.strip() or "\n" in tail or _CLOSING.search(tail) or "\u201c" in tail:
        return None
    return Span(sentence.start, end)


def _sentence_start(text: str, at: int) -> int:
    low = max(paragraph_start(text, at), at - _TAIL * 2)
    ends = [match.end() for match in _SENTENCE_END.finditer(text, low, at)]
    return min(at, ends[-1] if ends else low)


def _sentence_end(text: str, at: int, reach: int) -> int:
    at = min(at, len(text))
    limit = min(len(text), at + reach)
    match = _SENTENCE_END.search(text, at, limit)
    return limit if match is None else match.start() + (match.group() != "\n")
