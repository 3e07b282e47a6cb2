"""`excerpt show`: a document, or the words at a span of it."""

import re
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.options import IndexOption, JsonOption
from api.output import print_json, visible_lines
from api.spans import checked_span
from index.errors import InputError
from index.types import Span

if TYPE_CHECKING:
    from index.types import Document

_SPAN = re.compile(r"(\d{1,18}):(\d{1,18})")


def show(
    document: Annotated[str, typer.Argument(help="A document's id.")],
    span: Annotated[
        str | None,
        typer.Option("--span", metavar="START:END", help="Only these code points of its text."),
    ] = None,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a document, or a span of it.

    What is printed to a file or a pipe is exactly the text; on a terminal, control characters
    are escaped. With --json the text comes with its sha256 and metadata.
    """
    found = find_document(index, document)
    part = Span(0, len(found.text)) if span is None else parse_span(span, found)
    if as_json:
        from api.schemas import document_json, quote_json

        quoted = {} if span is None else {"span": quote_json(found, part)}
        print_json({**document_json(found), **quoted})
    elif sys.stdout.isatty():
        print(visible_lines(part.of(found.text)))
    else:
        sys.stdout.buffer.write(part.of(found.text).encode("utf-8", "surrogatepass"))


def find_document(index: str | None, document_id: str) -> "Document":
    """Return a document of the newest generation, its text checked against its digest.

    Raises:
        NotFoundError: when it is not there.
    """
    from api.cli.opening import open_store

    snapshot = open_store(index).snapshot()
    try:
        return snapshot.document(document_id)
    finally:
        snapshot.close()


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
