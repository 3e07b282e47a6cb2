"""Spans of passages that the network finds, in a text as it is rendered for it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from index.text.marks import marks_of_kind
from index.text.tables import is_header
from index.types import Passage, Span
from retrieval.reader.network import Network
from retrieval.reader.rendering import Rendering, under, without
from retrieval.reader.spans import Candidate, best_spans
from retrieval.reader.table_rows import render_rows
from retrieval.reader.unit_reading import NEIGHBOUR, UnitReading, is_read_above, unit_readings
from retrieval.reader.windows import Question, Windower

HEADINGS_READ = 2
"""How many of the headings above a passage are read with it, beside its document's title."""


class SpanFinder:
    """Finds what may answer a question in a passage, by the network alone."""

    def __init__(self, windower: Windower, network: Network) -> None:
        """Take what cuts a text into windows, and what scores them."""
        self.windower = windower
        self.network = network

    def in_units(
        self, question: Question, words: str, passage: Passage, text: str, barred: Sequence[Span]
    ) -> Iterator[Candidate]:
        """Yield what may answer in a passage; the units that match best are read alone.

        Args:
            question: as the network reads it.
            words: as it was asked.
            passage: where to look.
            text: what of its text is read.
            barred: where in it nothing answers.
        """
        units = unit_readings(words, passage.headings, text, bars_in_cells(passage))
        for each in self.in_part(question, passage, Span(0, len(text)), barred):
            yield from _less_what_units_lack(each, units)
        for unit in units:
            if unit.rendering is not None:
                read = without(unit.rendering, hidden_in(passage))
                for each in self.in_rendering(question, read, barred):
                    named = unit.names_what_is_asked(words, text, each.span)
                    loss = unit.loss + named * 2 * NEIGHBOUR
                    yield replace(each, margin=each.margin - loss, by_unit=True)

    def in_part(
        self, question: Question, passage: Passage, part: Span, barred: Sequence[Span] = ()
    ) -> Iterator[Candidate]:
        """Yield what may answer in a part of a passage's text, by that part's offsets."""
        bars = {bar - part.start for bar in bars_in_cells(passage)}
        read = render_rows(part.of(passage.text), passage.headings, bars)
        read = without(read, hidden_in(passage, part.start))
        return self.in_rendering(question, under(_read_above(passage), read), barred)

    def in_rendering(
        self, question: Question, read: Rendering, barred: Sequence[Span]
    ) -> Iterator[Candidate]:
        """Yield what may answer in a text as it is read, by the offsets of its passage."""
        if not read.text.strip():
            return
        nowhere = read.barred(barred)
        for window in self.windower.windows(question, read.text):
            start, end = self.network.scores(window.ids)
            for each in best_spans(window, start, end, read.text, nowhere):
                span = read.back(each.span)
                if span is not None:
                    yield Candidate(span, each.margin)


def bars_in_cells(passage: Passage) -> set[int]:
    """Return the offsets, in a passage's text, of bars that stand inside the cells of tables."""
    return {bar.start for bar in marks_of_kind(passage.marks, "bar", passage.span.start)}


def hidden_in(passage: Passage, offset: int = 0) -> list[Span]:
    """Return what of a passage its source does not show, in offsets from one in its text."""
    return marks_of_kind(passage.marks, "hidden", passage.span.start + offset)


def _read_above(passage: Passage) -> list[str]:
    """Return what a passage stands under that its own text does not show, outermost first.

    That is its document's title and the innermost headings.
    """
    headings = [each for each in passage.headings if not is_header(each)]
    above = dict.fromkeys((passage.title, *headings[-HEADINGS_READ:]))
    return [each for each in above if each and is_read_above(each) and each not in passage.text]


def _less_what_units_lack(
    candidate: Candidate, units: Sequence[UnitReading]
) -> Iterator[Candidate]:
    """Yield a candidate less what its unit loses; none where it runs over several units.

    Nor where a unit that it reaches into is read alone.
    """
    holding = [unit for unit in units if unit.holds(candidate.span)]
    regions = {unit.region for unit in holding if unit.region.overlaps(candidate.span)}
    if not holding:
        yield candidate
    elif len(regions) < 2 and all(unit.rendering is None for unit in holding):
        yield replace(candidate, margin=candidate.margin - min(unit.loss for unit in holding))
