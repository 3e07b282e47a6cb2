"""Heads and feet that run from page to page, known by their repetition."""

import re
from collections import Counter
from collections.abc import Sequence

from index.loaders.pdf.characters import Line, Page

_MARGIN = 0.12
_REPEATS = 3
_SHARE = 0.2
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b")


def running_lines(pages: Sequence[Page]) -> set[int]:
    """Return the `id` of each line that is a running head or foot.

    Such a line stands in the page's margin and, but for numbers, on at least three pages and a
    fifth of those around (titles of chapters change).
    """
    margins = [[(_shape(page, line), line) for line in _in_margin(page)] for page in pages]
    counts = Counter(shape for page in margins for shape in {shape for shape, _ in page})
    needed = max(_REPEATS, min(_SHARE * len(pages), 2 * _REPEATS))
    return {id(line) for page in margins for shape, line in page if counts[shape] >= needed}


def _in_margin(page: Page) -> list[Line]:
    edge = _MARGIN * page.height
    return [line for line in page.lines if line.bottom < edge or line.top > page.height - edge]


def _shape(page: Page, line: Line) -> tuple[bool, str]:
    return line.top < page.height / 2, _NUMBER.sub("#", line.text.lower())
