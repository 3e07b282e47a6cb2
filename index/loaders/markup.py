"""reStructuredText, AsciiDoc, LaTeX and Org: the text as it is written, with its structure.

Headings are the outline, the first of them (or what the text says itself) the title; comments are
marked, since nobody sees them in what is made of the text.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from heapq import merge

from index.loaders.build import (
    LEVELS,
    Source,
    build,
    encoding_metadata,
    file_name,
    first_heading,
)
from index.loaders.comments import (
    asciidoc_comments,
    latex_comments,
    org_comments,
    rst_comments,
)
from index.loaders.markup_tables import asciidoc_tables, org_tables, rst_tables
from index.text.encoding import decode
from index.types import Document, Heading, LoadProblem, Mark, Span

_RULE = re.compile(r"(?P<mark>[!-/:-@\[-`{-~])(?P=mark)+[ \t\r]*")
_SHORTEST_RULE = 3
_ADOC_HEADING = re.compile(r"(?P<signs>={1,6}|#{1,6})[ \t]+(?P<words>\S[^\n]*?)[ \t\r]*$")
_ADOC_BLOCK = re.compile(r"(?:-{4,}|\.{4,}|\+{4,}|/{4,}|`{3,})[ \t\r]*$")
_ORG_HEADING = re.compile(r"(?P<signs>\*{1,8})[ \t]+(?P<words>\S[^\n]*?)[ \t\r]*$")
_ORG_TITLE = re.compile(r"(?mi)^#\+title:[ \t]*(\S[^\n]*?)[ \t\r]*$")
_TEX_HEADING = re.compile(
    r"\\(?P<kind>part|chapter|section|subsection|subsubsection|paragraph)\*?\s*"
    r"(?:\[[^\]\n]{0,200}\]\s*)?\{"
)
_TEX_TITLE = re.compile(r"\\title\s*(?:\[[^\]\n]{0,200}\]\s*)?\{")
_TEX_LEVELS = {
    "part": 1, "chapter": 2, "section": 3, "subsection": 4, "subsubsection": 5, "paragraph": 6,
}  # fmt: skip
_TEX_COMMAND = re.compile(r"\\[a-zA-Z]+\*?\s*|[{}~]")
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Markup:
    """A way to mark up text: what its headings, comments, title and heads of tables are."""

    name: str
    media_type: str
    headings: Callable[[str], Iterator[Heading]]
    comments: Callable[[str], list[Span]]
    title: Callable[[str], str] = lambda _: ""
    tables: Callable[[str], Iterator[Heading]] = lambda _: iter(())


class _MarkupLoader:
    """Loads one document a file, its text unchanged."""

    name: str
    markup: Markup

    def load(self, data: bytes, *, uri: str, key: str) -> Iterator[Document | LoadProblem]:
        """Yield the one document in `data`.

        Raises:
            LoadError: when it is not text.
        """
        decoded = decode(data)
        text = decoded.text
        hidden = self.markup.comments(text)
        headings = merge(self.markup.headings(text), self.markup.tables(text), key=_place)
        outline = tuple(_shown(headings, hidden))
        title = self.markup.title(text) or first_heading(outline) or file_name(uri)
        source = Source.of(data, uri, self.markup.media_type)
        built = build(source, key, title, text, encoding_metadata(decoded), outline)
        if isinstance(built, Document):
            built = replace(built, marks=tuple(Mark(span, "hidden") for span in hidden))
        yield built


def _place(heading: Heading) -> int:
    return heading.span.start


def _shown(headings: Iterator[Heading], hidden: list[Span]) -> Iterator[Heading]:
    """Yield the headings that are not commented out."""
    at = 0
    for heading in headings:
        while at < len(hidden) and hidden[at].end <= heading.span.start:
            at += 1
        if at == len(hidden) or heading.span.end <= hidden[at].start:
            yield heading


def _lines(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    for line in text.split("\n"):
        yield at, line
        at += len(line) + 1


def rst_headings(text: str) -> Iterator[Heading]:
    """Yield the titles of sections: a line with a rule below it, perhaps above it, too.

    Levels come in the order in which their rules do.
    """
    levels: dict[tuple[str, bool], int] = {}
    lines = list(_lines(text))
    for number, (start, line) in enumerate(lines[:-1]):
        below = lines[number + 1][1]
        above = lines[number - 1][1] if number else ""
        words = line.strip()
        rule = _RULE.fullmatch(below)
        if rule is None or not words or _RULE.fullmatch(line):
            continue
        if len(below.strip()) < min(_SHORTEST_RULE, len(words)) or len(words) > _LONGEST:
            continue
        over = _RULE.fullmatch(above)
        framed = over is not None and over["mark"] == rule["mark"]
        if (above.strip() and over is None) or (line[0].isspace() and not framed):
            continue
        level = levels.setdefault((rule["mark"], framed), len(levels) + 1)
        at = start + len(line) - len(line.lstrip())
        yield Heading(Span(at, at + len(words)), min(level, LEVELS), " ".join(words.split()))


def asciidoc_headings(text: str) -> Iterator[Heading]:
    """Yield the titles of sections, those in listings left out."""
    block = ""
    for start, line in _lines(text):
        if _ADOC_BLOCK.match(line):
            mark = line.strip()
            block = "" if mark == block else block or mark
        elif not block and (match := _ADOC_HEADING.match(line)) is not None:
            yield _of_signs(match, start)


def org_headings(text: str) -> Iterator[Heading]:
    """Yield the headlines."""
    for start, line in _lines(text):
        if (match := _ORG_HEADING.match(line)) is not None:
            yield _of_signs(match, start)


def _of_signs(match: re.Match[str], start: int) -> Heading:
    """Return a heading whose level is the number of its signs."""
    first, last = match.span("words")
    return Heading(
        Span(start + first, start + last), min(len(match["signs"]), LEVELS), match["words"]
    )


def latex_headings(text: str) -> Iterator[Heading]:
    """Yield the titles of sections."""
    for match in _TEX_HEADING.finditer(text):
        end = _closing(text, match.end())
        words = _plain_tex(text[match.end() : end])
        if words:
            yield Heading(Span(match.end(), end), _TEX_LEVELS[match["kind"]], words)


def _latex_title(text: str) -> str:
    match = _TEX_TITLE.search(text)
    return _plain_tex(text[match.end() : _closing(text, match.end())]) if match else ""


def _org_title(text: str) -> str:
    match = _ORG_TITLE.search(text)
    return match[1] if match else ""


def _closing(text: str, at: int) -> int:
    """Return where the brace that was opened before `at` is closed, or its line ends."""
    depth = 1
    for end in range(at, min(at + _LONGEST, len(text))):
        depth += {"{": 1, "}": -1}.get(text[end], 0)
        if not depth:
            return end
    line = text.find("\n", at, at + _LONGEST)
    return min(at + _LONGEST, len(text)) if line < 0 else line


def _plain_tex(words: str) -> str:
    return " ".join(_TEX_COMMAND.sub(" ", words).split())


class RstLoader(_MarkupLoader):
    """Loads reStructuredText."""

    name = "rst"
    markup = Markup("rst", "text/x-rst", rst_headings, rst_comments, tables=rst_tables)


class AsciiDocLoader(_MarkupLoader):
    """Loads AsciiDoc."""

    name = "asciidoc"
    markup = Markup(
        "asciidoc", "text/asciidoc", asciidoc_headings, asciidoc_comments, tables=asciidoc_tables
    )


class LatexLoader(_MarkupLoader):
    """Loads LaTeX."""

    name = "latex"
    markup = Markup("latex", "text/x-tex", latex_headings, latex_comments, _latex_title)


class OrgLoader(_MarkupLoader):
    """Loads Org."""

    name = "org"
    markup = Markup("org", "text/org", org_headings, org_comments, _org_title, org_tables)
