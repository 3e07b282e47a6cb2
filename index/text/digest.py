"""The digest by which a text is known."""

import hashlib


def text_digest(text: str) -> str:
    """Return the hex sha256 of a text as UTF-8 (lone surrogates as `surrogatepass`).

    >>> text_digest("abc")[:16]
    'ba7816bf8f01cfea'
    """
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
