"""Cuts: every piece within the limit, nothing lost, the coarsest bound that serves."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from index.text.cuts import cut
from index.text.token_counts import count_tokens
from index.types import Span

TEXTS = st.lists(
    st.sampled_from(
        ["word", " ", ", ", ". ", "\r\n", "e\u0301", "👩\u200d👧", "漢字", "。", "\0", "x" * 30]
    )
).map("".join)


@given(TEXTS, st.integers(1, 12))
def test_pieces_are_within_the_limit_and_hold_everything(text: str, limit: int) -> None:
    text = text.strip()
    pieces = cut(text, Span(0, len(text)), len, limit) if text else []
    assert "".join("".join(piece.of(text) for piece in pieces).split()) == "".join(text.split())
    assert all(len(piece) <= limit for piece in pieces)
    assert all(a.end <= b.start for a, b in pairwise(pieces))


def test_clauses_come_before_words_and_words_before_code_points() -> None:
    text = "one two three, four five six; seven"
    spans = cut(text, Span(0, len(text)), len, 16)
    assert [span.of(text) for span in spans] == ["one two three,", "four five six;", "seven"]
    text = "alpha beta gamma"
    assert [span.of(text) for span in cut(text, Span(0, 16), len, 11)] == ["alpha", "beta gamma"]


def test_no_cut_parts_a_character_from_its_marks() -> None:
    text = "e\u0301" * 50
    for span in cut(text, Span(0, len(text)), len, 7):
        assert span.of(text).startswith("e")
        assert span.of(text).endswith("\u0301")


def test_a_word_of_100_000_letters_is_cut_to_the_token() -> None:
    text = "a" * 100_000
    pieces = cut(text, Span(0, len(text)), count_tokens, 160)
    assert "".join(piece.of(text) for piece in pieces) == text
    assert max(count_tokens(piece.of(text)) for piece in pieces) <= 160
