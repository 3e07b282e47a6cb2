"""The entry that an answer stands in: an item, a row, a change, a glossary's term.

Of a list, each item is of a thing of its own. So what a question names must stand in the very item
that is cited, in what heads it, or outside of all items: that a neighbour has it is no help.
"""

import re
from collections.abc import Iterable

from index.text.marks import outside
from index.types import Passage, Span

_LINE = re.compile(r"([ \t]*)")


def entry_text(passage: Passage, answer: Span) -> str:
    """Return a passage's text without the entries that an answer does not stand in.

    All of it where the answer stands in none. `answer` is in the passage's code points.
    """
    entries = list(_entries(passage))
    own = [parts for parts in entries if any(part.overlaps(answer) for part in parts)]
    if not own:
        return passage.text
    kept = [part for parts in own for part in parts]
    others = [parts[0] for parts in entries if parts not in own]
    left_out = [each for each in others if not _covers(kept, each)]
    return "\n".join(outside(left_out, passage.text))


def is_headed_beside(text: str, answer: Span, name: str) -> bool:
    """Return whether another line than an answer's opens with a name, and is indented as far.

    What is indented less may head the answer's line.
    """
    line = _LINE.search(text, text.rfind("\n", 0, answer.start) + 1)
    assert line is not None, "any text has a line"
    for other in re.finditer(rf"(?m)^([ \t]*)\W{{0,4}}{re.escape(name)}\b", text):
        if other.start() != line.start() and len(other[1]) >= len(line[1]):
            return True
    return False


def _entries(passage: Passage) -> Iterable[tuple[Span, ...]]:
    """Yield each entry's region, followed by what heads it."""
    from retrieval.reader.table_rows import row_renderings
    from retrieval.reader.units import units

    for unit in units(passage.text):
        yield unit.region, *unit.heads
    for row, _ in row_renderings(passage.text, passage.headings, ()):
        yield (row,)


def _covers(kept: Iterable[Span], other: Span) -> bool:
    return any(each.overlaps(other) for each in kept)
