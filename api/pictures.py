"""Pictures of the pages of a PDF, drawn by the engine that made the boxes of its words."""

import hashlib
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from index.errors import InputError, LoadError
from index.types import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SCALE = 2.0
"""Pixels a point."""

_PDFIUM = Lock()
"""pdfium keeps state of its own and is not thread-safe."""

_MOST_PIXELS = 40_000_000
_MARK = (255, 224, 64)
_PAD = 1.5


@dataclass(frozen=True, slots=True)
class PageSize:
    """A page's size in points."""

    width: float
    height: float


def page_sizes(uri: str, sha256: str, pages: Sequence[int]) -> dict[int, PageSize]:
    """Return the size of some pages, 1-based; the arguments are those of `marked_page`.

    Raises:
        LoadError: when the file is not there any more, was changed, or cannot be shown.
        InputError: when there is no such page.
    """
    with _PDFIUM:
        pdf = _opened(uri, sha256)
        try:
            return {page: PageSize(*_page(pdf, page, uri).get_size()) for page in pages}
        finally:
            pdf.close()


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
    picture = _rendered(uri, sha256, page, scale)
    _mark(picture, marks, scale)
    return png(picture)


def _rendered(uri: str, sha256: str, page: int, scale: float) -> "NDArray[np.uint8]":
    """Return a page as pixels, uint8 (height, width, 3)."""
    import numpy as np

    with _PDFIUM:
        pdf = _opened(uri, sha256)
        try:
            shown = _page(pdf, page, uri)
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


def _opened(uri: str, sha256: str) -> Any:
    """Open the file of a document, if it is still the one that was indexed."""
    import pypdfium2

    try:
        data = Path(uri).read_bytes()
        if sha256 and hashlib.sha256(data).hexdigest() != sha256:
            raise LoadError(f"{uri} was changed since it was indexed; index it again")
        return pypdfium2.PdfDocument(data)
    except (OSError, ValueError, pypdfium2.PdfiumError) as error:
        raise LoadError(f"{uri} cannot be shown as a picture: {error}") from error


def _page(pdf: Any, page: int, uri: str) -> Any:
    import pypdfium2

    if not 1 <= page <= len(pdf):
        raise InputError(f"{Path(uri).name} has {len(pdf)} pages; there is no page {page}")
    try:
        return pdf[page - 1]
    except pypdfium2.PdfiumError as error:
        raise LoadError(f"page {page} of {uri} cannot be shown: {error}") from error


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
