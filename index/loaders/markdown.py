"""Markdown (CommonMark): the text as it is written, with its headings as the outline.

Comments and hidden HTML are marked. YAML front matter stays in the text; its simple values become
metadata, its `title` the title.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from index.loaders.build import Source, build, encoding_metadata, file_name, first_heading
from index.loaders.comments import markdown_comments
from index.loaders.front_matter import FrontMatter, front_matter
from index.text.encoding import decode
from index.text.positions import line_starts
from index.text.sentences import trimmed
from index.text.tables import HEADER_LEVEL, cells, header_text
from index.types import Document, Heading, LoadProblem, Mark, Span

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token


class MarkdownLoader:
    """Loads Markdown; the title is the front matter's, the first heading, or the file's name."""

    name = "markdown"

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield the one document in `data`.

        Raises:
            LoadError: when it is not text.
        """
        decoded = decode(data)
        front = front_matter(decoded.text)
        outline = headings(decoded.text, front)
        title = front.title or first_heading(outline) or file_name(uri)
        metadata = encoding_metadata(decoded) | front.metadata
        source = Source.of(data, uri, "text/markdown")
        built = build(source, key, title, decoded.text, metadata, outline)
        if isinstance(built, Document):
            hidden = markdown_comments(decoded.text)
            built = replace(built, marks=tuple(Mark(span, "hidden") for span in hidden))
        yield built


def headings(text: str, front: FrontMatter) -> tuple[Heading, ...]:
    """Return the headings that stand on their own, not those within quotes or lists.

    The front matter's lines are blanked for the parser, which would read them as a heading.
    """
    blocks, parser = _parsers()
    blank = "\n" * (len(line_starts(text[: front.end])) - 1)
    body = blank + text[front.end :]
    tokens = blocks.parse(body)
    starts = [*line_starts(text), len(text)]
    headings = []
    for token, inline in pairwise(tokens):
        if token.level == 0 and token.type == "heading_open" and inline.content.strip():
            words = plain_words(parser, inline.content)
            headings.append(_heading(text, starts, token, int(token.tag[1:]), words))
        elif token.level == 0 and token.type == "table_open":
            headings.extend(_table(text, starts, token, parser))
    return tuple(headings)


@cache
def _parsers() -> "tuple[MarkdownIt, MarkdownIt]":
    """Return a parser of blocks alone, which is faster, and a whole one for the headings."""
    from markdown_it import MarkdownIt

    blocks = MarkdownIt("commonmark").enable("table")
    blocks.core.ruler.enableOnly(["normalize", "block"])
    return blocks, MarkdownIt("commonmark")


def _heading(text: str, starts: list[int], token: "Token", level: int, words: str) -> Heading:
    first, last = token.map or [0, 0]
    return Heading(_written(text, starts[first], starts[min(last, len(starts) - 1)]), level, words)


def _written(text: str, start: int, end: int) -> Span:
    return trimmed(text, start, end) or Span(start, start)


def _table(text: str, starts: list[int], token: "Token", parser: "MarkdownIt") -> Iterator[Heading]:
    """Yield the header of a table, and where the table ends."""
    first, last = token.map or [0, 0]
    line = _written(text, starts[first], starts[first + 1])
    names = [plain_words(parser, cell.of(text)) for cell in cells(text, line)]
    if len(names) > 1 and any(names):
        yield Heading(line, HEADER_LEVEL, header_text(names))
        end = starts[min(last, len(starts) - 1)]
        yield Heading(Span(end, end), HEADER_LEVEL, "")


def plain_words(parser: "MarkdownIt", inline: str) -> str:
    """Return a heading's words without emphasis, links and code marks."""
    tokens = parser.parseInline(inline)[0].children or []
    return "".join(
        " " if token.type in ("softbreak", "hardbreak") else token.content for token in tokens
    ).strip()
