"""A page's declared encoding is believed where it can be true."""

import pytest

from index.loaders.charset import decode_page


def page(name: str, words: bytes) -> bytes:
    return f"<meta charset='{name}'>".encode() + words


@pytest.mark.parametrize(
    ("name", "words", "text", "encoding"),
    [
        ("utf8", "café".encode(), "café", "utf-8"),
        ("windows-1251", "кит".encode("cp1251"), "кит", "cp1251"),
        ("shift_jis", "日本".encode("shift_jis"), "日本", "shift_jis"),
        ("iso-8859-1", b"\x93caf\xe9\x94", "“café”", "cp1252"),
        ("utf-8", b"caf\xe9", "café", "cp1252"),
        ("utf-16", "café".encode(), "café", "utf-8"),
        ("no-such-encoding", "café".encode(), "café", "utf-8"),
        ("unicode_escape", b"\\u0041", "\\u0041", "utf-8"),
        ("undefined", b"words", "words", "utf-8"),
    ],
)
def test_declarations(name: str, words: bytes, text: str, encoding: str) -> None:
    decoded = decode_page(page(name, words))
    assert decoded.text.partition(">")[2] == text
    assert decoded.encoding == encoding


def test_a_mark_comes_before_a_declaration() -> None:
    data = b"\xef\xbb\xbf" + page("windows-1251", "café".encode())
    assert decode_page(data).text.endswith("café")
