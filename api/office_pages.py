"""Office files as pages: LibreOffice makes a PDF of them, in which words are found again."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from index.errors import LoadError
from index.loaders import get_loader
from index.loaders.libreoffice import converted, office_program
from index.types import Box, Document, Span

SUFFIXES = frozenset(
    ".docx .docm .dotx .doc .dot .wpd .odt .ott .rtf .pptx .pptm .ppsx .ppt .pps .odp .otp .xlsx "
    ".xlsm .xls .ods".split()
)
"""Of files that LibreOffice makes pages of."""

_SECONDS = 180
_MOST_WORDS = 200
_FEWEST_WORDS = 6
_WORD = re.compile(r"\w+")


@contextmanager
def pages_of(document: Document) -> Iterator[Path]:
    """Lend the PDF that LibreOffice makes of a document's file, for the length of a block.

    Raises:
        LoadError: when the file is not the one that was indexed, or LibreOffice is not installed
            or makes none of it.
    """
    name = Path(document.uri).name
    if office_program() is None:
        raise LoadError(
            f"the pages of {name} are drawn by LibreOffice, which is not installed; install it so "
            "that `soffice` is found"
        )
    content = _content(document)
    try:
        made = converted(content, Path(document.uri).suffix.lower(), "pdf", _SECONDS)
    except LoadError as error:
        raise LoadError(f"no pages of {name} can be drawn: {error}") from error
    with TemporaryDirectory(prefix="excerpt-pages-") as folder:
        pdf = Path(folder, "document.pdf")
        pdf.write_bytes(made)
        yield pdf


def _content(document: Document) -> bytes:
    try:
        data = Path(document.uri).read_bytes()
    except OSError as error:
        raise LoadError(f"{document.uri} cannot be read: {error.strerror}") from error
    if document.source_sha256 and hashlib.sha256(data).hexdigest() != document.source_sha256:
        raise LoadError(f"{document.uri} was changed since it was indexed; index it again")
    return data


def boxes_of(document: Document, span: Span, pdf: Path) -> tuple[Box, ...]:
    """Return where the words of a document's span stand on the pages of a PDF made of it.

    Of words that stand there more often than once, those are meant that have as many before them.
    A span that a page's furniture parts is found by its first words. None where it is not found.

    Raises:
        LoadError: when the PDF cannot be read.
    """
    (pages,) = get_loader("pdf").load(pdf.read_bytes(), uri=str(pdf), key="pages")
    if not isinstance(pages, Document) or pages.boxes is None:
        return ()
    wanted = [each[0] for each in _WORD.finditer(span.of(document.text).casefold())]
    there = [(each[0], each.start(), each.end()) for each in _WORD.finditer(_folded(pages.text))]
    words = [word for word, _, _ in there]
    before = [each[0] for each in _WORD.finditer(document.text[: span.start].casefold())]
    for count in dict.fromkeys((min(len(wanted), _MOST_WORDS), _FEWEST_WORDS)):
        run = wanted[:count]
        if run and (found := _occurrences(words, run)):
            at = found[min(len(_occurrences(before, run)), len(found) - 1)]
            last = there[at + len(run) - 1]
            return pages.boxes.within(Span(there[at][1], last[2]))
    return ()


def _folded(text: str) -> str:
    """Return a text in small letters that stands at the same offsets."""
    folded = text.casefold()
    return folded if len(folded) == len(text) else text.lower() if text.isascii() else text


def _occurrences(words: list[str], run: list[str]) -> list[int]:
    """Return where a run of words begins among others, in order."""
    return [
        at for at, word in enumerate(words) if word == run[0] and words[at : at + len(run)] == run
    ]
