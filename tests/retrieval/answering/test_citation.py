import ast
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import retrieval.answering.citation
from index.errors import CitationError
from index.types import Document, Span
from retrieval.answering.citation import Citer

ROOT = Path(retrieval.answering.citation.__file__).parents[2]
PACKAGES = ("index", "retrieval", "api", "eval", "seeds")


def document(text):
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Document("d1", "file:///d1.txt", "Title", text, digest, "text/plain")


def cite(document, span):
    return Citer(document).cite(span)


TEXT = "First line.\r\nThe 🚢 Ford sailed. Maduro denied it.\r\n"


def test_every_coordinate_lands_on_the_words():
    start = TEXT.index("Ford")
    citation = cite(document(TEXT), Span(start, start + 4))
    assert citation.quote == "Ford"
    assert (citation.line, citation.column) == (2, 7)
    units = TEXT.encode("utf-16-le")[2 * citation.utf16.start : 2 * citation.utf16.end]
    assert units.decode("utf-16-le") == "Ford"
    assert TEXT.encode()[citation.utf8.start : citation.utf8.end].decode() == "Ford"
    assert citation.sentence.text == "The 🚢 Ford sailed."
    assert citation.sentence.span.of(TEXT) == citation.sentence.text
    assert (citation.document_id, citation.title, citation.uri) == ("d1", "Title", "file:///d1.txt")


def test_a_span_over_two_sentences_has_both():
    span = Span(TEXT.index("sailed"), TEXT.index("denied"))
    assert cite(document(TEXT), span).sentence.text == "The 🚢 Ford sailed. Maduro denied it."


def test_a_changed_text_is_refused():
    with pytest.raises(CitationError, match="does not match its sha256"):
        cite(replace(document(TEXT), text=TEXT.replace("Ford", "Fort")), Span(0, 5))


@pytest.mark.parametrize("span", [Span(3, 3), Span(0, len(TEXT) + 1), Span(9999, 10000)])
def test_a_span_outside_the_text_is_refused(span):
    with pytest.raises(CitationError, match="is no span"):
        cite(document(TEXT), span)


def test_other_words_are_refused():
    with pytest.raises(CitationError, match="not 'Fifth'"):
        Citer(document(TEXT)).cite(Span(0, 5), "Fifth")
    assert Citer(document(TEXT)).cite(Span(0, 5), "First").quote == "First"


def test_a_sentence_is_found_in_a_very_long_document():
    text = "The ship sailed.\nNobody saw it leave the harbour. It was dark.\n" * 12_000
    start = text.index("Nobody", len(text) // 2)
    citation = cite(document(text), Span(start, start + 6))
    assert citation.sentence.text == "Nobody saw it leave the harbour."


@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=40), st.data())
def test_any_span_of_any_text(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    citation = cite(document(text), Span(start, end))
    assert citation.quote == text[start:end]
    raw = text.encode("utf-8", "surrogatepass")[citation.utf8.start : citation.utf8.end]
    assert raw.decode("utf-8", "surrogatepass") == citation.quote
    wide = text.encode("utf-16-le", "surrogatepass")
    units = wide[2 * citation.utf16.start : 2 * citation.utf16.end]
    assert units == citation.quote.encode("utf-16-le", "surrogatepass")
    assert citation.sentence.span.covers(citation.span)
    assert citation.sentence.span.of(text) == citation.sentence.text


def test_nothing_else_makes_a_citation():
    makers = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                    if name == "Citation":
                        makers.add(path.relative_to(ROOT).as_posix())
    assert makers == {"retrieval/answering/citation.py"}
