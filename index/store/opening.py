"""Opening a generation's files as a snapshot, what was opened before shared."""

import sqlite3
from collections.abc import Collection
from dataclasses import replace
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
            without: segments that are damaged, and left out.

        Raises:
            IndexUnavailableError: when a file of it may not be read.
        """
        from index.lexical import TantivyLexicalIndex, open_index

        with self._pool.lend() as db:
            found = catalog.generation(db, number)
            if found is None:
                return None, Damage()
            damage = self._checks.damage(db, number)
            if damage.terms or not set(damage.segments) <= set(without):
                return None, damage
            segments, implausible = self._open_segments(db, number, without)
            if implausible:
                return None, implausible
            dead = catalog.dead(db, number)
            incomplete = self._dim if without else None
            vectors = SegmentedVectors(segments, dead, incomplete_of=incomplete)
            missing = found.passages - len(vectors.live_ids()) if without else 0
            unread = catalog.unread(db)
            counts = replace(found.counts, unread=unread, without_vectors=missing)
        place = self._layout.terms(found.terms)
        try:
            with lockable(place) as folder:
                terms = TantivyLexicalIndex(open_index(folder))
        except ValueError as error:
            check_allowed(place, error)
            return None, Damage(terms=True, reasons=(f"the terms cannot be opened: {error}",))
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
                segment = Segment(self._layout.segment(row.name), self._dim, row.rows)
                if not segment.is_plausible():
                    implausible.append(row.name)
                    continue
                self._segments[row.name] = segment
            segments.append(segment)
        reasons = tuple(f"{self._layout.segment(n)} holds no vectors" for n in implausible)
        return segments, Damage(segments=tuple(implausible), reasons=reasons)
