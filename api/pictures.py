"""Pictures of pages: a PDF's by the engine that made the boxes of its words, a scan's by Pillow."""

import hashlib
import io
import math
import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from api.original_files import path_of
from index.errors import InputError, LoadError
from index.loaders.inner import inner_bytes
from index.types import Box, Document

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SCALE = 2.0
"""Pixels a point."""

_PDFIUM = Lock()
"""pdfium keeps state of its own and is not thread-safe."""

_MOST_PIXELS = 40_000_000
_MOST_SCANNED = 6_000_000
"""Pixels that are sent of a scan, which packs badly."""
_LARGEST_PICTURE = 200_000_000
"""Pixels that a picture may unpack to."""
_MARK = (255, 224, 64)
_PAD = 1.5


@dataclass(frozen=True, slots=True)
class PageSize:
    """A page's size in points."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class PageFile:
    """The file that pages are drawn from.

    `uri` may name a file inside another; `sha256` is the digest of the outermost one as it was
    indexed, and `document_id` that of the document whose pages they are.
    """

    uri: str
    sha256: str
    document_id: str

    @classmethod
    def of(cls, document: Document) -> "PageFile":
        """Return the file of a document."""
        return cls(document.uri, document.source_sha256, document.id)


def page_sizes(file: PageFile, pages: Sequence[int]) -> dict[int, PageSize]:
    """Return the size of some pages, 1-based.

    Raises:
        LoadError: when the file is not there any more, was changed, or cannot be shown.
        InputError: when there is no such page.
    """
    with _opened(file) as opened:
        return {page: opened.size(page) for page in pages}


def marked_page(file: PageFile, page: int, marks: Sequence[Box], scale: float = SCALE) -> bytes:
    """Return a page, 1-based, as a PNG file, the paper behind some boxes coloured.

    Args:
        file: what it is a page of.
        page: the page's number.
        marks: boxes on that page.
        scale: pixels a point; of a page that is very large it is less.

    Raises:
        LoadError: when the file is not there any more, was changed, or cannot be shown.
        InputError: when there is no such page.
    """
    with _opened(file) as opened:
        picture, drawn = opened.pixels(page, scale)
    _mark(picture, marks, drawn)
    return png(picture)


def _mark(picture: "NDArray[np.uint8]", boxes: Sequence[Box], scale: float) -> None:
    """Colour the paper behind some boxes; the ink stays as dark as it is."""
    import numpy as np

    for box in boxes:
        top, bottom = (max(0, round(y * scale)) for y in (box.top - _PAD, box.bottom + _PAD))
        left, right = (max(0, round(x * scale)) for x in (box.left - _PAD, box.right + _PAD))
        part = picture[top:bottom, left:right]
        part[...] = np.minimum(part, np.array(_MARK, np.uint8))


class _Pages(Protocol):
    """The pages of an open file."""

    def size(self, page: int) -> PageSize:
        """Return a page's size."""
        ...

    def pixels(self, page: int, scale: float) -> "tuple[NDArray[np.uint8], float]":
        """Return a page as pixels, uint8 (height, width, 3), and how many there are a point."""
        ...


@contextmanager
def _opened(file: PageFile) -> Iterator[_Pages]:
    """Open the file of a document, if it is still the one that was indexed."""
    data = _read(file)
    with _PDFIUM:
        if data[:1024].lstrip().startswith(b"%PDF") or file.uri.lower().endswith(".pdf"):
            with _PdfPages(file, data) as pages:
                yield pages
        else:
            yield _PicturePages(file, data)


def _read(file: PageFile) -> bytes:
    try:
        status = path_of(file.uri).stat()
        return _content(file, (status.st_size, status.st_mtime_ns))
    except (OSError, ValueError) as error:
        raise LoadError(f"{file.uri} cannot be shown as a picture: {error}") from error


@lru_cache(maxsize=1)
def _content(file: PageFile, _status: tuple[int, int]) -> bytes:
    """Return a file's bytes; pages are leafed through, and an archive is unpacked once for that."""
    data = path_of(file.uri).read_bytes()
    if file.sha256 and hashlib.sha256(data).hexdigest() != file.sha256:
        raise LoadError(f"{path_of(file.uri)} was changed since it was indexed; index it again")
    return inner_bytes(data, file.uri, file.document_id) if "!/" in file.uri else data


class _PdfPages:
    """The pages of a PDF, by pdfium."""

    def __init__(self, file: PageFile, data: bytes) -> None:
        import pypdfium2

        self._file = file
        try:
            self._pdf = pypdfium2.PdfDocument(data)
        except (ValueError, pypdfium2.PdfiumError) as error:
            raise LoadError(f"{file.uri} cannot be shown as a picture: {error}") from error

    def __enter__(self) -> "_PdfPages":
        return self

    def __exit__(self, *_: object) -> None:
        self._pdf.close()

    def size(self, page: int) -> PageSize:
        return PageSize(*self._page(page).get_size())

    def pixels(self, page: int, scale: float) -> "tuple[NDArray[np.uint8], float]":
        import numpy as np

        shown = self._page(page)
        drawn = _bounded(scale, *shown.get_size())
        bitmap = shown.render(scale=drawn, rev_byteorder=True)
        return np.array(bitmap.to_numpy()[:, :, :3]), drawn

    def _page(self, page: int) -> Any:
        import pypdfium2

        _check_page(self._file, page, len(self._pdf))
        try:
            return self._pdf[page - 1]
        except pypdfium2.PdfiumError as error:
            raise LoadError(f"page {page} of {self._file.uri} cannot be shown: {error}") from error


class _PicturePages:
    """The pages of a picture, such as a scan's; a point is a pixel of it."""

    def __init__(self, file: PageFile, data: bytes) -> None:
        try:
            from PIL import Image
        except ImportError as error:
            raise LoadError("pip install 'excerpt[ocr]' shows pictures") from error
        Image.MAX_IMAGE_PIXELS = _LARGEST_PICTURE
        self._file = file
        try:
            self._image: Any = Image.open(io.BytesIO(data))
        except (OSError, ValueError, Image.DecompressionBombError) as error:
            raise LoadError(f"{file.uri} cannot be shown as a picture: {error}") from error

    def size(self, page: int) -> PageSize:
        return PageSize(*map(float, self._page(page).size))

    def pixels(self, page: int, scale: float) -> "tuple[NDArray[np.uint8], float]":
        import numpy as np

        shown = self._page(page)
        width, height = shown.size
        # More pixels than the picture has would show nothing more.
        drawn = min(scale, 1.0, math.sqrt(_MOST_SCANNED / max(1, width * height)))
        try:
            sized = (max(1, round(width * drawn)), max(1, round(height * drawn)))
            return np.array(shown.convert("RGB").resize(sized), np.uint8), drawn
        except (OSError, ValueError, SyntaxError) as error:
            raise LoadError(f"page {page} of {self._file.uri} cannot be shown: {error}") from error

    def _page(self, page: int) -> Any:
        _check_page(self._file, page, getattr(self._image, "n_frames", 1))
        self._image.seek(page - 1)
        return self._image


def _check_page(file: PageFile, page: int, last: int) -> None:
    if not 1 <= page <= last:
        pages = "1 page" if last == 1 else f"{last} pages"
        raise InputError(f"{Path(file.uri).name} has {pages}; there is no page {page}")


def _bounded(scale: float, width: float, height: float) -> float:
    """Return how many pixels a point has at most so that the whole page has not too many."""
    return min(scale, math.sqrt(_MOST_PIXELS / max(1.0, width * height)))


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
