"""Pictures of the pages of a PDF, drawn by the engine that made the boxes of its words."""

import hashlib
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from index.errors import InputError, LoadError
from index.types import Box, Document

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SCALE = 2.0
"""Pixels a point."""

_PDFIUM = Lock()
"""pdfium keeps state of its own and is not thread-safe."""

_KEPT = 24
_MOST_PIXELS = 40_000_000
_MARK = (255, 224, 64)
_PAD = 1.5


@dataclass(frozen=True, slots=True)
class PageSize:
    """A page's size in points."""

    width: float
    height: float


def page_sizes(document: Document, pages: "list[int]") -> dict[int, PageSize]:
    """Return the size of some pages, 1-based.

    Raises:
        LoadError: when the file is not there any more, was changed, or has no such page.
    """
    with _PDFIUM:
        pdf = _opened(document)
        try:
            return {page: PageSize(*_page(pdf, page, document).get_size()) for page in pages}
        finally:
            pdf.close()


def picture_of(document: Document, page: int) -> bytes:
    """Return a page, 1-based, as a PNG file at `SCALE` pixels a point.

    Raises:
        LoadError: as `page_sizes` does.
    """
    return _picture(document.uri, document.source_sha256, document.id, page)


@lru_cache(maxsize=_KEPT)
def _picture(uri: str, sha256: str, document_id: str, page: int) -> bytes:
    return png(_rendered(uri, sha256, document_id, page, SCALE))


def marked_page(
    uri: str, sha256: str, page: int, marks: Sequence[Box], scale: float = SCALE
) -> bytes:
    """Return a page, 1-based, as a PNG file, the paper behind some boxes coloured.

    Args:
        uri: the file of the document.
        sha256: the digest of the file that was indexed.
        page: the page's number.
        marks: boxes on that page.
        scale: pixels a point; of a page that is very large it is less.

    Raises:
        LoadError: when the file is not there any more, was changed, or cannot be shown.
        InputError: when there is no such page.
    """
    picture = _rendered(uri, sha256, uri, page, scale)
    _mark(picture, marks, scale)
    return png(picture)


def _rendered(
    uri: str, sha256: str, document_id: str, page: int, scale: float
) -> "NDArray[np.uint8]":
    """Return a page as pixels, uint8 (height, width, 3)."""
    import numpy as np

    document = Document(document_id, uri, "", "", "", "application/pdf", source_sha256=sha256)
    with _PDFIUM:
        pdf = _opened(document)
        try:
            shown = _page(pdf, page, document)
            width, height = shown.get_size()
            bounded = min(scale, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
            bitmap = shown.render(scale=bounded, rev_byteorder=True)
            return np.array(bitmap.to_numpy()[:, :, :3])
        finally:
            pdf.close()


def _mark(picture: "NDArray[np.uint8]", boxes: Sequence[Box], scale: float) -> None:
    """Colour the paper behind some boxes; the ink stays as dark as it is."""
    import numpy as np

    for box in boxes:
        top, bottom = (max(0, round(y * scale)) for y in (box.top - _PAD, box.bottom + _PAD))
        left, right = (max(0, round(x * scale)) for x in (box.left - _PAD, box.right + _PAD))
        part = picture[top:bottom, left:right]
        part[...] = np.minimum(part, np.array(_MARK, np.uint8))


def _opened(document: Document) -> Any:
    """Open the file of a document, if it is still the one that was indexed."""
    import pypdfium2

    try:
        data = Path(document.uri).read_bytes()
        if document.source_sha256 and hashlib.sha256(data).hexdigest() != document.source_sha256:
            raise LoadError(f"{document.uri} was changed since it was indexed; index it again")
        return pypdfium2.PdfDocument(data)
    except (OSError, ValueError, pypdfium2.PdfiumError) as error:
        raise LoadError(f"{document.uri} cannot be shown as a picture: {error}") from error


def _page(pdf: Any, page: int, document: Document) -> Any:
    import pypdfium2

    if not 1 <= page <= len(pdf):
        raise InputError(f"{document.id} has {len(pdf)} pages; there is no page {page}")
    try:
        return pdf[page - 1]
    except pypdfium2.PdfiumError as error:
        raise LoadError(f"page {page} of {document.uri} cannot be shown: {error}") from error


def png(pixels: "NDArray[np.uint8]") -> bytes:
    """Return pixels, uint8 (height, width, 3), as a PNG file."""
    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)
