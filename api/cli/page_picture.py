"""A page of a PDF as a PNG picture, with words marked."""

from pathlib import Path

from api.pictures import PageFile, marked_page
from index.errors import InputError
from index.types import Document, Span


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
    marks = [box for box in boxes if box.page == page]
    target.write_bytes(marked_page(PageFile.of(document), page, marks))
    return page
