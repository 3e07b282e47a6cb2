"""`python -m eval.pages FOLDER`: what a folder's own pages ask, and whether it is found there.

Pages with structure say what they answer: a heading that asks is answered by its section, an entry
of a definition list says what its term is, and a cell of a table is its row's value in its column.
The folder is indexed as it is, asked those questions, and the best spans are looked up, whatever
the verdict. The pages are anybody's: nothing was trained or fitted on such questions.
"""

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.bench.table import Table
from eval.harness.sample import every_nth
from eval.measures.squad import exact
from index.errors import ExcerptError
from index.loaders.build import LEVELS
from index.protocols import Snapshot
from index.store import FileStore
from index.text.tables import HEADER_LEVEL, cells, lines, names_of
from index.types import Document, Heading, Span
from retrieval.engine import Engine, EngineConfig

_SHORTEST_SECTION = 40
_FEWEST_WORDS = 4
"""A question of fewer words asks for what stands around it."""
_FEWEST_ROWS = 3
_LONGEST_CELL = 6
"""Words; what is longer is text."""
_A_TABLE = 4
"""Cells of one table that are asked for."""


@dataclass(frozen=True, slots=True)
class PageQuestion:
    """A question of a page, and where in it the answer lies; `words` where it is just these."""

    kind: str
    question: str
    document: str
    place: Span
    words: str | None = None


def questions_of(document: Document) -> Iterator[PageQuestion]:
    """Yield the questions that a document's structure asks."""
    outline = sorted(document.outline, key=lambda heading: heading.span)
    for at, heading in enumerate(outline):
        ends = (h.span.start for h in outline[at + 1 :] if h.level <= heading.level)
        section = Span(heading.span.end, next(ends, len(document.text)))
        if heading.level == HEADER_LEVEL and heading.text:
            yield from _cells(document, heading, section)
        elif not heading.text or len(section) < _SHORTEST_SECTION:
            continue
        elif heading.level > LEVELS:
            yield PageQuestion("entries", f"What is {heading.text}?", document.id, section)
        elif heading.text.endswith("?") and len(heading.text.split()) >= _FEWEST_WORDS:
            yield PageQuestion("headings", heading.text, document.id, section)


def _cells(document: Document, header: Heading, section: Span) -> Iterator[PageQuestion]:
    """Yield some of a table's cells, each by the names of its row and its column."""
    names, text = names_of(header.text), document.text
    rows = [row for line in lines(text, section) if len(row := cells(text, line)) == len(names)]
    if len(rows) < _FEWEST_ROWS:
        return
    found = [
        PageQuestion(
            "cells", f"What is the {name} of {row[0].of(text)}?", document.id, cell, cell.of(text)
        )
        for row in rows
        for name, cell in zip(names[1:], row[1:], strict=True)
        if name and all(1 <= len(each.of(text).split()) <= _LONGEST_CELL for each in (row[0], cell))
    ]
    yield from every_nth(found, _A_TABLE)


def _is_right(engine: Engine, asked: PageQuestion) -> tuple[bool, bool]:
    """Return whether the best span is right, and whether the question was refused."""
    response = engine.ask(asked.question, 1)
    best, refused = response.best, response.verdict == "not_found"
    if best is None:
        return False, refused
    if asked.words is not None:
        return exact(asked.words, best.text) == 1.0, refused
    there = best.citation.document_id == asked.document
    return there and asked.place.covers(best.citation.span), refused


def measure(folder: Path, limit: int, reader: str) -> Table:
    """Index a folder and ask at most `limit` questions of each kind.

    Raises:
        ExcerptError: when the folder cannot be indexed, or the reader not be opened.
    """
    with tempfile.TemporaryDirectory() as index, FileStore.create(index) as store:
        store.sync([folder])
        with store.snapshot() as snapshot:
            kinds = _by_kind(snapshot)
        config = EngineConfig(reader=reader)
        with Engine(store, store.embedder, config=config) as engine:
            rows = []
            for kind, every in kinds.items():
                judged = [_is_right(engine, asked) for asked in every_nth(every, limit)]
                right, refused = (sum(each) / len(judged) for each in zip(*judged, strict=True))
                rows.append((kind, str(len(judged)), f"{right:.3f}", f"{refused:.3f}"))
    columns = ("", "questions", "right", "refused")
    return Table(f"what the pages of {folder} ask ({reader})", columns, tuple(rows))


def _by_kind(snapshot: Snapshot) -> dict[str, list[PageQuestion]]:
    """Return the questions of all documents by kind; what several pages ask is asked of none."""
    found: defaultdict[str, dict[str, PageQuestion | None]] = defaultdict(dict)
    for document in snapshot.documents():
        for asked in questions_of(document):
            again = asked.question in found[asked.kind]
            found[asked.kind][asked.question] = None if again else asked
    return {kind: [each for each in asked.values() if each] for kind, asked in found.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure by the command line's options and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m eval.pages", description=__doc__)
    parser.add_argument("folder", type=Path, help="web pages, Markdown")
    parser.add_argument("--limit", type=int, default=200, help="questions of each kind (200)")
    parser.add_argument("--reader", default="fast", help="a reader by name")
    options = parser.parse_args(arguments)
    try:
        print(measure(options.folder, options.limit, options.reader))
    except ExcerptError as error:
        print(f"eval.pages: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
