"""A cited sentence is bounded, whatever the text."""

from index.text.digest import text_digest
from index.types import Document, Span
from retrieval.answering.citation import Citer


def test_the_sentence_of_a_text_without_full_stops_is_bounded_and_holds_the_span() -> None:
    text = "alpha beta " * 20_000
    document = Document("a", "a", "a", text, text_digest(text), "text/plain")
    at = text.index("beta", 100_000)
    sentence = Citer(document).sentence(Span(at, at + 4))
    assert sentence.span is not None
    assert sentence.span.covers(Span(at, at + 4))
    assert len(sentence.text) <= 1_000
    assert sentence.span.of(text) == sentence.text == sentence.text.strip()
