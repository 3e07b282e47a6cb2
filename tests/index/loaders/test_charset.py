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


def test_an_xml_declaration_names_the_encoding() -> None:
    page = '<?xml version="1.0" encoding="ISO-8859-2"?><html><p>Gdańsk i Łódź</p></html>'
    assert decode_page(page.encode("iso-8859-2")).text == page


@pytest.mark.parametrize(
    ("declared", "codec", "words"),
    [("gb2312", "gbk", "朱镕基"), ("gbk", "gb18030", "㐀"), ("koi8-r", "koi8-r", "Мельница")],
)
def test_a_declared_encoding_is_read_as_browsers_do(declared: str, codec: str, words: str) -> None:
    page = f"<meta charset='{declared}'><p>{words}</p>"
    assert decode_page(page.encode(codec)).text == page


def test_one_bad_byte_does_not_make_a_declaration_a_lie() -> None:
    page = "<meta charset='utf-8'><p>Zoë’s café</p>".encode() + b"\x96"
    decoded = decode_page(page)
    assert (decoded.encoding, decoded.damaged) == ("utf-8", 1)
    assert decoded.text.endswith("Zoë’s café</p>\ufffd")


@pytest.mark.parametrize(
    ("label", "text", "encoding"),
    [
        ("windows-31j", "東京①の店", "cp932"),
        ("x-mac-cyrillic", "Пристань", "mac_cyrillic"),
        ("ks_c_5601-1987", "똠양", "cp949"),
        ("macintosh", "café’s", "mac_roman"),
    ],
)
def test_labels_that_python_does_not_know(label: str, text: str, encoding: str) -> None:
    page = f'<meta charset="{label}"><p>{text}</p>'
    assert text in decode_page(page.encode(encoding)).text


def test_utf8_that_calls_itself_latin_is_utf8() -> None:
    for label in ("iso-8859-1", "windows-1251", "koi8-r"):
        page = f'<meta charset="{label}"><p>Zoë’s café</p>'
        assert decode_page(page.encode()).encoding == "utf-8"
