"""Opening a generation's files as a snapshot, what was opened before shared."""

import sqlite3
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from index.store import catalog
from index.store.connect import Pool
from index.store.files import Damage, FileChecks
from index.store.layout import Layout
from index.store.lock import Pin
from index.store.refusals import check_allowed
from index.store.snapshot import FileSnapshot
from index.store.terms import lockable
from index.vectors import Segment, SegmentedVectors

if TYPE_CHECKING:
    from index.lexical import TantivyLexicalIndex


TERMS = "terms"
"""Stands for the terms among the names of what is damaged."""


class Opener:
    """Opens snapshots of one index; safe to use from many threads."""

    def __init__(self, layout: Layout, pool: Pool, checks: FileChecks, dim: int) -> None:
        """Begin with nothing open."""
        self._layout = layout
        self._pool = pool
        self._checks = checks
        self._dim = dim
        self._segments: WeakValueDictionary[str, Segment] = WeakValueDictionary()

    def open(
        self, number: int, pin: Pin, *, without: Collection[str] = ()
    ) -> tuple[FileSnapshot | None, Damage]:
        """Open a generation that is pinned, unless it is gone or damaged.

        Args:
            number: the generation.
            pin: the hold on it.
            without: segments that are damaged, and left out; TERMS where those are.

        Raises:
            IndexUnavailableError: when a file of it may not be read.
        """
        with self._pool.lend() as db:
            record = catalog.generation(db, number)
            if record is None:
                return None, Damage()
            damage = self._checks.damage(db, number)
            lost = set(damage.segments) | ({TERMS} if damage.terms else set())
            if not lost <= set(without):
                return None, damage
            segments, implausible = self._open_segments(db, number, without)
            if implausible:
                return None, implausible
            dead = catalog.dead(db, number)
            lost_vectors = any(name != TERMS for name in without)
            incomplete = self._dim if lost_vectors else None
            vectors = SegmentedVectors(segments, dead, incomplete_of=incomplete)
            missing = record.passages - len(vectors.live_ids()) if lost_vectors else 0
            unread = catalog.unread(db)
            counts = replace(
                record.counts,
                unread=unread,
                without_vectors=missing,
                without_terms=record.passages if TERMS in without else 0,
            )
        terms = _open_terms(self._layout.terms(record.terms), lost=TERMS in without)
        if isinstance(terms, Damage):
            return None, terms
        return FileSnapshot(counts, vectors, terms, self._pool, pin), Damage()

    def _open_segments(
        self, db: sqlite3.Connection, number: int, without: Collection[str]
    ) -> tuple[list[Segment], Damage]:
        """Return the segments of a generation, and which of them hold no vectors."""
        segments: list[Segment] = []
        implausible: list[str] = []
        for row in catalog.segments(db, number):
            if row.name in without:
                continue
            segment = self._segments.get(row.name)
            if segment is None:
                place = self._layout.segment(row.name)
                # What was believed of the files is not any more: the next sync looks at them all.
                segment = Segment(place, self._dim, row.rows, on_damage=self._checks.forget)
                if not segment.is_plausible():
                    implausible.append(row.name)
                    continue
                self._segments[row.name] = segment
            segments.append(segment)
        reasons = tuple(f"{self._layout.segment(n)} holds no vectors" for n in implausible)
        return segments, Damage(segments=tuple(implausible), reasons=reasons)


def _open_terms(place: Path, *, lost: bool) -> "TantivyLexicalIndex | Damage":
    """Open a generation's terms, or none at all where they are lost; or return what is damaged."""
    from index.lexical import TantivyLexicalIndex, create_index, open_index

    if lost:
        return TantivyLexicalIndex(create_index())
    try:
        with lockable(place) as folder:
            return TantivyLexicalIndex(open_index(folder))
    except ValueError as error:
        check_allowed(place, error)
        return Damage(terms=True, reasons=(f"the terms cannot be opened: {error}",))
