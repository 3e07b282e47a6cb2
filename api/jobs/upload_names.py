"""Safe paths for what clients call their files."""

import hashlib
import re
import unicodedata
from pathlib import PurePosixPath

from index.errors import InputError
from index.text.ids import escape_id

_UNSAFE = re.compile(r"[^\w .,()+@=&'~-]+")
_LONGEST = 120
_DEEPEST = 12

RECORDS = "records"
"""The folder of the documents that came as text."""


def safe_path(name: str) -> PurePosixPath:
    r"""Return the relative path under which a file is kept.

    Folders stay folders; characters that mean something elsewhere become `_`; nothing is hidden.

    Raises:
        InputError: when nothing of the name can be used, or it climbs out of its folder.

    >>> str(safe_path("Reports\\2024/Q1?.pdf")), str(safe_path("/etc/.passwd"))
    ('Reports/2024/Q1_.pdf', 'etc/_passwd')
    """
    parts = [part for part in re.split(r"[/\\]", name) if part.strip() not in ("", ".")]
    if ".." in (part.strip() for part in parts):
        raise InputError(f"the file name {name[:200]!r} climbs out of its folder; leave out '..'")
    safe = [_safe_part(part) for part in parts]
    if not safe or len(safe) > _DEEPEST:
        raise InputError(
            f"{name[:200]!r} cannot be the name of a file: give a name, in at most "
            f"{_DEEPEST - 1} folders"
        )
    return PurePosixPath(*safe)


def record_path(document_id: str) -> PurePosixPath:
    """Return the relative path of a document that came as text; ids never share one."""
    digest = hashlib.sha256(document_id.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    slug = re.sub(r"[^A-Za-z0-9_-]+", "-", escape_id(document_id)).strip("-")[:60]
    return PurePosixPath(RECORDS, f"{slug}-{digest}.json".lstrip("-"))


def _safe_part(part: str) -> str:
    kept = "".join(
        each for each in unicodedata.normalize("NFC", part) if unicodedata.category(each)[0] != "C"
    )
    kept = _UNSAFE.sub("_", kept.strip())
    if kept.startswith("."):
        kept = "_" + kept.lstrip(".")
    return _shortened(kept.rstrip(". ") or "_")


def _shortened(name: str) -> str:
    """Return a name of at most 120 bytes, its suffix kept; what is cut is replaced by a digest."""
    data = name.encode("utf-8")
    if len(data) <= _LONGEST:
        return name
    suffix = PurePosixPath(name).suffix
    suffix = suffix if len(suffix.encode("utf-8")) <= 12 else ""
    digest = hashlib.sha256(data).hexdigest()[:10]
    room = _LONGEST - len(suffix.encode("utf-8")) - len(digest) - 1
    return f"{data[:room].decode('utf-8', 'ignore')}-{digest}{suffix}"
