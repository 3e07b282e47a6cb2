"""The encoding of a web page, which the page may declare itself."""

import codecs
import re

from index.text.encoding import Decoded, decode, decode_as, is_damaged_utf8

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_XML = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([\w.:-]{1,40})""")
_WIDER = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030",
    "iso8859-9": "cp1254", "tis-620": "cp874",
}  # fmt: skip
"""What browsers read a declared encoding as (WHATWG Encoding Standard)."""

_LABELS = {
    "windows-31j": "cp932", "x-sjis": "cp932", "ms_kanji": "cp932", "x-euc-jp": "euc_jp",
    "x-mac-cyrillic": "mac_cyrillic", "x-mac-ukrainian": "mac_cyrillic", "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman", "x-gbk": "gb18030", "x-x-big5": "big5", "cn-big5": "big5",
    "windows-949": "cp949", "ks_c_5601-1987": "cp949", "ksc5601": "cp949", "iso-8859-8-i": "cp1255",
    "dos-874": "cp874", "windows-874": "cp874", "x-cp1250": "cp1250", "x-cp1251": "cp1251",
    "x-cp1252": "cp1252", "x-user-defined": "cp1252", "unicode-1-1-utf-8": "utf-8",
}  # fmt: skip
"""Labels of the WHATWG Encoding Standard, and of mail, that Python does not know."""

_EXTENDED = {"shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs"}
"""And what they take it for where it holds characters that were added later."""

_SINGLE_BYTE = re.compile(r"cp125\d|iso8859|koi8|mac_")
_DAMAGED_SHARE = 0.1
"""Of the characters that are not ASCII, those that may be damaged where the rest holds true."""

_CODE_PAGE = re.compile(
    r"utf-8$|iso8859|cp\d|windows|mac|koi8|gb|big5|shift|euc|iso2022|tis|johab|hz"
)
"""Of the codecs that Python knows, those that text is found in."""


def decode_page(data: bytes) -> Decoded:
    """Decode by the page's own declaration where it holds true, else as any text file."""
    marked = data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    declared = None if marked else _declared(data)
    if declared is None:
        return decode(data)
    if _SINGLE_BYTE.match(declared) and (utf8 := _valid_utf8(data)) is not None:
        return utf8
    decoded = _decode_named(data, declared)
    # A page that declares what it is not is decoded by what its bytes say.
    return decoded if _holds(decoded, data) else decode(data)


def decode_declared(data: bytes, charset: str) -> Decoded:
    """Decode by a name that a message or a file declares, else as any text file.

    Raises:
        LoadError: when it is not text.
    """
    name = _python_name(charset)
    if name is not None and _holds(decoded := _decode_named(data, name), data):
        return decoded
    return decode(data)


def _valid_utf8(data: bytes) -> Decoded | None:
    """Return the text of UTF-8 that is not ASCII alone: no text in one byte a letter is such."""
    if data.isascii():
        return None
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return None


def _decode_named(data: bytes, name: str) -> Decoded:
    decoded = decode_as(data, name)
    if decoded.damaged and name in _EXTENDED:
        extended = decode_as(data, _EXTENDED[name])
        return extended if extended.damaged < decoded.damaged else decoded
    return decoded


def _holds(decoded: Decoded, data: bytes) -> bool:
    """Return whether a page is in the encoding that it declares, but for some damage."""
    if not decoded.damaged:
        return True
    if decoded.encoding == "utf-8":
        return is_damaged_utf8(data, weight=1)
    others = sum(not character.isascii() for character in decoded.text)
    return decoded.damaged <= max(1, _DAMAGED_SHARE * others)


def _declared(data: bytes) -> str | None:
    """Return Python's name of the encoding that a page's first bytes declare, if it is one.

    As browsers do (WHATWG Encoding Standard), Latin-1 and ASCII are read as Windows-1252, GB 2312
    as GB 18030, and UTF-16, in which the declaration itself could not be read, is ignored.
    """
    declared = _CHARSET.search(data[:4096]) or _XML.match(data)
    if declared is None:
        return None
    return _python_name(declared[1].decode("ascii"))


def _python_name(charset: str) -> str | None:
    try:
        name = codecs.lookup(_LABELS.get(charset.lower(), charset)).name
    except (LookupError, ValueError):
        return None
    name = _WIDER.get(name, name)
    return name if _CODE_PAGE.match(name) else None
