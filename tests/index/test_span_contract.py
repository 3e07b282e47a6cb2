"""The span contract from the bytes of a file to the bytes that a client counts."""

import hashlib
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from index.loaders import get_loader
from index.text.positions import Positions
from index.text.sentences import sentences
from index.types import Document, LoadProblem

PIECES = [
    "Rear Admiral Paul Lanzilotta commands it. ", "“Yes,” he said. ", "e\u0301", "🇩🇪", "👩\u200d👧",
    "\r", "שלום. ", "مرحبا. ", "漢字。", "İstanbul ", "\0", "\ufeff", "\r\n", "\n\n", "\u2028",
    "# H\n",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=20).map("".join) | st.text(max_size=15)


def check(loaded: Document, text: str) -> None:
    """Assert that `loaded` holds `text` and that each of its sentences is found from outside."""
    assert loaded.text == text
    assert loaded.sha256 == hashlib.sha256(text.encode()).hexdigest()
    positions = Positions(text)
    wide, narrow = text.encode("utf-16-le"), text.encode()
    for span in sentences(text):
        quote = text[span.start : span.end]
        units, octets = positions.utf16(span), positions.utf8(span)
        assert wide[2 * units.start : 2 * units.end].decode("utf-16-le") == quote
        assert narrow[octets.start : octets.end].decode() == quote
    for heading in loaded.outline:
        assert heading.span.of(text).strip() == heading.span.of(text) != ""


@settings(max_examples=200)
@given(TEXTS, st.sampled_from(["text", "markdown"]), st.booleans())
def test_text_files_are_kept_to_the_code_point(text: str, name: str, marked: bool) -> None:
    mark = "\ufeff" if marked or text.startswith("\ufeff") else ""
    (loaded,) = get_loader(name).load((mark + text).encode(), uri="/d/f", key="k")
    if isinstance(loaded, LoadProblem):
        assert not text.strip()
    else:
        check(loaded, text)


@given(TEXTS, st.booleans())
def test_json_fields_are_kept_to_the_code_point(text: str, escaped: bool) -> None:
    line = json.dumps({"_id": "a", "text": text}, ensure_ascii=escaped).encode()
    for name in ("json", "jsonl"):
        (loaded,) = get_loader(name).load(line, uri="/d/f", key="k")
        if isinstance(loaded, LoadProblem):
            assert not text.strip()
        else:
            check(loaded, text)


@given(st.text(st.characters()))
def test_lone_surrogates_of_json_become_the_replacement_character(text: str) -> None:
    line = json.dumps({"text": "x" + text}).encode()
    (loaded,) = get_loader("jsonl").load(line, uri="/d/f", key="k")
    assert isinstance(loaded, Document)
    loaded.text.encode()
    expected = json.loads(json.dumps("x" + text)).encode("utf-16", "surrogatepass")
    assert loaded.text == expected.decode("utf-16", "replace") or "\ufffd" in loaded.text
