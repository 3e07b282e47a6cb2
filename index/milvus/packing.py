"""What a Milvus column holds of ours: strings of at most 65,535 bytes that are valid UTF-8.

Our texts may be longer and may hold lone surrogates. So short values are written as JSON in ASCII,
which an operator can read, and others as compressed JSON, cut into pieces where it is long.
"""

import base64
import json
import zlib
from collections.abc import Sequence
from typing import Any

from index.errors import InputError

ROOM = 60_000
"""Characters of ASCII that one column takes; Milvus's limit is 65,535 bytes."""

_PACKED = "z"


def write_json(value: object) -> str:
    r"""Return a value of lists, objects and scalars as one column.

    >>> write_json(["a", "\ud800"])
    '["a","\\ud800"]'

    Raises:
        InputError: when it is too long.
    """
    text = json.dumps(value, separators=(",", ":"))
    # In ASCII, two lone surrogates that stand together read as one character.
    if len(text) <= ROOM and json.loads(text) == value:
        return text
    packed = _PACKED + pack(value)
    if len(packed) > ROOM:
        raise InputError(f"a value of {len(text):,} characters is too long for a Milvus column")
    return packed


def read_json(column: str) -> Any:
    """Return what `write_json` was given."""
    if column.startswith(_PACKED):
        return unpack([column[len(_PACKED) :]])
    return json.loads(column)


def pack(value: object) -> str:
    """Return a value of any length, compressed, in ASCII."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return base64.b85encode(zlib.compress(text.encode("utf-8", "surrogatepass"))).decode("ascii")


def unpack(pieces: Sequence[str]) -> Any:
    """Return what `pack` was given, of the pieces that it was cut into.

    Raises:
        ValueError: when a piece is missing or damaged.
    """
    try:
        data = zlib.decompress(base64.b85decode("".join(pieces)))
    except zlib.error as error:
        raise ValueError(f"what was packed is damaged: {error}") from error
    return json.loads(data.decode("utf-8", "surrogatepass"))


def cut(packed: str) -> list[str]:
    """Return what `pack` made in pieces that a column takes; there is at least one."""
    return [packed[at : at + ROOM] for at in range(0, len(packed), ROOM)] or [""]
