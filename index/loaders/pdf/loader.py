"""A PDF as one document."""

import time
from collections.abc import Iterator
from dataclasses import replace
from threading import Lock
from typing import Any

from index.errors import LoadError
from index.loaders.build import Source, build, file_name, first_heading
from index.loaders.contents import mistaken
from index.loaders.pdf.about import labels, metadata, outline
from index.loaders.pdf.characters import Page, read_page
from index.loaders.pdf.recognition import INSTALL, is_installed, recognised
from index.loaders.pdf.running_lines import running_lines
from index.loaders.pdf.text_builder import Writer
from index.places import WordBoxes
from index.types import Document, LoadProblem

_LONGEST_SIDE = 10_000
"""Pixels of a page that is drawn, at most."""
_PDFIUM = Lock()
_HEADER = b"%PDF-"
_HEADER_WITHIN = 1024
SCANNED = f"its pages are pictures without text; {INSTALL}, or add a text layer (ocrmypdf does)"
_DOTS = 200
"""Dots an inch at which a page is drawn for recognition."""
_SECONDS = 90.0
"""For the recognition of one file's pages; the rest is left, and reported."""


class PdfLoader:
    """Loads PDF; the title is its own, its first heading, or the file's name."""

    name = "pdf"

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield the one document in `data`, and a problem for each page that cannot be read.

        Raises:
            LoadError: when it is encrypted, damaged, or no PDF.
        """
        if not data.strip(b" \r\n\t\xef\xbb\xbf"):
            yield build(Source.of(data, uri, "application/pdf"), key, "", "")
            return
        if _HEADER not in data[:_HEADER_WITHIN]:
            raise mistaken("a PDF", data)
        with _PDFIUM:
            items = _read(data, uri, key)
        yield from items


def _read(data: bytes, uri: str, key: str) -> list[Document | LoadProblem]:
    pdf = _opened(data)
    try:
        pages, problems = _pages(pdf, uri)
        if is_installed():
            pages, unread = _recognise(pdf, pages, uri)
            problems += unread
        if not any(page.lines or page.hidden for page in pages):
            return [*problems, LoadProblem(uri, SCANNED)]
        return [_document(pdf, pages, Source.of(data, uri, "application/pdf"), key), *problems]
    finally:
        pdf.close()


def _opened(data: bytes) -> Any:
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error) or "ecurity" in str(error):
            raise LoadError(
                "it is encrypted and opens only with a password; save a copy without one"
            ) from error
        raise LoadError(f"it is a damaged PDF ({error}); save it anew") from error


def _pages(pdf: Any, uri: str) -> tuple[list[Page], list[LoadProblem]]:
    import pypdfium2

    pages: list[Page] = []
    problems: list[LoadProblem] = []
    for index in range(len(pdf)):
        try:
            page = pdf[index]
        except pypdfium2.PdfiumError:
            problems.append(LoadProblem(uri, f"page {index + 1} is damaged and cannot be read"))
            continue
        try:
            pages.append(read_page(page, index + 1))
        finally:
            page.close()
    return pages, problems


def _recognise(pdf: Any, pages: list[Page], uri: str) -> tuple[list[Page], list[LoadProblem]]:
    """Return the pages, those that are pictures without text with the words recognised in them."""
    until = time.monotonic() + _SECONDS
    found: list[Page] = []
    problems: list[LoadProblem] = []
    late: list[int] = []
    for page in pages:
        if page.lines or page.hidden or not _is_picture(pdf, page.number):
            found.append(page)
        elif time.monotonic() > until:
            late.append(page.number)
        else:
            try:
                words = recognised(_drawn(pdf, page.number), page.number, 72 / _DOTS)
            except LoadError as error:
                problems.append(LoadProblem(uri, f"page {page.number}: {error}"))
                words = []
            found += [each.page for each in words] or [page]
    if late:
        why = f"recognition took over {_SECONDS:.0f} s: pages {late[0]} to {late[-1]} were left"
        problems.append(LoadProblem(uri, why))
    return found, problems


def _is_picture(pdf: Any, number: int) -> bool:
    """Return whether a page without text has a picture on it."""
    import pypdfium2.raw as pdfium

    page = pdf[number - 1]
    try:
        objects = (
            pdfium.FPDFPage_GetObject(page.raw, at)
            for at in range(pdfium.FPDFPage_CountObjects(page.raw))
        )
        kinds = {pdfium.FPDFPageObj_GetType(each) for each in objects}
        return pdfium.FPDF_PAGEOBJ_IMAGE in kinds
    finally:
        page.close()


def _drawn(pdf: Any, number: int) -> bytes:
    """Return a page as a grey picture (PGM)."""
    page = pdf[number - 1]
    try:
        longest = max(page.get_size())
        bitmap = page.render(scale=min(_DOTS / 72, _LONGEST_SIDE / max(longest, 1)), grayscale=True)
        pixels = bitmap.to_numpy()
        height, width = pixels.shape[:2]
        return b"P5 %d %d 255\n" % (width, height) + bytes(pixels.tobytes())
    finally:
        page.close()


def _document(pdf: Any, pages: list[Page], source: Source, key: str) -> Document | LoadProblem:
    writer = Writer(pages, running_lines(pages))
    for page in pages:
        writer.page(page)
    written = writer.finish()
    title, about = metadata(pdf)
    if hidden := sum(len(line.words) for page in pages for line in page.hidden):
        about["words_hidden"] = hidden
    headings = tuple(outline(pdf, written) or written.outline)
    title = title or first_heading(headings) or file_name(source.uri)
    built = build(source, key, title, written.text, about, headings)
    if isinstance(built, LoadProblem):
        return built
    places = tuple(sorted([*written.places, *labels(pdf, written)]))
    return replace(
        built, places=places, boxes=WordBoxes.of(written.words), marks=tuple(written.marks)
    )
