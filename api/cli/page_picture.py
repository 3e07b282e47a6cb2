"""A page of a PDF, or of an office file, as a PNG picture with words marked."""

from collections.abc import Sequence
from pathlib import Path

from api.pictures import PageFile, marked_page
from index.errors import InputError
from index.types import Box, Document, Span


def write_picture(document: Document, span: Span, target: Path) -> int:
    """Write the page on which a span begins, its words marked; return the page's number.

    The pages of an office file are those that LibreOffice makes of it.

    Raises:
        InputError: when the document has no pages.
        LoadError: when its file is not there any more, is another, or cannot be drawn.
    """
    from api.office_pages import SUFFIXES, boxes_of, pages_of

    if document.boxes is not None or Path(document.uri).suffix.lower() not in SUFFIXES:
        boxes = document.boxes.within(span) if document.boxes is not None else ()
        return _write(document, PageFile.of(document), boxes, target)
    with pages_of(document) as pdf:
        return _write(
            document, PageFile(str(pdf), "", document.id), boxes_of(document, span, pdf), target
        )


def _write(document: Document, file: PageFile, boxes: Sequence[Box], target: Path) -> int:
    if not boxes:
        raise InputError(
            f"{document.id} has no page to show there; --png takes a span of a PDF or office file"
        )
    page = boxes[0].page
    marks = [box for box in boxes if box.page == page]
    target.write_bytes(marked_page(file, page, marks))
    return page
