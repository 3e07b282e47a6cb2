"""Bytes to text: which encoding a file is in.

A byte-order mark decides first, then valid UTF-8. Otherwise it is Windows-1252, by far the most
frequent of the rest, when that gives the letters of one Western European language; else
charset-normalizer says. (On a short French or English text its first guess is often a Baltic or
DOS code page that gives other letters.) The caller records the name. The mark itself is never
part of the text, and nothing else is changed.
"""

import codecs
import re
from dataclasses import dataclass

from index.errors import LoadError

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
_MARKS_AND_SIGNS = "“”‘’–—…•€£©®°«»¡¿·§ªº™½¼¾×\xa0\xad"
_ASCII = "".join(map(chr, range(128)))
_ALPHABETS = tuple(
    frozenset(_ASCII + _MARKS_AND_SIGNS + letters + letters.replace("ß", "").upper())
    for letters in _WESTERN
)
_CHARACTER = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, and what it was decoded with.

    `damaged` counts the places of a mostly valid UTF-8 file that hold no character; U+FFFD stands
    at each.
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
        return Decoded(data.decode(wide, "replace"), wide)
    if len(data) >= 512 and control_share(data) > 0.3:
        raise _binary()
    return Decoded(text, "utf-8")


def looks_like_text(sample: bytes) -> bool:
    """Tell whether a file that begins with `sample` is worth decoding."""
    if any(sample.startswith(mark) for mark, _ in _MARKS) or _unmarked_utf16(sample):
        return True
    return b"\0" not in sample and control_share(sample) < 0.05


def control_share(data: bytes) -> float:
    """Return the share of control characters that text does not use, in the first 64 KiB."""
    sample = data[:_SAMPLE]
    return 1 - len(sample.translate(None, _CONTROLS)) / len(sample) if sample else 0.0


def _decode_marked(data: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            return Decoded(data.decode(encoding, "replace"), encoding, _damaged_places(data))
        raise LoadError(
            f"it begins with the byte-order mark of {encoding} and is not valid {encoding} "
            f"({error.reason} at byte {error.start}); save it as UTF-8"
        ) from error


def _unmarked_utf16(data: bytes) -> str | None:
    """Name the UTF-16 form of mostly Latin text without a mark: every other byte is NUL."""
    sample = data[:_SAMPLE]
    if len(data) < 16 or len(data) % 2 or b"\0" not in sample:
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
        return Decoded(data.decode(wide, "replace"), wide)
    if b"\0" in data or control_share(data) > 0.05:
        raise _binary()
    damaged = _damaged_places(data)
    if len(_CHARACTER.findall(data)) >= 10 * damaged:
        return Decoded(data.decode("utf-8", "replace"), "utf-8", damaged)
    return _detect(data)


def _damaged_places(data: bytes) -> int:
    return data.decode("utf-8", "replace").count("\ufffd") - data.count(b"\xef\xbf\xbd")


def _detect(data: bytes) -> Decoded:
    western = _western(data)
    if western is not None:
        return Decoded(western, "cp1252")
    from charset_normalizer import from_bytes

    best = from_bytes(data, cp_exclusion=["utf_16", "utf_32", "utf_7"]).best()
    if best is None:
        raise LoadError("it is in no encoding that could be recognised; save it as UTF-8")
    return Decoded(data.decode(best.encoding), best.encoding)


def _western(data: bytes) -> str | None:
    """Return the Windows-1252 text when its letters are those of one Western language."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    used = set(text)
    return text if any(used <= alphabet for alphabet in _ALPHABETS) else None


def _binary() -> LoadError:
    return LoadError("it is not text but binary data; convert it to text first")
