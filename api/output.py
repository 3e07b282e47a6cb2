"""Writing to the two streams: results on stdout, everything else on stderr."""

import os
import re
import sys
import unicodedata
from itertools import pairwise
from pathlib import Path

from api.schemas import to_json
from index.errors import InputError

_BIDI_CONTROLS = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_COLUMNS = re.compile(r"\S(?:\t| {3,})\S|[^\s.!?:] {2,}\S|^\s*\||\S \| \S")
"""What stands between the columns of a table; two spaces may also end a sentence."""

_OPENING = re.compile(r"(?:[-*+\u2022]|\d{1,3}[.)]|#{1,6})\s|---|[^\W\d_][\w.'\u2019 -]{0,38}:\s")
"""What opens a line that is none of wrapped prose: an item, a heading, a name before its words."""

_LINE_SPACE = frozenset("\t\n\v\f\r\x85\u2028\u2029")


def prepare_streams() -> None:
    """Let a character that the terminal's encoding lacks be shown escaped, not raise."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def print_json(value: object) -> None:
    """Write one JSON object to stdout, as UTF-8 whatever the locale."""
    sys.stdout.flush()
    sys.stdout.buffer.write(to_json(value, indent=2).encode("utf-8") + b"\n")
    sys.stdout.buffer.flush()


def say(message: str) -> None:
    """Write a message to stderr, its own lines kept."""
    print(visible_lines(message), file=sys.stderr, flush=True)


def visible(text: str) -> str:
    r"""Return `text` on one line, its control characters escaped.

    A document may hold anything; what it holds must not move the cursor, change colours or
    reorder the rest of the line.

    >>> visible("one\r\ntwo \x1b[31m")
    'one  two \\x1b[31m'
    """
    return "".join(_visible_character(character) for character in text)


def visible_lines(text: str) -> str:
    r"""Return `text` with its lines kept and other control characters escaped.

    >>> visible_lines("a\n\tb\x00")
    'a\n\tb\\x00'
    """
    return "".join(
        character if character in "\n\t" else _visible_character(character)
        for character in text.replace("\r\n", "\n")
    )


def with_rows(text: str) -> str:
    r"""Return `text`, as long as it was, with the line ends of wrapped prose made into spaces.

    Those beside rows of a table, indented lines and blank ones stay, and so do those before an
    item, a heading or a label: there they mean something.

    >>> with_rows("the keeper\nis Ada"), with_rows("Ada     12\nIlya    34")
    ('the keeper is Ada', 'Ada     12\nIlya    34')
    >>> with_rows("ADA: I saw\nit.\nILYA: So did I.")
    'ADA: I saw it.\nILYA: So did I.'
    """
    ends = list(re.finditer(r"\r\n|\n|\r", text))
    starts = [0, *(end.end() for end in ends)]
    stops = [*(end.start() for end in ends), len(text)]
    lines = [text[start:stop] for start, stop in zip(starts, stops, strict=True)]
    parts = [lines[0]]
    for end, (before, after) in zip(ends, pairwise(lines), strict=True):
        parts.append(("\n" if _row_ends(before, after) else " ").rjust(len(end[0])))
        parts.append(after)
    return "".join(parts)


def _row_ends(before: str, after: str) -> bool:
    """Return whether the end of a line is more than where prose was wrapped."""
    blank = not before.strip() or not after.strip()
    indented = after.startswith(("  ", "\t")) or before.startswith(("    ", "\t"))
    opens = _OPENING.match(after) is not None or before.startswith(("#", "---"))
    return blank or indented or opens or bool(_COLUMNS.search(before) or _COLUMNS.search(after))


def _visible_character(character: str) -> str:
    if character in _LINE_SPACE:
        return " "
    if character in _BIDI_CONTROLS or unicodedata.category(character) in {"Cc", "Cs"}:
        return character.encode("unicode_escape").decode("ascii")
    return character


def place(uri: str) -> str:
    """Return a file's path as short as it can be said from here, other URIs unchanged."""
    path = Path(uri)
    try:
        return os.fspath(path.relative_to(Path.cwd())) if path.is_absolute() else uri
    except (ValueError, FileNotFoundError):
        return uri


def question_of(argument: str) -> str:
    """Return the text that an argument gives; `-` reads standard input, for long questions.

    Raises:
        InputError: when it is not UTF-8.
    """
    text = sys.stdin.read() if argument == "-" else argument
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise InputError("The question is not UTF-8: check the terminal's encoding.") from None
    return text
