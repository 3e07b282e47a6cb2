"""Publishing vector segments, and keeping them few.

Segments are grouped by size, each group eight times the one before. When a group has eight, they
are merged into a new segment, so that adding one document at a time costs each vector a handful
of copies at most; so is a segment of which too many rows are dead. Where a large part of the rows
lies outside the largest segment, all become one, since each is searched by itself. The merged ones
are not touched: they end with the generation, and are collected later.

A commit merges only small segments; the others are merged beside readers and writers
(`index.store.tending`).
"""

import math
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from index.protocols import Ids
from index.store import catalog, durable
from index.store.catalog import SegmentRow
from index.store.layout import STAGE, Layout
from index.vectors import FLAT, Segment, SegmentWriter, merge

GROUP = 8
DEAD_SHARE = 0.3


OUTSIDE_SHARE = 0.25
"""The share of rows outside the largest segment past which all become one."""


def worth_merging(sizes: Sequence[tuple[int, int]], large: int) -> list[int]:
    """Return which segments to merge.

    Args:
        sizes: each one's rows, and how many of them are dead.
        large: rows that may lie outside the largest segment, whatever their share.

    >>> worth_merging([(100, 0), (40, 0)], 30), worth_merging([(100, 0), (40, 0)], 50)
    ([0, 1], [])
    """
    living = [rows - dead for rows, dead in sizes]
    outside = sum(living) - max(living, default=0)
    if outside > max(large, OUTSIDE_SHARE * sum(living)):
        return list(range(len(sizes)))
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for number, (rows, dead) in enumerate(sizes):
        groups[int(math.log(max(rows - dead, 1), GROUP))].append(number)
    chosen = {number for group in groups.values() if len(group) >= GROUP for number in group}
    chosen |= {number for number, (rows, dead) in enumerate(sizes) if dead > DEAD_SHARE * rows}
    return sorted(chosen)


def worth_merging_now(sizes: Sequence[tuple[int, int]], large: int, most: int) -> list[int]:
    """Return which segments a commit merges: of many rows only the small ones, if that is worth it.

    Args:
        sizes: as in `worth_merging`.
        large: as in `worth_merging`.
        most: about how many rows a commit may copy.

    >>> worth_merging_now([(100, 0), (40, 0)], 30, 100)
    []
    >>> worth_merging_now([(100, 0), *[(1, 0)] * 8], 30, 100)
    [1, 2, 3, 4, 5, 6, 7, 8]
    """
    if sum(rows - dead for rows, dead in sizes) <= most:
        return worth_merging(sizes, large)
    small = [at for at, (rows, dead) in enumerate(sizes) if rows - dead <= most // GROUP]
    return [small[at] for at in worth_merging([sizes[at] for at in small], most)]


class SegmentStage:
    """The vectors of generation `number`: what is new, and what merging makes anew."""

    def __init__(self, layout: Layout, number: int, dim: int) -> None:
        """Begin with no new rows."""
        self._layout = layout
        self._number = number
        self._dim = dim
        self.writer = SegmentWriter(layout.segment(f"{number}{STAGE}"), dim)

    def publish(
        self,
        db: sqlite3.Connection,
        earlier: Sequence[tuple[SegmentRow, Segment]],
        large: int,
        most: int,
    ) -> None:
        """Publish the new rows, merged with those of `kept` that are worth it, in the record.

        Args:
            db: the open transaction, the dead of this generation already in it.
            earlier: the segments of the generation before that are to live on.
            large: as in `worth_merging`.
            most: as in `worth_merging_now`.
        """
        dead = catalog.dead(db, self._number)
        self.writer.finish()
        rows = self.writer.rows
        fresh = [Segment(self.writer.path, self._dim, rows)] if rows else []
        every = [*(segment for _, segment in earlier), *fresh]
        sizes = [(segment.rows, int(segment.rows_of(dead)[1].sum())) for segment in every]
        chosen = worth_merging_now(sizes, large, most)
        if not all(is_intact(row, each.path) for row, each in _of(earlier, chosen)):
            chosen = []  # Damage copied into a new file would pass for what was written.
        for number in chosen:
            if number < len(earlier):
                self.retire(db, earlier[number][0].name)
        if not chosen:
            self._name(db, self.writer.path, rows)
            return
        merged = self._merge([every[number] for number in chosen], dead)
        fresh_is_merged = len(earlier) in chosen
        self._name(db, self.writer.path, 0 if fresh_is_merged else rows)
        self._name(db, merged.path, merged.rows, "-merged")

    def retire(self, db: sqlite3.Connection, name: str) -> None:
        """End a segment with the generation before this one."""
        retire(db, name, self._number)

    def discard(self) -> None:
        """Throw the stage away."""
        self.writer.discard()

    def _merge(self, segments: Sequence[Segment], dead: Ids) -> SegmentWriter:
        path = self._layout.segment(f"{self._number}-merged{STAGE}")
        writer = SegmentWriter(path, self._dim)
        merge([(segment, dead) for segment in segments], writer)
        writer.finish()
        return writer

    def _name(self, db: sqlite3.Connection, path: Path, rows: int, suffix: str = "") -> None:
        """Make a staged file durable under its own name, and enter it in the record."""
        if not rows:
            path.unlink()
            return
        durable.fsync(path)
        digest, size = durable.sha256(path), path.stat().st_size
        name = f"{self._number}{suffix}.faiss"
        durable.rename(path, self._layout.segment(name))
        enter(db, SegmentRow(name, FLAT, rows, size, digest, self._number))


def is_intact(row: SegmentRow, path: Path) -> bool:
    """Return whether a segment's file has the checksum that was recorded."""
    return durable.sha256(path) == row.sha256


def retire(db: sqlite3.Connection, name: str, number: int) -> None:
    """End a segment with the generation before `number`, in the open transaction."""
    db.execute("UPDATE segments SET died = ? WHERE name = ?", (number, name))


def enter(db: sqlite3.Connection, row: SegmentRow) -> None:
    """Enter a published segment in the record, in the open transaction."""
    db.execute(
        "INSERT INTO segments (name, kind, rows, bytes, sha256, born) VALUES (?, ?, ?, ?, ?, ?)",
        (row.name, row.kind, row.rows, row.bytes, row.sha256, row.born),
    )


def _of(
    earlier: Sequence[tuple[SegmentRow, Segment]], chosen: Sequence[int]
) -> Sequence[tuple[SegmentRow, Segment]]:
    """Return those of the kept segments that are chosen, which may name a new one after them."""
    return [earlier[number] for number in chosen if number < len(earlier)]
