"""Questions about single sentences, asked of the articles those sentences were taken from.

The sentences of QAMR and QA-SRL carry the place they were taken from, so that what stood around
them can be put together again, as far as it was taken as well: news, which no other set here has.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.reader.training.rows import Gold, Row

_NUMBERED = re.compile(r"(.+):(\d+):(\d+)")


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    """Where a sentence stands: an article, its paragraph and the sentence in it."""

    article: str
    paragraph: int
    sentence: int


def in_context(rows: Sequence[Row]) -> list[Row]:
    """Return the rows whose sentence has neighbours, each with all its article as context."""
    placed = [(place, row) for row in rows if (place := _place(row)) is not None]
    known: defaultdict[str, dict[_Place, str]] = defaultdict(dict)
    for place, row in placed:
        known[place.article].setdefault(place, row.context)
    starts: dict[_Place, int] = {}
    texts: dict[str, str] = {}
    for article, sentences in known.items():
        at = 0
        for place in sorted(sentences):
            starts[place] = at
            at += len(sentences[place]) + 1
        texts[article] = " ".join(sentences[place] for place in sorted(sentences))
    return [
        _moved(row, texts[place.article], starts[place])
        for place, row in placed
        if len(known[place.article]) > 1 and known[place.article][place] == row.context
    ]


def _place(row: Row) -> _Place | None:
    found = _NUMBERED.fullmatch(row.article)
    return found and _Place(found[1], int(found[2]), int(found[3]))


def _moved(row: Row, text: str, by: int) -> Row:
    golds = tuple(Gold(gold.start + by, gold.end + by) for gold in row.golds)
    return Row(row.article, text, row.question, golds)
