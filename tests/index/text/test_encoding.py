"""Encodings: marks, UTF-8 first, then what the bytes say; binary data is refused."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import LoadError
from index.text.encoding import decode, looks_like_text

FRENCH = "Le café était déjà fermé, à côté de l'hôtel. Où êtes-vous allés après la fête ?"
QUOTED = "He said “hello” — it’s a café near the river, and nobody knew why it cost €5."
RUSSIAN = (
    "Привет, как дела? Это пример русского текста в старой кодировке, который мы хотим прочитать."
)
JAPANESE = (
    "これは日本語の文章です。昔の文字コードで書かれています。読めますか。東京は日本の首都です。"
)
CZECH = "Příliš žluťoučký kůň úpěl ďábelské ódy. Nejvyšší soud v Brně dnes rozhodl o stížnosti."


@given(st.text())
def test_utf8_is_read_as_it_is_but_for_its_mark(text: str) -> None:
    decoded = decode(codecs.BOM_UTF8 + text.encode())
    assert (decoded.text, decoded.encoding, decoded.damaged) == (text, "utf-8", 0)


@given(st.text(max_size=7))
def test_utf8_without_a_mark_is_read_as_it_is(text: str) -> None:
    if not text.startswith("\ufeff"):
        assert decode(text.encode()).text == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_other_unicode_is_known_by_its_mark(encoding: str) -> None:
    decoded = decode(("\ufeff" + JAPANESE).encode(encoding))
    assert (decoded.text, decoded.encoding) == (JAPANESE, encoding)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_known_by_its_zeros(encoding: str) -> None:
    decoded = decode("Plain words, nothing else.".encode(encoding))
    assert (decoded.text, decoded.encoding) == ("Plain words, nothing else.", encoding)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FRENCH, "latin-1"),
        (QUOTED, "cp1252"),
        ("café", "cp1252"),
        (CZECH, "cp1250"),
        (RUSSIAN, "cp1251"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc-jp"),
    ],
)
def test_legacy_encodings_are_found_and_named(text: str, encoding: str) -> None:
    decoded = decode(text.encode(encoding))
    assert decoded.text == text
    assert decoded.encoding != "utf-8"
    assert text.encode(decoded.encoding) == text.encode(encoding)


def test_a_damaged_utf8_file_stays_utf8_and_says_how_often() -> None:
    decoded = decode(FRENCH.encode() + b"\xc3")
    assert (decoded.text, decoded.encoding, decoded.damaged) == (FRENCH + "\ufffd", "utf-8", 1)


@pytest.mark.parametrize("text", ["a\0b", "\0", "\x01\x02", ""])
def test_control_characters_in_valid_utf8_are_text(text: str) -> None:
    assert decode(text.encode()).text == text


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff",
        b"\x7fELF\x02\x01\x01\0\xff\xfe",
        bytes(range(1, 32)) * 20 + b"\xff",
        b"\0" * 2000,
    ],
)
def test_binary_data_is_refused_with_advice(data: bytes) -> None:
    with pytest.raises(LoadError, match="binary data; convert it"):
        decode(data)


def test_a_mark_that_lies_is_reported() -> None:
    with pytest.raises(LoadError, match=r"mark of utf-16-le and is not valid .* save it as UTF-8"):
        decode(codecs.BOM_UTF16_LE + b"\x00\xd8a")


def test_what_looks_like_text() -> None:
    assert looks_like_text(b"")
    assert looks_like_text(RUSSIAN.encode("koi8-r"))
    assert looks_like_text("words and words".encode("utf-16"))
    assert not looks_like_text(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
