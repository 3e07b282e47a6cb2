"""A data file's text, and the digest that says which file it was."""

from hashlib import sha256
from pathlib import Path

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
