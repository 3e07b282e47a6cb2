"""What a file is by its content, where its name does not say it, or says something else."""

import re

from index.errors import LoadError
from index.text.encoding import looks_like_text

_KINDS = (
    (b"%pdf-", "a PDF", "pdf"),
    (b"{\\rtf", "RTF", "rtf"),
    (b"<!doctype html", "a web page", "html"),
    (b"<html", "a web page", "html"),
    (b"<?xml", "XML", None),
    (b"pk\x03\x04", "a zip package", None),
    (b"\xd0\xcf\x11\xe0", "a file of the old binary form of Office or Outlook", None),
    (b"\x1f\x8b", "a compressed file", None),
    (b"\x89png", "a picture", None),
    (b"\xff\xd8\xff", "a picture", None),
)
"""How files begin, in small letters; what they are; the loader that reads such without a suffix."""
_WITHIN = 1024
_MBOX = re.compile(rb"From \S+ [^\n]{10,60}\d{4}[^\n]{0,10}\r?\n[\w-]+:")
_HEADER = re.compile(
    rb"^(?:Return-Path|Received|From|To|Subject|Date|Message-ID|MIME-Version|Delivered-To):[ \t]",
    re.IGNORECASE | re.MULTILINE,
)
_FIRST_HEADER = re.compile(rb"[A-Za-z][\w-]+:[ \t]")
_HEADERS = 3
"""Headers of a message that tell it from lines of `name: value`."""


def mistaken(what: str, data: bytes) -> LoadError:
    """Return the error of a file whose suffix says another format than its content does.

    >>> print(mistaken("a PDF", b"<!doctype html><title>Bees</title>"))
    it is not a PDF but a web page; check its suffix
    """
    start = _start(data)
    names = [name for mark, name, _ in _KINDS if start.startswith(mark)]
    other = "text" if looks_like_text(data[:_WITHIN]) else "other binary data"
    return LoadError(f"it is not {what} but {names[0] if names else other}; check its suffix")


def loader_by_content(sample: bytes) -> str | None:
    r"""Name the loader of a file whose name has no suffix; None where it may be plain text.

    Mailboxes and messages lie about without one, in the folders of mail programs.

    >>> loader_by_content(b"From ada Mon Mar  3 10:00:00 2031\nSubject: Bees\n\nThey hum.\n")
    'mbox'
    """
    start = _start(sample)
    named = next((loader for mark, _, loader in _KINDS if start.startswith(mark)), None)
    if named is not None:
        return named
    if _MBOX.match(sample):
        return "mbox"
    head = re.split(rb"\r?\n\r?\n", sample, maxsplit=1)[0]
    if _FIRST_HEADER.match(head) and len(_HEADER.findall(head)) >= _HEADERS:
        return "eml"
    return None


def _start(data: bytes) -> bytes:
    return data[:_WITHIN].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
