r"""Where a span stands: UTF-16 units, UTF-8 bytes, line and column.

Spans count Unicode code points, as Python's `str` does. A browser or Java client counts UTF-16
code units, a C client UTF-8 bytes; each must land on the same words.

A line ends at `\n`, `\r\n` (one end, not two) or `\r`, and at nothing else: not at U+2028, form
feeds or the other characters that `str.splitlines` knows. A line's own end belongs to it.
"""

import re
from functools import cached_property
from itertools import accumulate

from index.types import Span

_LINE_END = re.compile(r"\r\n|\n|\r")

_BLOCK = 1 << 16
"""Code points between two remembered offsets: what a look-up encodes at most."""


class Positions:
    """Converts offsets of one text. Cheap to make; a look-up reads at most one block again.

    A lone surrogate, which no encoding can hold, counts as one UTF-16 unit and three bytes
    (`surrogatepass`).
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._ascii = text.isascii()

    def utf16(self, span: Span) -> Span:
        """Return the span in UTF-16 code units.

        Raises:
            ValueError: when the span ends after the text does.
        """
        self._check(span.end)
        if self._ascii:
            return span
        return Span(self._utf16(span.start), self._utf16(span.end))

    def utf8(self, span: Span) -> Span:
        """Return the span in UTF-8 bytes.

        Raises:
            ValueError: when the span ends after the text does.
        """
        self._check(span.end)
        if self._ascii:
            return span
        return Span(self._utf8(span.start), self._utf8(span.end))

    def line_column(self, offset: int) -> tuple[int, int]:
        """Return the 1-based line and column of `offset`, the column in code points.

        Raises:
            ValueError: when the offset is not within the text (its end included).
        """
        self._check(offset)
        text = self.text
        within_crlf = 0 < offset < len(text) and text[offset - 1 : offset + 1] == "\r\n"
        before = offset - 1 if within_crlf else offset
        newlines = text.count("\n", 0, before)
        returns = text.count("\r", 0, before)
        pairs = text.count("\r\n", 0, before) if returns and newlines else 0
        start = max(text.rfind("\n", 0, before), text.rfind("\r", 0, before)) + 1
        return newlines + returns - pairs + 1, offset - start + 1

    def _check(self, offset: int) -> None:
        if not 0 <= offset <= len(self.text):
            raise ValueError(f"offset {offset} is outside a text of {len(self.text)} code points")

    def _utf16(self, offset: int) -> int:
        block = offset // _BLOCK
        return self._utf16_blocks[block] + _utf16_length(self.text[block * _BLOCK : offset])

    def _utf8(self, offset: int) -> int:
        block = offset // _BLOCK
        return self._utf8_blocks[block] + _utf8_length(self.text[block * _BLOCK : offset])

    @cached_property
    def _utf16_blocks(self) -> list[int]:
        return list(accumulate(map(_utf16_length, self._blocks()), initial=0))

    @cached_property
    def _utf8_blocks(self) -> list[int]:
        return list(accumulate(map(_utf8_length, self._blocks()), initial=0))

    def _blocks(self) -> list[str]:
        return [self.text[i : i + _BLOCK] for i in range(0, len(self.text), _BLOCK)]


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _utf8_length(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def line_starts(text: str) -> list[int]:
    """Return the offset of each line's first code point; the first is 0.

    A text that ends with a line end has an empty last line.
    """
    return [0, *(end.end() for end in _LINE_END.finditer(text))]
