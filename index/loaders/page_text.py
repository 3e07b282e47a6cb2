"""The text of a page as it is written: white space folded, lines and paragraphs ended once."""

import re
from dataclasses import dataclass, field

from index.types import Heading, Mark, Span

SPACES = re.compile(r"[ \t\n\r\f]+")
"""White space as HTML has it."""


@dataclass(slots=True)
class PageText:
    """Text as it grows, with the headings that stand in it."""

    parts: list[str] = field(default_factory=list)
    outline: list[Heading] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    length: int = 0
    breaks: int = 2
    space: bool = False

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.parts)

    def add(self, words: str, *, preformatted: bool = False) -> Span:
        """Add running text; return where it stands."""
        folded = words if preformatted else SPACES.sub(" ", words)
        if not preformatted:
            self.space = self.space or folded.startswith(" ")
            body = folded.strip(" ")
        else:
            body = folded
        if not body:
            return Span(self.length, self.length)
        self._put((" " if self.space and not self.breaks else "") + body)
        self.space = not preformatted and folded.endswith(" ")
        self.breaks = 0
        return Span(self.length - len(body), self.length)

    @property
    def last(self) -> str:
        """The character that what is added next will stand against; "" after white space."""
        return "" if self.space or self.breaks else self.parts[-1][-1:].strip()

    @property
    def written(self) -> int:
        """Where the text ends without the line breaks at its end."""
        ended = 0
        for part in reversed(self.parts):
            if part.strip():
                break
            ended += len(part)
        return self.length - ended

    @property
    def line(self) -> str:
        """What stands on the line that is being written."""
        if self.breaks:
            return ""
        written = ""
        for part in reversed(self.parts):
            written = part + written
            if "\n" in part or len(written) > 80:
                break
        return written.rpartition("\n")[2]

    def mark(self, marker: str) -> None:
        """Begin a line with a marker; the block that follows stays on it."""
        self._put(marker)
        self.breaks, self.space = 2, False

    def unmark(self, breaks: int) -> None:
        """Take back the marker just put, which `breaks` came before: nothing followed it."""
        self.length -= len(self.parts.pop())
        self.breaks = breaks

    def end(self, breaks: int) -> None:
        """End a line (1) or a paragraph (2), once however many elements end here."""
        if not breaks:
            return
        missing = breaks - self.breaks
        if missing > 0 and self.length:
            self._put("\n" * missing)
        self.breaks = max(self.breaks, breaks)
        self.space = False

    def _put(self, words: str) -> None:
        self.parts.append(words)
        self.length += len(words)
