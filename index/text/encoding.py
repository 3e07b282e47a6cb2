"""Bytes to text: which encoding a file is in.

A byte-order mark decides first, then UTF-8, valid or damaged in a few places. Otherwise it is
Windows-1252, by far the most frequent of the rest, when that gives the letters of one Western
European language; Mac Roman when that does, and Windows-1252 puts capitals behind small letters;
else charset-normalizer says. (On a short French or English text its first guess is often a Baltic
or DOS code page that gives other letters.) The caller records the name. The mark itself is never
part of the text, and nothing else is changed. Damage stays where it is: U+FFFD stands for each
place that holds no character.
"""

import codecs
import re
from contextlib import suppress
from dataclasses import dataclass

from index.errors import LoadError
from index.text.alphabets import by_alphabet, has_inner_signs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""The UTF-32 mark begins with the UTF-16 one, so it is looked for first."""

_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\b\x1b"))
_SAMPLE = 1 << 16
_WESTERN = (
    "àâäçèéêëîïôöùûüÿæœ",  # French, German without ß, Dutch
    "äöüßéèàç",  # German
    "áéíóúñüïàèòç",  # Spanish, Catalan, Italian in part
    "àèéìíòóùú",  # Italian
    "áâãàçéêíóôõú",  # Portuguese
    "åäöæøéèü",  # Nordic
)
_MARKS_AND_SIGNS = "“”„‘’‚‹›–—…•†‡€£©®°«»¡¿·§ªº™½¼¾×±²³µ\xa0\xad"
_ASCII = "".join(map(chr, range(128)))
_ALPHABETS = tuple(
    frozenset(_ASCII + _MARKS_AND_SIGNS + letters + letters.replace("ß", "").upper())
    for letters in _WESTERN
)
_CHARACTER = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_CUT_END = re.compile(rb"(?:[\xe0-\xef][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{1,2})\Z")
_MISPLACED_CAPITAL = re.compile("(?<=[a-zß-öø-ÿ,.!?])[À-ÖØ-Þ]")
"""A capital behind a small letter or a stop: Mac Roman's quotation marks, read as Windows-1252."""

_SURROGATES = re.compile(
    rb"(\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf])|\xed[\xa0-\xbf][\x80-\xbf]"
)
"""Halves of a character as CESU-8 writes them, two of them together or one that lost the other."""
_ESCAPES_JAPANESE = (b"\x1b$B", b"\x1b$@", b"\x1b(J")
_DECLARED = re.compile(
    rb"coding[:=][ \t]*[\"']?([A-Za-z][\w.-]+)|\\usepackage\[([\w-]+)\]\{inputenc\}"
)
"""As Python and Emacs declare an encoding in one of the first lines of a file, and LaTeX."""
_HEAD = 4096
_LINE_ENDS = re.compile("-(?:unix|dos|mac)$", re.IGNORECASE)
_NAMES = {"ansinew": "cp1252", "applemac": "mac_roman", "iso-latin-1": "cp1252", "latin1": "cp1252"}
"""What an encoding is called elsewhere; Latin-1 means Windows-1252 wherever it is declared."""
_KANA_SHARE = 0.2

_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_TWO_BYTE_RUN = re.compile(rb"(?:[\xa1-\xa3\xb0-\xd7][\xa1-\xfe])+")
"""Signs and the frequent ideographs of GB 2312; Korean (EUC-KR) has its syllables there, too."""

_TWO_BYTE_ENCODINGS = ["gb18030", "big5", "euc_kr", "euc_jp", "shift_jis"]
_UNLIKELY = (
    "utf_16 utf_32 utf_7 johab hz ptcp154 kz1048 cp037 cp273 cp424 cp500 cp875 cp1026 cp1140"
).split()
"""Codes that a guess on a few words falls for, and that no text here is in."""
_ENOUGH = 40
_DAMAGED_SHARE = 0.1
"""Characters of UTF-16 that may be damaged before the byte-order mark is taken for a lie."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, and what it was decoded with.

    `damaged` counts the places that hold no character of the encoding; U+FFFD stands at each.
    """

    text: str
    encoding: str
    damaged: int = 0


def decode(data: bytes) -> Decoded:
    """Return the text of `data`.

    Raises:
        LoadError: when it is not text, or no encoding fits.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode_marked(data[len(mark) :], encoding)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_other(data)
    if wide := _unmarked_utf16(data):
        return decode_as(data, wide)
    if any(escape in data for escape in _ESCAPES_JAPANESE):
        return decode_as(data, "iso2022_jp_2")
    if len(data) >= 512 and control_share(data) > 0.3:
        raise _binary()
    return Decoded(text, "utf-8")


def looks_like_text(sample: bytes) -> bool:
    """Return whether a file that begins with `sample` is worth decoding."""
    if any(sample.startswith(mark) for mark, _ in _MARKS) or _unmarked_utf16(sample):
        return True
    return b"\0" not in sample and control_share(sample) < 0.05


def control_share(data: bytes) -> float:
    """Return the share of control characters that text does not use, in the first 64 KiB."""
    sample = data[:_SAMPLE]
    return 1 - len(sample.translate(None, _CONTROLS)) / len(sample) if sample else 0.0


def decode_as(data: bytes, encoding: str) -> Decoded:
    """Return the text of `data` in an encoding, U+FFFD at each place that is damaged."""
    text = data.decode(encoding, "replace")
    try:
        data.decode(encoding)
    except UnicodeError:
        return Decoded(
            text, encoding, max(1, text.count("\ufffd") - _written_marks(data, encoding))
        )
    return Decoded(text, encoding)


def is_damaged_utf8(data: bytes, weight: int = 2) -> bool:
    """Return whether bytes that are not valid UTF-8 are UTF-8 with damage.

    Args:
        data: the bytes.
        weight: how many characters of several bytes must stand against one damaged place. No
            other encoding's text has many: `é` behind `Ã`, or the like.
    """
    damaged = _damaged_places(data)
    characters = len(_CHARACTER.findall(data))
    if damaged == 1 and (characters or _CUT_END.search(data)):
        return True
    return characters >= weight * damaged


def _written_marks(data: bytes, encoding: str) -> int:
    """Count the U+FFFD that a text in Unicode holds itself."""
    return data.count(b"\xef\xbf\xbd") if encoding == "utf-8" else 0


def _decode_marked(data: bytes, encoding: str) -> Decoded:
    decoded = decode_as(data, encoding)
    bearable = decoded.damaged == 1 or decoded.damaged <= _DAMAGED_SHARE * len(decoded.text)
    if encoding == "utf-8" or (bearable and len(decoded.text) > 2):
        return decoded
    raise LoadError(
        f"it begins with the byte-order mark of {encoding} and is not valid {encoding} "
        f"({decoded.damaged} places are no characters); save it as UTF-8"
    )


def _unmarked_utf16(data: bytes) -> str | None:
    """Name the UTF-16 form of mostly Latin text without a mark: every other byte is NUL."""
    sample = data[:_SAMPLE]
    if len(data) < 16 or b"\0" not in sample:
        return None
    even, odd = sample[0::2], sample[1::2]
    even_nul, odd_nul = even.count(0) / len(even), odd.count(0) / len(odd)
    if odd_nul > 0.7 and even_nul < 0.05:
        return "utf-16-le"
    if even_nul > 0.7 and odd_nul < 0.05:
        return "utf-16-be"
    return None


def _decode_other(data: bytes) -> Decoded:
    if wide := _unmarked_utf16(data):
        return decode_as(data, wide)
    if b"\0" in data or control_share(data) > 0.05:
        raise _binary()
    joined = _SURROGATES.sub(_character, data)
    if is_damaged_utf8(joined):
        return decode_as(joined, "utf-8")
    return _decode_declared(data) or _detect(data)


def _character(halves: re.Match[bytes]) -> bytes:
    """Return the UTF-8 of two halves, and of one a byte that is none: one damaged place."""
    if not halves[1]:
        return b"\xff"
    wide = halves[1].decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass")
    return wide.decode("utf-16").encode()


def _decode_declared(data: bytes) -> Decoded | None:
    """Return the text in the encoding that a file itself names, where that fits."""
    head = data[:_HEAD]
    lines = b"\n".join(head.splitlines()[:2])
    match = _DECLARED.search(lines) or _DECLARED.search(head, head.find(b"\\usepackage["))
    if match is None:
        return None
    declared = _LINE_ENDS.sub("", (match[1] or match[2]).decode("ascii", "replace").lower())
    for name in (
        declared,
        declared.replace("-", ""),
        declared.removeprefix("iso-").replace("-", ""),
    ):
        with suppress(LookupError, UnicodeError):
            encoding = codecs.lookup(_NAMES.get(name, name)).name
            return Decoded(data.decode(encoding), encoding)
    return None


def _damaged_places(data: bytes) -> int:
    return data.decode("utf-8", "replace").count("\ufffd") - data.count(b"\xef\xbf\xbd")


def _detect(data: bytes) -> Decoded:
    from charset_normalizer import from_bytes

    if (japanese := _japanese(data)) is not None:
        return japanese
    if _is_two_byte(data):
        # On a few signs the guess is as often the Japanese or Korean code of the same bytes.
        enough = sum(map(len, _HIGH_RUN.findall(data))) >= _ENOUGH
        best = from_bytes(data, cp_isolation=_TWO_BYTE_ENCODINGS).best() if enough else None
        return decode_as(data, "gb18030" if best is None else best.encoding)
    western = _western(data)
    if western is not None and not has_inner_signs(western.text):
        return western
    if (encoding := by_alphabet(data)) is not None:
        return Decoded(data.decode(encoding), encoding)
    if western is not None:
        return western
    best = from_bytes(data, cp_exclusion=_UNLIKELY).best()
    if best is None:
        raise LoadError("it is in no encoding that could be recognised; save it as UTF-8")
    return Decoded(data.decode(best.encoding), best.encoding)


def _is_two_byte(data: bytes) -> bool:
    """Return whether all that is not ASCII comes in pairs of GB 2312, none of them in a word."""
    runs = list(_HIGH_RUN.finditer(data))
    return bool(runs) and all(
        _TWO_BYTE_RUN.fullmatch(run[0])
        and (run[0][0] <= 0xA3 or not data[max(run.start() - 1, 0) : run.start()].isalpha())
        and not data[run.end() : run.end() + 1].isalpha()
        for run in runs
    )


def _japanese(data: bytes) -> Decoded | None:
    """Return the text in a Japanese code whose kana are those of running text, as no other has."""
    for encoding in ("euc_jp", "cp932"):
        with suppress(UnicodeDecodeError):
            text = data.decode(encoding)
            kana = sum("\u3041" <= letter <= "\u30fe" for letter in text)
            if kana > _KANA_SHARE * sum(not letter.isascii() for letter in text):
                return Decoded(text, encoding)
    return None


def _western(data: bytes) -> Decoded | None:
    """Return Windows-1252 or Mac Roman when its letters are those of one Western language."""
    windows, mac = decode_as(data, "cp1252"), decode_as(data, "mac_roman")
    windows_reads = _reads_western(windows)
    if windows_reads and not _MISPLACED_CAPITAL.search(windows.text):
        return windows
    if _reads_western(mac) and not _MISPLACED_CAPITAL.search(mac.text):
        return mac
    return windows if windows_reads else None


def _reads_western(decoded: Decoded) -> bool:
    used = set(decoded.text) - {"\ufffd"}
    others = sum(not character.isascii() for character in decoded.text)
    enough = others >= 3 * decoded.damaged
    return enough and any(used <= alphabet for alphabet in _ALPHABETS)


def _binary() -> LoadError:
    return LoadError("it is not text but binary data; convert it to text first")
