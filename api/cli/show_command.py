"""`excerpt show`: a document, or the words at a span of it."""

import re
import sys
from bisect import bisect_right
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import IndexOption, JsonOption
from api.named_spans import checked_span
from api.output import place, print_json, visible, visible_lines
from index.errors import InputError
from index.text.positions import line_starts
from index.types import Span

if TYPE_CHECKING:
    from index.types import Document

_SPAN = re.compile(r"(\d{1,18}):(\d{1,18})")


def show(
    document: Annotated[str, typer.Argument(help="A document's id, its path, or PATH:LINE.")],
    span: Annotated[
        str | None,
        typer.Option("--span", metavar="START:END", help="Only these code points of its text."),
    ] = None,
    context: Annotated[
        int | None,
        typer.Option("--context", min=0, help="With a span or line: this many lines around it."),
    ] = None,
    png: Annotated[
        Path | None,
        typer.Option(
            "--png",
            metavar="FILE",
            help="Draw the page (PDF, or an office file by LibreOffice), the span marked.",
        ),
    ] = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a document, or a span of it.

    What is printed to a file or a pipe is exactly the text; on a terminal, control characters
    are escaped. With --json the text comes with its sha256 and metadata.
    """
    found, line = find_named(index, document)
    whole = Span(0, len(found.text))
    part = parse_span(span, found) if span else whole if line is None else line_span(found, line)
    if png is not None:
        from api.cli.page_picture import write_picture

        page = write_picture(found, part, png)
        print(f"page {page} of {visible(place(found.uri))} is drawn in {png}", file=sys.stderr)
        return
    if context is not None:
        part = with_lines_around(found.text, part, context)
    if as_json:
        from api.schemas import document_json, quote_json

        quoted = {} if part == whole else {"span": quote_json(found, part)}
        print_json({**document_json(found), **quoted})
    elif sys.stdout.isatty():
        print(visible_lines(part.of(found.text)))
    else:
        sys.stdout.buffer.write(part.of(found.text).encode("utf-8", "surrogatepass"))


def find_named(index: str | None, name: str) -> "tuple[Document, int | None]":
    """Return the document that an id or path names, and the line that a path goes on with.

    Raises:
        InputError: when a path names several.
        NotFoundError: when it is not there.
    """
    from api.cli.naming import named_document
    from api.cli.open_index import open_store

    snapshot = open_store(index).snapshot()
    try:
        document_id, line = named_document(snapshot, name)
        return snapshot.document(document_id), line
    finally:
        snapshot.close()


def line_span(document: "Document", line: int) -> Span:
    """Return the span of a line, counted from 1, without its end.

    Raises:
        InputError: when there is no such line.
    """
    starts = line_starts(document.text)
    if not 1 <= line <= len(starts):
        raise InputError(f"{document.id} has {len(starts)} lines; there is no line {line}")
    end = starts[line] if line < len(starts) else len(document.text)
    words = document.text[starts[line - 1] : end].rstrip("\r\n")
    return Span(starts[line - 1], starts[line - 1] + len(words))


def with_lines_around(text: str, span: Span, count: int) -> Span:
    r"""Return whole lines: those of a span, and `count` more on either side.

    >>> with_lines_around("a\nb\nc\nd", Span(4, 5), 1).of("a\nb\nc\nd")
    'b\nc\nd'
    """
    starts = line_starts(text)
    first = bisect_right(starts, span.start) - 1
    last = bisect_right(starts, max(span.start, span.end - 1)) - 1
    end = last + count + 1
    stop = starts[end] if end < len(starts) else len(text)
    begin = starts[max(0, first - count)]
    return Span(begin, begin + len(text[begin:stop].rstrip("\r\n")))


def parse_span(words: str, document: "Document") -> Span:
    """Return the span that `START:END` names inside a document.

    Raises:
        InputError: when it is not two numbers, or lies outside the text.
    """
    match = _SPAN.fullmatch(words)
    if match is None:
        raise InputError(f"{words!r} is no span: give START:END, two numbers")
    start, end = (int(number) for number in match.groups())
    return checked_span(document, start, end)
