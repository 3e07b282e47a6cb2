"""A PDF as one document."""

from collections.abc import Iterator
from dataclasses import replace
from threading import Lock
from typing import Any

from index.errors import LoadError
from index.loaders.build import Source, build, file_name, first_heading
from index.loaders.pdf.about import labels, metadata, outline
from index.loaders.pdf.characters import Page, read_page
from index.loaders.pdf.paragraphs import Writer
from index.loaders.pdf.running import running_lines
from index.places import WordBoxes
from index.types import Document, LoadProblem

_PDFIUM = Lock()
_HEADER = b"%PDF-"
_HEADER_WITHIN = 1024
SCANNED = "its pages are pictures without text; add a text layer (ocrmypdf does), then index it"


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
            raise LoadError("it is not a PDF but other binary data; check its suffix")
        with _PDFIUM:
            found = _read(data, uri, key)
        yield from found


def _read(data: bytes, uri: str, key: str) -> list[Document | LoadProblem]:
    pdf = _opened(data)
    try:
        pages, problems = _pages(pdf, uri)
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
