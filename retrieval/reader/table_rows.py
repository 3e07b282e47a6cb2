"""Rows of tables, rendered for the network, which was taught to read sentences.

A cell says little without its row and its column: `smallint | 2 bytes | small-range integer` is
read as `Name: smallint. smallint, Storage Size: 2 bytes; smallint, Description: …`. What is found
there is given in the passage's own code points: a row's name that was written again is the row's
name, and what was only added is no answer.
"""

from collections.abc import Collection, Iterator, Sequence

from index.lexical.analysis import content_terms
from index.text.tables import BAR, cells, header_text, is_header, lines, names_of
from index.types import Span
from retrieval.reader.rendering import Renderer, Rendering

_ESCAPED = "\\|"


def render_rows(text: str, headings: Sequence[str], bars: Collection[int] = ()) -> Rendering:
    """Return a passage's text, or a part of it, with the rows of its tables rendered.

    Args:
        text: the words.
        headings: what they stand under; the headers of tables among them name the columns.
        bars: the offsets of bars inside cells, which part none.
    """
    if BAR not in text or not any(map(is_header, headings)):
        return Rendering(text)
    renderer = Renderer()
    for line, row, names in _lines(text, headings, bars):
        if row:
            _render(renderer, text, row, names)
            renderer.add("\n")
        else:
            renderer.copy(text, line)
    return renderer.rendering()


def row_renderings(
    text: str, headings: Sequence[str], bars: Collection[int] = ()
) -> Iterator[tuple[Span, Rendering]]:
    """Yield each row of the tables in a text, and the row rendered alone."""
    if BAR not in text or not any(map(is_header, headings)):
        return
    for line, row, names in _lines(text, headings, bars):
        if row:
            renderer = Renderer()
            _render(renderer, text, row, names)
            yield line, renderer.rendering()


def rows_without(
    question: str, text: str, headings: Sequence[str], bars: Collection[int] = ()
) -> list[Span]:
    """Return the rows that answer nothing, since the cell that a question asks for is empty.

    That is the row's in the column that the question names; where it names the row too, its
    neighbours' values answer it no better.

    Args:
        question: what is asked.
        text: the words.
        headings: what they stand under.
        bars: the offsets of bars inside cells.
    """
    if BAR not in text or not any(map(is_header, headings)):
        return []
    asked = {term.stem for term in content_terms(question)}
    without: list[Span] = []
    others: list[Span] = []
    named_row = False
    for line, row, names in _lines(text, headings, bars):
        named = [cell for name, cell in zip(names[1:], row[1:], strict=False) if _in(name, asked)]
        if named and not any(map(len, named)):
            without.append(line)
            named_row = named_row or _in(row[0].of(text), asked)
        elif BAR in line.of(text) and not (row and _in(row[0].of(text), asked)):
            others.append(line)
    return [*without, *others] if named_row else without


def _in(words: str, asked: Collection[str]) -> bool:
    """Return whether a question has all the words of a name, which has some."""
    return bool(words) and all(term.stem in asked for term in content_terms(words))


def expand_to_cell(text: str, span: Span, bars: Collection[int]) -> Span:
    """Return a span as far as its cell goes where a bar is inside that: `USB-A` of `USB-A|USB-C`.

    Args:
        text: the words.
        span: a part of them.
        bars: the offsets of bars inside cells; those behind a backslash are inside one, too.
    """
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.end)
    line = Span(start, len(text) if end < 0 else end)
    if not (any(line.start <= bar < line.end for bar in bars) or _ESCAPED in line.of(text)):
        return span
    for cell in cells(text, line, bars):
        if cell.covers(span) and BAR in cell.of(text):
            return cell
    return span


def _lines(
    text: str, headings: Sequence[str], bars: Collection[int]
) -> Iterator[tuple[Span, list[Span], list[str]]]:
    """Yield each line, its cells where it is a table's row, else none, and the columns' names."""
    headers = {heading: names_of(heading) for heading in headings if is_header(heading)}
    # A table may have begun before the passage, which then does not hold its header.
    names = next(iter(headers.values()))
    for line in lines(text, Span(0, len(text))):
        row = cells(text, line, bars)
        own = headers.get(header_text([cell.of(text) for cell in row]))
        if own is not None:
            names = own
        elif 1 < len(row) < len(names) and line.of(text).rstrip().endswith(BAR):
            # Its last cells are empty, or left out.
            row += [Span(line.end, line.end)] * (len(names) - len(row))
        is_row = row and own is None and len(row) == len(names) > 1 and not _is_rule(text, row)
        yield line, row if is_row else [], names


def _render(renderer: Renderer, text: str, row: list[Span], names: list[str]) -> None:
    """Write a row as sentences; a corner, a column or a row may have no name."""
    key = row[0]
    renderer.add(f"{names[0]}: " if names[0] else "")
    renderer.copy(text, key)
    between = ". "
    for name, cell in zip(names[1:], row[1:], strict=True):
        if len(cell):
            renderer.add(between)
            renderer.copy(text, key)
            renderer.add(", " * bool(len(key) and name) + f"{name}: ")
            renderer.copy(text, cell)
            between = "; "
    renderer.add(".")


def _is_rule(text: str, row: list[Span]) -> bool:
    """Return whether a row is the line under a Markdown table's header."""
    return all(set(cell.of(text)) <= set(":-") for cell in row)
