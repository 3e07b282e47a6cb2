"""The inverted lists of large segments: which lack them, how they are made and measured.

The lists are no part of a generation: they only make its segments faster. So nothing waits for
them (`index.store.tending`).
"""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.inverted_lists import InvertedLists, ListsInfo, Merged, build, read_info
from index.protocols import Embedder, Vectors
from index.store import catalog
from index.store.catalog import SegmentRow
from index.store.layout import Layout
from index.vectors import Segment, lists_place

_QUERIES = 300
"""Sampled queries that recall is measured with."""

_PASSAGES, _WORDS = 3, 2
"""A query's words come from several passages, a few from each. What is asked is often near no
passage, and then harder to place than words of one: of 100,000 passages lists that found .994 of
the first ten for six words of one found .982 and .96 of those for questions of their own subject
and of another, and lists that found .996 for such queries .988 to 1 and .987 to .995."""


def lacking(db: sqlite3.Connection, layout: Layout, least: int) -> list[SegmentRow]:
    """Return the segments of the newest generation that have `least` rows and no lists."""
    return [
        row
        for row in catalog.segments(db, catalog.newest(db))
        if row.rows >= least and read_info(lists_place(layout.segment(row.name))) is None
    ]


def make_for(
    db: sqlite3.Connection,
    layout: Layout,
    segment: Segment,
    place: Path,
    queries: Vectors,
    threads: int,
    merged: Sequence[Merged] = (),
) -> ListsInfo:
    """Make a segment's lists at `place`, with centroids of other lists where they serve.

    Args:
        db: a connection to the record.
        layout: the index's.
        segment: the segment.
        place: the path without suffix.
        queries: sampled, (n, dim), that recall is measured with.
        threads: how many the making may use.
        merged: the lists of the segments that this one was made of.
    """
    rows = db.execute("SELECT name, rows FROM segments").fetchall()
    opened = (
        InvertedLists.open(lists_place(layout.segment(name)), count, segment.dim)
        for name, count in rows
    )
    like = [lists for lists in opened if lists is not None]
    return build(place, segment.vectors, queries, threads=threads, like=like, merged=merged)


def sampled_queries(db: sqlite3.Connection, embedder: Embedder) -> Vectors:
    """Return the vectors (n, dim) of words out of passages: as few as questions have, and mixed."""
    number = catalog.newest(db)
    ids = catalog.live_ids(db, number)
    draw = np.random.default_rng(1)
    chosen = draw.choice(ids, min(len(ids), _QUERIES), replace=False)
    texts = [each.text for each in catalog.passages(db, number, chosen.tolist()).values()]
    pieces = [_piece(text, draw) for text in texts]
    return np.stack(
        [
            embedder.embed_query(
                " ".join(pieces[(at + part) % len(pieces)] for part in range(_PASSAGES))
            )
            for at in range(len(pieces))
        ]
    )


def _piece(text: str, draw: np.random.Generator) -> str:
    """Return a few words that stand together somewhere in a text."""
    words = text.split()
    start = int(draw.integers(max(len(words) - _WORDS, 0) + 1))
    return " ".join(words[start : start + _WORDS])


def measured(db: sqlite3.Connection, layout: Layout) -> dict[str, object]:
    """Return how the newest generation's vectors are searched, for people and programs."""
    rows = catalog.segments(db, catalog.newest(db))
    lists = [(row.rows, read_info(lists_place(layout.segment(row.name)))) for row in rows]
    large = [(count, info) for count, info in lists if info is not None]
    scanned = sum(count for count, info in lists if info is None)
    every = scanned + sum(count for count, _ in large)
    recall = scanned + sum(count * info.recall for count, info in large)
    return {
        "vectors_scanned": scanned,
        "vectors_in_lists": every - scanned,
        "recall_at_10": round(recall / every, 4) if every else 1.0,
        "recall_queries": min((info.queries for _, info in large), default=0),
    }
