import io
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.output import question_of, visible, visible_lines
from index.errors import InputError


@given(st.text(st.characters(codec=None)))
def test_nothing_that_is_shown_can_move_the_cursor_or_reorder_the_line(text):
    shown = visible(text)
    assert not any(character < " " or character in "\x7f\x9b\u202e\u2066" for character in shown)
    shown.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("naïve שלום 👩‍👩‍👧", "naïve שלום 👩‍👩‍👧"),
        ("a\x1b[2Jb", "a\\x1b[2Jb"),
        ("a\u202eb", "a\\u202eb"),
        ("a\ud800b", "a\\ud800b"),
        ("a\r\nb\tc", "a  b c"),
        ("a\x00b", "a\\x00b"),
    ],
)
def test_ordinary_text_is_shown_as_it_is_and_controls_are_escaped(text, shown):
    assert visible(text) == shown


def test_lines_are_kept_where_a_document_is_shown():
    assert visible_lines("a\r\n\tb\x1b\nc") == "a\n\tb\\x1b\nc"


def test_a_long_question_can_come_from_stdin(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("who? " * 1000))
    assert question_of("-") == "who? " * 1000


def test_a_question_that_is_not_utf8_is_refused():
    with pytest.raises(InputError, match="UTF-8"):
        question_of("caf\udce9")
