"""The encoding of a web page, which the page may declare itself."""

import codecs
import re

from index.text.encoding import Decoded, decode

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
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
    try:
        return Decoded(data.decode(declared), declared)
    except UnicodeError:
        # A page that declares what it is not is decoded by what its bytes say.
        return decode(data)


def _declared(data: bytes) -> str | None:
    """Return Python's name of the encoding that a page's first bytes declare, if it is one.

    As browsers do (WHATWG Encoding Standard), Latin-1 and ASCII are read as Windows-1252, and
    UTF-16, in which the declaration itself could not be read, is ignored.
    """
    found = _CHARSET.search(data[:4096])
    if found is None:
        return None
    try:
        name = codecs.lookup(found[1].decode("ascii")).name
    except LookupError:
        return None
    if name in ("iso8859-1", "ascii"):
        return "cp1252"
    return name if _CODE_PAGE.match(name) else None
