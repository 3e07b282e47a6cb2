"""Lines -> text: paragraphs, rows of tables, headings; hyphenation undone, the boxes kept."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from index.loaders.pdf.characters import Line, Page, Word, cells
from index.places import Place
from index.text.tables import BAR
from index.types import Box, Heading, Mark, Span

_BULLET = re.compile(r"[•‣▪◦●○■\-–*]$|\(?\d{1,3}[.)]$|\(?[a-z][.)]$")
_LEADER = re.compile(r"(?:\. ?){4,}\s*\w+$")
_PARAGRAPH_GAP = 0.9
_FULL = 0.85
_HEADING = 1.15
_LEVELS = 6
_LONGEST_HEADING = 150
_WORD_PART = re.compile(r"[^\W\d_]+$")


@dataclass(slots=True)
class TextBuilder:
    """A document's text while it is written, with the boxes and places of its words."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    words: list[tuple[Span, Box]] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    outline: list[Heading] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    def add(self, text: str) -> Span:
        """Write text and return where it stands."""
        self.parts.append(text)
        span = Span(self.length, self.length + len(text))
        self.length = span.end
        return span

    def word(self, word: Word, text: str | None = None) -> None:
        """Write a word with its box."""
        self.words.append((self.add(word.text if text is None else text), word.box))

    @property
    def text(self) -> str:
        """Return what was written."""
        return "".join(self.parts)


class Writer:
    """Writes pages in reading order; a paragraph may run on over a page break."""

    def __init__(self, pages: Sequence[Page], running: set[int]) -> None:
        """Take all pages first: the size of the body's type and its words are known by them."""
        self.written = TextBuilder()
        self._running = running
        sizes: Counter[float] = Counter()
        self._known: Counter[str] = Counter()
        for line in (line for page in pages for line in page.lines):
            sizes[line.size] += len(line.text)
            self._known.update(word.text.strip(".,;:()").lower() for word in line.words)
        self._body = sizes.most_common(1)[0][0] if sizes else 0.0
        larger = sorted((size for size in sizes if size > self._body * _HEADING), reverse=True)
        self._levels = {size: min(rank, _LEVELS) for rank, size in enumerate(larger, 1)}
        self._before: Line | None = None
        self._aside: list[tuple[Page, list[Line]]] = []
        self._hidden = [(page, list(page.hidden)) for page in pages if page.hidden]

    def page(self, page: Page) -> None:
        """Write a page; its running heads and feet wait until `finish`."""
        start = self.written.length
        body = [line for line in page.lines if id(line) not in self._running]
        aside = [line for line in page.lines if id(line) in self._running]
        block: list[Line] = []
        for line in body:
            if block and self._ends(block[-1], line):
                self._block(block)
                block = []
            block.append(line)
        if block:
            self._block(block)
        self._place(page.number, start)
        if page.certainty is not None and self.written.length > start:
            span = Span(start, self.written.length)
            self.written.places.append(Place(span, "ocr", f"{page.certainty:.2f}"))
        if aside:
            self._aside.append((page, aside))

    def finish(self) -> TextBuilder:
        """Write what ran beside the text, behind it, then what nobody sees, and return all."""
        self._before = None
        if (self._aside or self._hidden) and self._levels and self.written.outline:
            self.written.outline.append(Heading(self._end(), 1, ""))
        for page, lines in self._aside:
            self._behind(page, lines)
        for page, lines in self._hidden:
            span = self._behind(page, lines)
            self.written.marks.append(Mark(span, "hidden"))
        at = self.written.length
        self.written.outline = [each for each in self.written.outline if each.span.end <= at]
        return self.written

    def _behind(self, page: Page, lines: list[Line]) -> Span:
        """Write lines of a page behind the text; return where they stand."""
        self.written.add("\n\n" if self.written.length else "")
        start = self.written.length
        for number, line in enumerate(lines):
            self.written.add("\n" * bool(number))
            self._words(line)
        self._place(page.number, start)
        return Span(start, self.written.length)

    def _end(self) -> Span:
        return Span(self.written.length, self.written.length)

    def _place(self, number: int, start: int) -> None:
        if self.written.length > start:
            span = Span(start, self.written.length)
            self.written.places.append(Place(span, "page", str(number)))

    def _ends(self, before: Line, line: Line) -> bool:
        """Return whether a block ends between two lines of a page."""
        if before.hyphen:
            return False
        jumps = line.top < before.top - before.size
        gap = line.top - before.bottom
        height = max(before.bottom - before.top, line.bottom - line.top, 1)
        return jumps or gap > _PARAGRAPH_GAP * height or abs(before.size - line.size) > 1

    def _block(self, block: list[Line]) -> None:
        """Write a block of lines; one that goes on from the page before is joined to it."""
        rows = [cells(line) for line in block]
        table = len(block) > 1 and sum(len(row) > 1 for row in rows) > len(block) / 2
        left, right = min(line.left for line in block), max(line.right for line in block)
        level = self._level(block)
        self._join(self._before, block[0], runs_on=not table and self._runs_on(block[0]))
        start = self.written.length
        for number, (line, row) in enumerate(zip(block, rows, strict=True)):
            if number:
                before = block[number - 1]
                full = before.right - left > _FULL * (right - left) and not _is_entry(before)
                begins = _BULLET.match(line.words[0].text) is not None
                self._join(before, line, runs_on=full and not table and not begins, inside=True)
            if table:
                self._row(row)
            else:
                self._words(line)
        self._before = block[-1]
        if level:
            words = self._since(start)
            if words.strip():
                self.written.outline.append(
                    Heading(Span(start, self.written.length), level, " ".join(words.split()))
                )

    def _since(self, start: int) -> str:
        tail: list[str] = []
        length = self.written.length
        for part in reversed(self.written.parts):
            if length <= start:
                break
            tail.append(part)
            length -= len(part)
        return "".join(reversed(tail))

    def _level(self, block: Iterable[Line]) -> int:
        lines = list(block)
        level = self._levels.get(lines[0].size, 0)
        length = sum(len(line.text) for line in lines)
        short = length <= _LONGEST_HEADING
        return level if short and any(map(str.isalpha, lines[0].text)) else 0

    def _runs_on(self, line: Line) -> bool:
        """Return whether a block begins in the middle of a sentence."""
        before = self._before
        if before is None or abs(before.size - line.size) > 1:
            return False
        return line.words[0].text[0].islower() and before.text[-1:] not in ".!?:"

    def _join(
        self, before: Line | None, line: Line, *, runs_on: bool, inside: bool = False
    ) -> None:
        """Write what stands between two lines."""
        if before is None:
            return
        if before.hyphen:
            if not self._undone(before, line):
                self.written.add("-")
        elif runs_on:
            self.written.add(" " * line.words[0].spaced)
        else:
            self.written.add("\n" if inside else "\n\n")

    def _undone(self, before: Line, line: Line) -> bool:
        """Return whether a hyphen at a line's end goes: the word is written without elsewhere."""
        last, first = before.words[-1].text, line.words[0].text
        head, tail = _WORD_PART.search(last), first.rstrip(".,;:()").lower()
        if head is None or not first[0].islower():
            return False
        start = last.strip(".,;:()").lower()
        return self._known[start + tail] >= self._known[f"{start}-{tail}"]

    def _words(self, line: Line) -> None:
        for number, word in enumerate(line.words):
            self.written.add(" " * (number > 0 and word.spaced))
            self.written.word(word)

    def _row(self, row: list[list[Word]]) -> None:
        for number, cell in enumerate(row):
            self.written.add(f" {BAR} " * bool(number))
            self._words(Line(cell))


def _is_entry(line: Line) -> bool:
    """Return whether a line leads to a page number by dots, as in a table of contents."""
    return _LEADER.search(line.text) is not None
