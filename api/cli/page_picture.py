"""A page of a PDF as a PNG picture, with words marked."""

import struct
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import InputError, LoadError
from index.types import Box, Document, Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SCALE = 2.0
_MARK = (255, 224, 64)
_PAD = 1.5


def write_picture(document: Document, span: Span, target: Path) -> int:
    """Write the page on which a span begins, its words marked; return the page's number.

    Raises:
        InputError: when the document has no pages.
        LoadError: when its file is not there any more, or is no PDF now.
    """
    boxes = document.boxes.within(span) if document.boxes is not None else ()
    if not boxes:
        raise InputError(f"{document.id} has no page to show there; --png takes a span of a PDF")
    page = boxes[0].page
    picture = _rendered(Path(document.uri), page)
    _mark(picture, [box for box in boxes if box.page == page])
    target.write_bytes(png(picture))
    return page


def _rendered(path: Path, page: int) -> "NDArray[np.uint8]":
    """Return a page as pixels, uint8 (height, width, 3)."""
    import numpy as np
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(path.read_bytes())
        bitmap = pdf[page - 1].render(scale=_SCALE, rev_byteorder=True)
    except (OSError, IndexError, pypdfium2.PdfiumError) as error:
        raise LoadError(f"{path} cannot be shown as a picture: {error}") from error
    return np.array(bitmap.to_numpy()[:, :, :3])


def _mark(picture: "NDArray[np.uint8]", boxes: Sequence[Box]) -> None:
    """Colour the paper behind some boxes; the ink stays as dark as it is."""
    import numpy as np

    for box in boxes:
        top, bottom = (max(0, round(y * _SCALE)) for y in (box.top - _PAD, box.bottom + _PAD))
        left, right = (max(0, round(x * _SCALE)) for x in (box.left - _PAD, box.right + _PAD))
        part = picture[top:bottom, left:right]
        part[...] = np.minimum(part, np.array(_MARK, np.uint8))


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
