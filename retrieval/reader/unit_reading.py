"""The units of a passage, chosen for a question and read one by one.

Read together, the items of a list lend each other their values: the network takes the end of one
line and the beginning of the next for an answer, or a neighbour's value for the one asked for. So
the units that share most with the question are read alone, each below what heads it, and an answer
loses by what its unit lacks of the words that set a better one apart.
"""

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from index.lexical.analysis import content_terms
from index.text.tables import is_header
from index.types import Span
from retrieval.reader.rendering import Renderer, Rendering, joint, under
from retrieval.reader.table_rows import row_renderings
from retrieval.reader.units import Unit, units

MOST = 6
"""Units of one passage that are read alone."""
NEIGHBOUR = 3.0
"""Nats that an answer loses for each nat by which its unit matches the question less than another.

A word weighs the log of how many units there are to each that has it.
"""
_COMMON = 0.1
"""Weight of a word beyond that, so that what all units have matches more than nothing."""
LONGEST_HEADING = 100
"""Code points of the longest heading that is read with what it heads."""


@dataclass(frozen=True, slots=True)
class UnitReading:
    """A unit of a passage: `region` in it, its `heads`, and by how many nats its answers lose.

    `rendering` is what is read of it alone, None where it is read with the passage only.
    """

    region: Span
    loss: float
    heads: tuple[Span, ...] = ()
    rendering: Rendering | None = None

    def names_what_is_asked(self, question: str, text: str, span: Span) -> bool:
        """Return whether a span stands in a head that has a word of the question, and no figure.

        "Room keys" over a list says what the list is about, which the question says as well.
        """
        head = next((each.of(text) for each in self.heads if each.overlaps(span)), "")
        shared = {term.stem for term in content_terms(question)} & {
            term.stem for term in content_terms(head)
        }
        return bool(shared) and not any(map(str.isdigit, head))

    def holds(self, span: Span) -> bool:
        """Return whether a span reaches into the unit or what heads it."""
        return any(part.overlaps(span) for part in (self.region, *self.heads))


def unit_readings(
    question: str, headings: Sequence[str], text: str, bars: Collection[int] = ()
) -> list[UnitReading]:
    """Return the units of a passage's text, in order; none where it does not consist of several.

    Args:
        question: as it is read.
        headings: what the passage stands under, outermost first.
        text: the passage, or the part of it that is read.
        bars: the offsets of bars inside cells of its tables.
    """
    parts = [(each.region, each.heads, _render(text, each, headings)) for each in units(text)]
    parts += [(row, (), rendering) for row, rendering in row_renderings(text, headings, bars)]
    if len(parts) < 2:
        return []
    parts.sort(key=lambda each: each[0])
    matches = _matches(question, [rendering.text for _, _, rendering in parts])
    best = max(matches)
    if not best:
        return []
    least = sorted(matches, reverse=True)[:MOST][-1]
    return [
        UnitReading(
            region,
            NEIGHBOUR * (best - match),
            heads,
            rendering if match >= max(least, _COMMON) else None,
        )
        for (region, heads, rendering), match in zip(parts, matches, strict=True)
    ]


def _matches(question: str, texts: Sequence[str]) -> list[float]:
    """Return how much of the question each unit has, in nats."""
    asked = {term.stem for term in content_terms(question)}
    shared = [asked & {term.stem for term in content_terms(text)} for text in texts]
    counts = Counter(stem for each in shared for stem in each)
    weight = {stem: _COMMON + math.log(len(texts) / count) for stem, count in counts.items()}
    return [sum(weight[stem] for stem in each) for each in shared]


def is_read_above(heading: str) -> bool:
    """Return whether a heading is read with what it heads: no table's header, and not too long."""
    return not is_header(heading) and len(heading) <= LONGEST_HEADING


def _render(text: str, unit: Unit, headings: Sequence[str]) -> Rendering:
    """Return a unit as it is read: what heads it, outermost first, then its words."""
    renderer = Renderer()
    heads = [each for each in unit.heads if len(each) <= LONGEST_HEADING]
    within = {each.of(text) for each in heads}
    for head in heads:
        renderer.copy(text, head)
        renderer.add(joint(head.of(text)))
    if unit.value is not None:  # The network knows a colon better than a tab or dots.
        name = Span(unit.words.start, unit.value.start)
        length = len(name.of(text).rstrip(" \t.:=-–—"))
        renderer.copy(text, Span(name.start, name.start + length))
        renderer.add(": ")
    renderer.copy(text, unit.value or unit.words)
    above = [each for each in headings if is_read_above(each) and each not in within]
    return under(above, renderer.rendering())
