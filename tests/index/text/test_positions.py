"""Positions, against encoders and a line splitter that share nothing with them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.positions import _BLOCK, Positions, line_starts
from index.types import Span

PIECES = [
    "a",
    "é",
    "e\u0301",
    "İ",
    "ß",
    "שלום",
    "مرحبا",
    "漢",
    "😀",
    "👩\u200d👩\u200d👧",
    "🇩🇪",
    "\0",
    "\ufeff",
]
TEXTS = st.lists(st.sampled_from([*PIECES, "\n", "\r", "\r\n", "\u2028", "\x0c", "\x85", " "])).map(
    "".join
)


@st.composite
def spans(draw: st.DrawFn) -> tuple[str, Span]:
    text = draw(TEXTS | st.text())
    ends = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    return text, Span(*ends)


@given(spans())
def test_utf16_and_utf8_spans_cut_the_same_words_from_the_encoded_text(
    case: tuple[str, Span],
) -> None:
    text, span = case
    positions = Positions(text)
    wide, narrow = positions.utf16(span), positions.utf8(span)
    assert text.encode("utf-16-le")[2 * wide.start : 2 * wide.end].decode("utf-16-le") == span.of(
        text
    )
    assert text.encode()[narrow.start : narrow.end].decode() == span.of(text)


@given(spans())
def test_utf16_counts_two_units_for_each_code_point_above_the_basic_plane(
    case: tuple[str, Span],
) -> None:
    text, span = case
    units = sum(1 + (ord(character) > 0xFFFF) for character in text[: span.start])
    assert Positions(text).utf16(span).start == units


@given(TEXTS | st.text())
def test_line_and_column_find_their_way_back(text: str) -> None:
    lines = [line + end for line, end in re.findall(r"([^\r\n]*)(\r\n|\n|\r|\Z)", text)]
    positions = Positions(text)
    for offset in range(len(text) + 1):
        line, column = positions.line_column(offset)
        assert sum(map(len, lines[: line - 1])) + column - 1 == offset
        assert column - 1 < len(lines[line - 1]) or offset == len(text)


@given(TEXTS | st.text())
def test_line_starts_are_where_columns_begin(text: str) -> None:
    positions = Positions(text)
    starts = [i for i in range(len(text) + 1) if positions.line_column(i)[1] == 1]
    assert line_starts(text) == starts


@pytest.mark.parametrize(
    ("text", "offset", "expected"),
    [
        ("", 0, (1, 1)),
        ("ab\ncd", 4, (2, 2)),
        ("ab\r\ncd", 4, (2, 1)),
        ("ab\r\ncd", 3, (1, 4)),
        ("ab\rcd", 3, (2, 1)),
        ("a\n\nb", 3, (3, 1)),
        ("a\n", 2, (2, 1)),
        ("a\u2028b\x0cc", 4, (1, 5)),
        ("😀😀x", 2, (1, 3)),
    ],
)
def test_lines_end_at_lf_cr_and_crlf_alone(
    text: str, offset: int, expected: tuple[int, int]
) -> None:
    assert Positions(text).line_column(offset) == expected


def test_offsets_past_the_first_block_of_a_long_text() -> None:
    text = "é😀x" * _BLOCK
    span = Span(3 * _BLOCK - 2, 3 * _BLOCK)
    positions = Positions(text)
    narrow = positions.utf8(span)
    assert text.encode()[narrow.start : narrow.end].decode() == "😀x"
    assert positions.utf16(span) == Span(4 * _BLOCK - 3, 4 * _BLOCK)


def test_a_lone_surrogate_counts_one_unit_and_three_bytes() -> None:
    positions = Positions("\ud800é")
    assert positions.utf16(Span(1, 2)) == Span(1, 2)
    assert positions.utf8(Span(1, 2)) == Span(3, 5)


def test_spans_outside_the_text_are_refused() -> None:
    positions = Positions("abc")
    for look_up in (positions.utf8, positions.utf16):
        with pytest.raises(ValueError, match="outside a text of 3"):
            look_up(Span(0, 4))
    with pytest.raises(ValueError, match="outside"):
        positions.line_column(4)
