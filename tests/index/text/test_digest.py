"""One digest, wherever a text is known by it."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from eval.calibration import closed_samples
from index.loaders.plain import PlainTextLoader
from index.text.digest import text_digest
from index.types import Document, Span
from retrieval.answering.citation import Citer


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_it_is_that_of_the_utf_8_bytes(text: str) -> None:
    assert text_digest(text) == sha256(text.encode("utf-8")).hexdigest()


def test_text_that_no_encoding_can_hold_is_cited_too() -> None:
    document = closed_samples.document("A lone \ud800 surrogate.", "")
    assert document.sha256 == text_digest(document.text)
    assert Citer(document).cite(Span(2, 6)).quote == "lone"


def test_loaders_give_it() -> None:
    (document,) = PlainTextLoader().load("Übung".encode(), uri="/d/a.txt", key="a")
    assert isinstance(document, Document)
    assert document.sha256 == text_digest("Übung")
