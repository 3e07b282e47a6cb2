"""What a disk that is full, read-only or not ours refuses, in words."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import IndexUnavailableError

_MANY = "Too many open files"
_REFUSED = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EMFILE, errno.ENFILE}
)
_TANTIVY = ("No space left", "quota", "Read-only file system", "File too large", _MANY)
"""How tantivy's errors, which carry no number, say the same."""

_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.EMFILE, errno.ENFILE})
_TANTIVY_FORBIDDEN = ("Permission denied", "Operation not permitted", *_TANTIVY)

_ALLOW = "allow more open files (ulimit -n)"


@contextmanager
def writable(folder: Path) -> Iterator[None]:
    """Let the block write to an index folder.

    Raises:
        IndexUnavailableError: when its disk is full, or cannot be written.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _REFUSED:
            raise _unavailable(folder, error.strerror) from error
        raise
    except ValueError as error:
        if any(words in str(error) for words in _TANTIVY):
            raise _unavailable(folder, str(error)) from error
        raise


def check_allowed(path: Path, error: OSError | ValueError) -> None:
    """Return when an error of reading may come from damage.

    Raises:
        IndexUnavailableError: when reading is forbidden, which says nothing of what is there.
    """
    if isinstance(error, OSError):
        forbidden = error.errno in _FORBIDDEN
        reason = error.strerror
    else:
        forbidden = any(words in str(error) for words in _TANTIVY_FORBIDDEN)
        reason = str(error)
    if forbidden:
        remedy = _ALLOW if _MANY in str(reason) else "check its permissions"
        raise IndexUnavailableError(f"{path} cannot be read: {reason}; {remedy}") from error


def _unavailable(folder: Path, reason: str | None) -> IndexUnavailableError:
    remedy = "make room there, or choose another with --index"
    if _MANY in str(reason):
        remedy = _ALLOW
    return IndexUnavailableError(
        f"cannot write to the index folder {folder}: {reason}; what it held is safe; {remedy}"
    )
