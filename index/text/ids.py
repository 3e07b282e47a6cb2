"""Document ids: made of the unreserved characters of a URL, and nothing else.

RFC 3986 never escapes letters, digits, `-`, `.`, `_` and `~`, so such an id survives any client
and server as it is. A percent sign would not (`%20` in a path is read as a blank), which is why
the escape here is a tilde.
"""

import hashlib
import os
import re
from pathlib import Path

_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._")
_OTHERS = re.compile(r"[^A-Za-z0-9._]+")
_PIECES = re.compile(r"([^~]+|~(?![0-9A-F]{2}))|~([0-9A-F]{2})")
_SLUG_LENGTH = 64


def escape_id(own: str) -> str:
    """Return a record's own id, made URL-safe; different ids stay different.

    Each UTF-8 byte that isn't kept becomes a tilde and two hex digits; so do the dots of `.` and
    `..`, which a path takes for folders.

    >>> escape_id("MED-10"), escape_id("a b/c~"), escape_id("..")
    ('MED-10', 'a~20b~2Fc~7E', '~2E~2E')
    """
    allowed = frozenset() if own in (".", "..") else _UNRESERVED
    data = own.encode("utf-8", "surrogatepass")
    return "".join(chr(byte) if byte in allowed else f"~{byte:02X}" for byte in data)


def file_key(path: Path) -> str:
    """Return the document id of a file: its folder's and own name, and a digest of its path.

    The readable part is for people; the digest (10 hex digits of SHA-256 over the absolute path)
    keeps files of equal names apart, and makes one file one document whichever root it is found
    under.

    Args:
        path: an absolute path.
    """
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:10]
    slug = _OTHERS.sub("-", f"{path.parent.name}-{path.name}").strip("-.")
    return f"{slug[-_SLUG_LENGTH:].lstrip('-.')}-{digest}".lstrip("-")


def file_uri(path: Path) -> str:
    r"""Return a path as text that any encoding can hold; bytes that aren't UTF-8 as `\xNN`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def own_id(document_id: str) -> str:
    """Return the record's own id of which `escape_id` makes a document id.

    Raises:
        ValueError: when it makes it of none.

    >>> own_id("a~20b"), own_id("MED-10")
    ('a b', 'MED-10')
    """
    data = bytearray()
    for plain, code in _PIECES.findall(document_id):
        data += bytes.fromhex(code) if code else plain.encode("utf-8", "surrogatepass")
    own = data.decode("utf-8", "surrogatepass")
    if escape_id(own) != document_id:
        raise ValueError(f"{document_id!r} is not made of letters, digits, -, ., _ and ~XX")
    return own
