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


@pytest.mark.parametrize(
    "damaged",
    [
        "Der Müller hört „nichts“ ".encode() + b"7\x968 Uhr",
        "Price: £4 ".encode() + b"\x92",
        b"The list ends here \xe2\x80",
        "Pâté ".encode() + b"\xff\n" + "für Gäste à la carte".encode(),
    ],
)
def test_damage_in_utf8_stays_where_it_is(damaged: bytes) -> None:
    decoded = decode(damaged)
    assert (decoded.encoding, decoded.damaged) == ("utf-8", 1)
    assert decoded.text == damaged.decode("utf-8", "replace")


@pytest.mark.parametrize("hole", [0x81, 0x8D, 0x8F, 0x90, 0x9D])
def test_what_windows_1252_leaves_undefined_changes_nothing_else(hole: int) -> None:
    decoded = decode("Le garçon déçu paie 3 € ".encode("cp1252") + bytes([hole]) + b" ici.")
    assert (decoded.encoding, decoded.damaged) == ("cp1252", 1)
    assert decoded.text == "Le garçon déçu paie 3 € \ufffd ici."


@pytest.mark.parametrize(
    "text",
    [
        "We don’t know whose hat it is.",
        "He said “not today” — and left…",
        "La forêt était déjà là, où l’été s’achève.",
    ],
)
def test_mac_roman_is_known_by_where_windows_1252_has_capitals(text: str) -> None:
    decoded = decode(text.encode("mac_roman"))
    assert (decoded.text, decoded.encoding) == (text, "mac_roman")


@pytest.mark.parametrize(
    "text", ["Keep between 4℃ and 9℃.", "电压：220 V、50 Hz。", "型号 7 的温度不得超过 60℃。"]
)
def test_a_few_chinese_signs_in_english_are_chinese(text: str) -> None:
    assert decode(text.encode("gbk")).text == text


@pytest.mark.parametrize(
    "text", ["¿Él vive aquí? ¡Ésta es mía!", "CRÉÉE À L’ÉTÉ, 5 £", "Größte Hübe über 90 °C ±½"]
)
def test_western_letters_side_by_side_are_not_chinese(text: str) -> None:
    assert decode(text.encode("cp1252")).text == text


def test_utf16_with_an_odd_byte_at_its_end_is_read() -> None:
    data = codecs.BOM_UTF16_LE + "The lock opens at six.\n".encode("utf-16-le") + b"x"
    decoded = decode(data)
    assert decoded.text == "The lock opens at six.\n\ufffd"
    assert decoded.damaged == 1
    assert decode(data[2:]).text == decoded.text


@pytest.mark.parametrize(
    ("text", "encodings"),
    [
        ("Москва", "cp1251 koi8_r"),
        ("Река Ока течёт на север.", "cp1251 koi8_r iso8859_5 cp866"),
        ("Київ і Львів", "cp1251 koi8_u"),
        ("Η Πάτρα έχει λιμάνι.", "cp1253 iso8859_7"),
        ("Łódź leży w środku kraju.", "cp1250 iso8859_2"),
        ("Žízeň je převlečený hlad.", "cp1250 iso8859_2"),
        ("Ağaç gölgesi, İzmir", "cp1254 iso8859_9"),
        ("השער נפתח בצהריים והדרך לים פתוחה", "cp1255"),
        ("مرحبا بالعالم", "cp1256"),
        ("店は神田にあります。", "euc_jp shift_jis iso2022_jp"),
    ],
)
def test_a_few_words_of_another_alphabet_tell_their_encoding(text: str, encodings: str) -> None:
    for encoding in encodings.split():
        assert decode(text.encode(encoding)).text == text, encoding


def test_an_encoding_that_a_file_names_is_taken_where_it_fits() -> None:
    said = "# -*- coding: iso-8859-10 -*-\n# Đingat, ŋuollan\n"
    assert decode(said.encode("iso8859_10")).text == said
    said = "\\documentclass{article}\n\n\\usepackage[cp1250]{inputenc}\nTři ořechy.\n"
    assert decode(said.encode("cp1250")).text == said
    utf8 = "# coding: latin-2\n# Três pães\n"
    assert (decode(utf8.encode()).text, decode(utf8.encode()).encoding) == (utf8, "utf-8")
    assert decode(b"# coding: nonsense\n# caf\xe9\n").text == "# coding: nonsense\n# café\n"


def test_halves_of_a_character_are_joined_or_one_damaged_place() -> None:
    halves = b"Bees \xed\xa0\xbd\xed\xb8\x80 hum"
    assert (decode(halves).text, decode(halves).damaged) == ("Bees 😀 hum", 0)
    lone = "Zoë’s bees ".encode() + b"\xed\xa0\xbd hum"
    assert (decode(lone).text, decode(lone).damaged) == ("Zoë’s bees \ufffd hum", 1)
