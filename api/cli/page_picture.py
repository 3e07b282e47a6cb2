"""A page of a PDF as a PNG picture, with words marked."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from api.pictures import SCALE, png, rendered
from index.errors import InputError
from index.types import Box, Document, Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MARK = (255, 224, 64)
_PAD = 1.5


def write_picture(document: Document, span: Span, target: Path) -> int:
    """Write the page on which a span begins, its words marked; return the page's number.

    Raises:
        InputError: when the document has no pages.
        LoadError: when its file is not there any more, is another, or is no PDF now.
    """
    boxes = document.boxes.within(span) if document.boxes is not None else ()
    if not boxes:
        raise InputError(f"{document.id} has no page to show there; --png takes a span of a PDF")
    page = boxes[0].page
    picture = rendered(document, page)
    _mark(picture, [box for box in boxes if box.page == page])
    target.write_bytes(png(picture))
    return page


def _mark(picture: "NDArray[np.uint8]", boxes: Sequence[Box]) -> None:
    """Colour the paper behind some boxes; the ink stays as dark as it is."""
    import numpy as np

    for box in boxes:
        top, bottom = (max(0, round(y * SCALE)) for y in (box.top - _PAD, box.bottom + _PAD))
        left, right = (max(0, round(x * SCALE)) for x in (box.left - _PAD, box.right + _PAD))
        part = picture[top:bottom, left:right]
        part[...] = np.minimum(part, np.array(_MARK, np.uint8))
