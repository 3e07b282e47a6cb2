"""A data file's text, the digest that says which file it was, and the JSON of a line."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from eval.errors import DataError


def read_text(path: Path) -> tuple[str, str]:
    """Return the text of a UTF-8 file and the hex sha256 of its bytes.

    Raises:
        DataError: when it cannot be read or is not UTF-8.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}. Give --data a file.") from error
    try:
        return data.decode("utf-8-sig"), sha256(data).hexdigest()
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: is not UTF-8 at byte {error.start}; convert it first") from error


def parse_line(line: str) -> Any:
    """Parse one line of JSON.

    Raises:
        ValueError: saying why it cannot be read, in words that follow its place.
    """
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error.msg} at column {error.colno}") from error
    except (ValueError, RecursionError) as error:  # a number too long, or nested too deep
        raise ValueError(f"is not JSON that can be read: {error}") from error
