"""Text written block by block, with its headings and places: what office formats share."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from index.loaders.build import Source, build
from index.places import Place, PlaceKind
from index.text.tables import BAR, HEADER_LEVEL, header_text
from index.types import Document, Heading, LoadProblem, Mark, MetadataValue, Span


@dataclass(slots=True)
class Writing:
    """A document's text while it is written."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    outline: list[Heading] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    def add(self, text: str) -> Span:
        """Write text and return where it stands."""
        self.parts.append(text)
        span = Span(self.length, self.length + len(text))
        self.length = span.end
        return span

    def line(self, text: str) -> Span:
        """Write text on a line of its own; what is blank is not written."""
        if not text.strip():
            return Span(self.length, self.length)
        if self.length:
            self.add("\n")
        return self.add(text)

    def paragraph(self, text: str) -> Span:
        """Write text after a blank line; what is blank is not written."""
        if not text.strip():
            return Span(self.length, self.length)
        if self.length:
            self.add("\n\n")
        return self.add(text)

    def heading(self, text: str, level: int) -> Span:
        """Write a heading."""
        span = self.paragraph(" ".join(text.split()))
        if len(span):
            self.outline.append(Heading(span, level, " ".join(text.split())))
        return span

    def table(
        self,
        rows: Iterable[Sequence[str]],
        *,
        header: bool,
        cell: Callable[[int, int], str] | None = None,
    ) -> None:
        """Write rows, one a line, their cells between bars.

        Args:
            rows: the cells' words.
            header: whether the first row that is not blank names the columns.
            cell: gives the place of a cell by its row and column, from 0.
        """
        began = named = False
        for number, row in enumerate(rows):
            words = [_cell_text(value) for value in row]
            if not any(words):
                continue
            if self.length:
                self.add("\n" if began else "\n\n")
            span = self._row(words, number, cell)
            if header and not began and len(words) > 1:
                self.outline.append(Heading(span, HEADER_LEVEL, header_text(words)))
                named = True
            began = True
        if named:
            self.outline.append(Heading(Span(self.length, self.length), HEADER_LEVEL, ""))

    def _row(self, words: list[str], number: int, cell: Callable[[int, int], str] | None) -> Span:
        start = self.length
        if not words[0] and len(words) > 1:
            self.add(BAR)
        for column, text in enumerate(words):
            if column:
                self.add(f" {BAR} ")
            span = self.add(text)
            bars = (at for at, letter in enumerate(text, span.start) if letter == BAR)
            self.marks += (Mark(Span(at, at + 1), "bar") for at in bars)
            if cell and len(span):
                self.places.append(Place(span, "cell", cell(number, column)))
        return Span(start, self.length)

    def unseen(self, texts: Iterable[str]) -> None:
        """Write what nobody sees as marked paragraphs, which are under no heading."""
        for text in texts:
            words = " ".join(text.split())
            if words:
                span = self.paragraph(words)
                self.outline.append(Heading(Span(span.start, span.start), 1, ""))
                self.marks.append(Mark(span, "hidden"))

    @contextmanager
    def place(self, kind: PlaceKind, value: str) -> Iterator[None]:
        """Mark what is written inside the block as a place."""
        start, parts = self.length, len(self.parts)
        yield
        written = "".join(self.parts[parts:])
        start += len(written) - len(written.lstrip("\n"))
        if self.length > start:
            self.places.append(Place(Span(start, self.length), kind, value))

    def document(
        self, source: Source, key: str, title: str, metadata: Mapping[str, MetadataValue]
    ) -> Document | LoadProblem:
        """Return the document, or the problem that there is nothing in it."""
        outline = tuple(each for each in self.outline if each.span.end <= self.length)
        built = build(source, key, title, "".join(self.parts), metadata, outline)
        if isinstance(built, LoadProblem):
            return built
        return replace(built, places=tuple(sorted(self.places)), marks=tuple(sorted(self.marks)))


def guess_header(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether the first row of a table names its columns.

    Its cells are then words, none a number and none twice, and there are rows below it.

    >>> guess_header([["Boat", "Seats"], ["Heron", "120"]]), guess_header([["Heron", "120"]] * 2)
    (True, False)
    """
    filled = [row for row in rows if any(cell.strip() for cell in row)][:2]
    if len(filled) < 2 or len(filled[0]) < 2:
        return False
    names = [cell.strip() for cell in filled[0]]
    words = [name for name in names if name]
    blank = len(names) - len(words)
    return blank <= 1 and len(set(words)) == len(words) and not any(map(_is_number, words))


def _is_number(text: str) -> bool:
    return any(map(str.isdigit, text)) and not any(map(str.isalpha, text))


def _cell_text(value: str) -> str:
    return " ".join(value.split())
