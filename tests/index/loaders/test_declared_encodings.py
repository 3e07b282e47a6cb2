"""What a file declares its encoding to be, read as browsers and mail programs read it."""

import base64

import pytest

from index.loaders import get_loader
from index.text.encoding import decode
from index.types import Document


def load(loader: str, data: bytes) -> Document:
    found = next(get_loader(loader).load(data, uri=f"/a.{loader}", key="a"))
    assert isinstance(found, Document)
    return found


@pytest.mark.parametrize(
    ("declared", "encoding", "words"),
    [
        ("shift_jis", "cp932", "水車①"),
        ("euc-kr", "cp949", "똠방각하"),
        ("big5", "big5hkscs", "水車在中午"),
        ("iso-8859-9", "cp1254", "İstanbul’da"),
        ("koi8-r", "koi8-r", "Мельница"),
    ],
)
def test_a_declared_encoding_means_what_browsers_take_it_for(
    declared: str, encoding: str, words: str
) -> None:
    page = f"<meta charset='{declared}'><p>{words}</p>".encode(encoding)
    assert load("html", page).text == words


def test_latin_1_of_mail_is_windows_1252() -> None:
    head = "From: a@example.org\nSubject: s\nContent-Type: text/plain; charset=iso-8859-1\n\n"
    assert load("eml", head.encode() + "It’s five €.".encode("cp1252")).text == "It’s five €."


def test_one_bad_byte_does_not_end_xml() -> None:
    data = (
        b"<?xml version='1.0' encoding='UTF-8'?><a><b>" + "Zoë’s £4".encode() + b" 8\x9618</b></a>"
    )
    assert load("xml", data).text == "Zoë’s £4 8\ufffd18"


def test_german_of_an_old_mac_is_read() -> None:
    assert decode("Jürgen sagt: „schön“ – ja.".encode("mac_roman")).text.endswith("„schön“ – ja.")


def test_words_of_a_header_are_in_the_wider_encoding_that_is_meant() -> None:
    word = base64.b64encode("李镕山".encode("gbk")).decode()
    message = f"From: a@example.org\nSubject: =?gb2312?B?{word}?=\n\n=?gb2312?B?{word}?=\n"
    found = load("eml", message.encode())
    assert (found.title, found.text) == ("李镕山", f"=?gb2312?B?{word}?=")


def test_xml_that_names_no_encoding_and_is_no_utf8_is_read_as_what_it_is() -> None:
    for head in ("", '<?xml version="1.0" encoding="utf-8"?>'):
        data = f"{head}<a><p>The café of René is shut.</p></a>".encode("cp1252")
        assert "The café of René is shut." in load("xml", data).text
