"""Vectors on disk: immutable segments, searched together as one index.

A segment file is a FAISS `IndexFlatIP` exactly as `faiss.write_index` would write it, followed by
the passage id of each row as little-endian int64, ascending. FAISS reads the first part straight
from a memory map (`IO_FLAG_MMAP_IFC`), so opening costs no more than the map; numpy maps the rest.
`SegmentWriter` appends rows as they come, so that memory does not grow with the segment.

A large segment may have inverted lists beside it (`index.inverted_lists`), by which it is searched
when no filter is given. Under a filter it is scanned, or the few rows that pass are scored.
"""

import math
import os
import struct
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexUnavailableError
from index.inverted_lists import InvertedLists, products
from index.lookup import places_in
from index.protocols import Ids, Ranking, Scores, Vectors

FLAT = "flat"
"""The kind of a segment that holds every vector whole."""

_HEADER = struct.Struct("<4siqqqBiQ")
"""FAISS's header of a flat index: fourcc, d, rows, two fillers, trained, metric, floats."""

_FILLER = 1 << 20
_INNER_PRODUCT = 0

NORM_TOLERANCE = 1e-3
"""How far from 1 a vector's length may be."""

_SAMPLED = 32
"""Rows that are looked at when a segment is opened."""

_LOOK_AGAIN = 5.0
"""Seconds after which a segment without inverted lists is looked at again."""

DIRECT_SHARE = 0.05
"""When a filter leaves at most this share of a segment, its rows are scored directly."""


class SegmentWriter:
    """Writes one flat segment to `path`, row by row. The file is whole after `finish`."""

    def __init__(self, path: Path, dim: int) -> None:
        """Begin an empty segment of `dim`-dimensional vectors."""
        self.path = path
        self.rows = 0
        self._dim = dim
        self._ids: list[NDArray[np.int64]] = []
        self._file = path.open("wb")
        self._file.write(self._header())

    def append(self, ids: Ids, vectors: Vectors) -> None:
        """Add rows: `ids` (n,) ascending and above all before, `vectors` (n, dim)."""
        if vectors.shape != (len(ids), self._dim):
            raise ValueError(f"expected {(len(ids), self._dim)} vectors, got {vectors.shape}")
        self._file.write(np.ascontiguousarray(vectors, dtype="<f4").tobytes())
        self._ids.append(np.asarray(ids, dtype="<i8"))
        self.rows += len(ids)

    def finish(self) -> None:
        """Write the ids and the header, and hand everything to the operating system."""
        for ids in self._ids:
            self._file.write(ids.tobytes())
        self._file.seek(0)
        self._file.write(self._header())
        self._file.close()

    def discard(self) -> None:
        """Close and remove the file."""
        self._file.close()
        self.path.unlink(missing_ok=True)

    def _header(self) -> bytes:
        return _HEADER.pack(
            b"IxFI",
            self._dim,
            self.rows,
            _FILLER,
            _FILLER,
            1,
            _INNER_PRODUCT,
            self.rows * self._dim,
        )


class Segment:
    """An opened segment file.

    Raises:
        IndexUnavailableError: when the file is missing or is not a segment of `dim` and `rows`.
    """

    def __init__(
        self, path: Path, dim: int, rows: int, on_damage: Callable[[], None] | None = None
    ) -> None:
        """Map the file; nothing of it is read yet beyond its header.

        `on_damage` is called when a vector that is read turns out not to be one.
        """
        self._on_damage = on_damage
        self.path = path
        self.rows = rows
        self.dim = dim
        self._check()
        self.damaged: set[int] = set()
        """Passages whose vectors were read since it was opened, and are not of unit length."""
        self._lists: InvertedLists | None = None
        self._looked = -math.inf
        self.ids: Ids = _mapped(path, "<i8", _HEADER.size + rows * dim * 4, (rows,))
        self.vectors: Vectors = _mapped(path, "<f4", _HEADER.size, (rows, dim))

    def _check(self) -> None:
        expected = _HEADER.pack(
            b"IxFI", self.dim, self.rows, _FILLER, _FILLER, 1, _INNER_PRODUCT, self.rows * self.dim
        )
        try:
            with self.path.open("rb") as file:
                header, size = file.read(_HEADER.size), os.fstat(file.fileno()).st_size
        except OSError as error:
            raise IndexUnavailableError(f"cannot read {self.path}: {error.strerror}") from error
        if header != expected or size != segment_bytes(self.rows, self.dim):
            raise IndexUnavailableError(f"{self.path} is not the segment that was written there")

    @cached_property
    def faiss(self) -> Any:
        """The FAISS index over the mapped file."""
        import faiss

        return faiss.read_index(str(self.path), faiss.IO_FLAG_MMAP_IFC)

    @property
    def lists(self) -> InvertedLists | None:
        """The inverted lists, once somebody has made them; None where the segment is scanned."""
        if self._lists is None:
            now = time.monotonic()
            if now - self._looked > _LOOK_AGAIN:
                self._looked = now
                self._lists = InvertedLists.open(lists_place(self.path), self.rows, self.dim)
        return self._lists

    def sound(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which rows (n,) hold vectors of unit length, and keep note of the others."""
        vectors = self.vectors[rows]
        norms = np.einsum("nd,nd->n", vectors, vectors)
        fine = np.abs(norms - 1.0) <= 2 * NORM_TOLERANCE
        if not fine.all():
            if not self.damaged and self._on_damage is not None:
                self._on_damage()
            self.damaged |= set(self.ids[rows[~fine]].tolist())
        return np.asarray(fine, dtype=np.bool_)

    def is_plausible(self) -> bool:
        """Return whether some rows, spread over the file, are vectors of unit length at all."""
        rows = np.unique(np.linspace(0, self.rows - 1, _SAMPLED).astype(np.int64))
        norms = np.linalg.norm(self.vectors[rows], axis=1)
        return bool((np.abs(norms - 1.0) <= NORM_TOLERANCE).all())

    def rows_of(self, ids: Ids) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return each id's row (n,), and whether (n,) the segment holds it at all."""
        return places_in(self.ids, ids)


def lists_place(segment: Path) -> Path:
    """Return where a segment's inverted lists are, without their suffix."""
    return segment.parent.with_name("lists") / segment.name


def _mapped(path: Path, dtype: str, offset: int, shape: tuple[int, ...]) -> NDArray[Any]:
    """Map part of a file as a plain array, which takes rows twice as fast as `np.memmap` does."""
    return np.asarray(np.memmap(path, dtype=dtype, mode="r", offset=offset, shape=shape))


def segment_bytes(rows: int, dim: int) -> int:
    """Return the size of a flat segment file."""
    return _HEADER.size + rows * (dim * 4 + 8)


@dataclass(frozen=True, slots=True)
class _Part:
    """A segment as one generation sees it.

    `live` (rows,) marks the `living` rows that are not dead; `selected` is how FAISS is told of
    them, None when all are live.
    """

    segment: Segment
    live: NDArray[np.bool_]
    living: int
    selected: NDArray[np.uint8] | None


class SegmentedVectors:
    """Exact nearest neighbours over several segments with the dead rows masked.

    Safe to use from many threads. Equal scores stand in the order of their ids.
    """

    def __init__(
        self, segments: Sequence[Segment], dead: Ids, *, incomplete_of: int | None = None
    ) -> None:
        """Take the segments of one generation and the sorted ids of the passages dead in it.

        Where segments are missing, `incomplete_of` is the dimension: a passage of theirs has the
        zero vector, which is near to nothing.
        """
        self._parts = [_part(segment, dead) for segment in segments]
        self._incomplete_of = incomplete_of

    def search(self, query: Vectors, k: int, allowed: Ids | None = None) -> Ranking:
        """Return the best k rows for `query` (d,), out of `allowed` (sorted ids) when given."""
        rankings = [
            self._search_part(part, query, min(k, part.living), allowed)
            for part in self._parts
            if part.living and k > 0
        ]
        if not rankings:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        return best(
            np.concatenate([i for i, _ in rankings]), np.concatenate([s for _, s in rankings]), k
        )

    def scan(self, query: Vectors, k: int) -> Ranking:
        """Return the best k rows for `query` (d,) by scanning all, to measure `search` against."""
        rankings = [
            _search_selected(part.segment, query, min(k, part.living), part.selected)
            for part in self._parts
            if part.living and k > 0
        ]
        if not rankings:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        return best(
            np.concatenate([i for i, _ in rankings]), np.concatenate([s for _, s in rankings]), k
        )

    def scores(self, query: Vectors, ids: Ids) -> Scores:
        """Return the inner product with each of `ids`, which must be live.

        Raises:
            KeyError: when one is not.
        """
        if not len(ids):
            return np.empty(0, dtype=np.float32)
        return products(self.vectors(ids), query)

    def vectors(self, ids: Ids) -> Vectors:
        """Return the vector of each of `ids`, shape (n, d); of a damaged one zeros.

        Raises:
            KeyError: when one is not live.
        """
        vectors, intact = self.find(ids)
        if not intact.all() and self._incomplete_of is None and not self.damaged():
            raise KeyError(f"passages without a vector: {np.asarray(ids)[~intact][:5].tolist()}")
        return vectors

    def find(self, ids: Ids) -> tuple[Vectors, NDArray[np.bool_]]:
        """Return the vector of each of `ids` (n, d), and which (n,) are live and not damaged."""
        ids = np.asarray(ids, dtype=np.int64)
        dim = self._parts[0].segment.dim if self._parts else self._incomplete_of or 0
        vectors = np.zeros((len(ids), dim), dtype=np.float32)
        intact = np.zeros(len(ids), dtype=bool)
        for part in self._parts:
            rows, present = part.segment.rows_of(ids)
            present[present] = part.live[rows[present]]
            present[present] = part.segment.sound(rows[present])
            vectors[present] = part.segment.vectors[rows[present]]
            intact |= present
        return vectors, intact

    def damaged(self) -> int:
        """Return how many passages turned out to have a damaged vector when it was read."""
        return sum(len(part.segment.damaged) for part in self._parts)

    def live_ids(self) -> Ids:
        """Return the sorted ids of all live rows, shape (n,)."""
        alive = [part.segment.ids[part.live] for part in self._parts]
        return np.sort(np.concatenate(alive)) if alive else np.empty(0, dtype=np.int64)

    def _search_part(self, part: _Part, query: Vectors, k: int, allowed: Ids | None) -> Ranking:
        if allowed is None:
            return _search_lists(part, query, k) or _search_selected(
                part.segment, query, k, part.selected
            )
        rows, present = part.segment.rows_of(np.asarray(allowed, dtype=np.int64))
        rows = rows[present]
        rows = rows[part.live[rows]]
        if len(rows) <= DIRECT_SHARE * part.segment.rows:
            return _search_rows(part.segment, query, k, rows)
        mask = np.zeros(part.segment.rows, dtype=bool)
        mask[rows] = True
        return _search_selected(part.segment, query, min(k, len(rows)), _bitmap(mask))


def _part(segment: Segment, dead: Ids) -> _Part:
    live = np.ones(segment.rows, dtype=bool)
    rows, present = segment.rows_of(dead)
    live[rows[present]] = False
    living = int(live.sum())
    return _Part(segment, live, living, None if living == segment.rows else _bitmap(live))


def _bitmap(mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return np.packbits(mask, bitorder="little")


def _search_lists(part: _Part, query: Vectors, k: int) -> Ranking | None:
    """Search by inverted lists; None where there are none, or they hold too little for k."""
    lists = part.segment.lists
    if lists is None:
        return None
    query = np.ascontiguousarray(query, dtype=np.float32)
    rows = lists.candidates(query, k, part.selected)
    if len(rows) < min(k, part.living):
        return None
    return _search_rows(part.segment, query, k, np.sort(rows))


def _search_selected(
    segment: Segment, query: Vectors, k: int, selected: NDArray[np.uint8] | None
) -> Ranking:
    """Search with FAISS over the rows that a bitmap selects, or over all of them."""
    import faiss

    library: Any = faiss  # its type stubs describe the C++ constructors, not Python's
    library.omp_set_num_threads(1)  # of this thread's calls alone; for one query two only wait
    parameters = None
    if selected is not None:
        parameters = library.SearchParameters(sel=library.IDSelectorBitmap(selected))
    query = np.ascontiguousarray(query, dtype=np.float32).reshape(1, -1)
    scores, rows = segment.faiss.search(query, k, params=parameters)
    hits = rows[0][rows[0] >= 0]
    undamaged = segment.sound(hits)
    return segment.ids[hits[undamaged]], scores[0][: len(hits)][undamaged]


def _search_rows(segment: Segment, query: Vectors, k: int, rows: NDArray[np.int64]) -> Ranking:
    """Score `rows` one by one."""
    scores = products(segment.vectors[rows], query)
    order = np.lexsort((rows, -scores))[:k]
    order = order[segment.sound(rows[order])]
    return segment.ids[rows[order]], scores[order]


def best(ids: Ids, scores: Scores, k: int) -> Ranking:
    """Return the k rows with the highest scores, best first; equal scores by ascending id."""
    order = np.lexsort((ids, -scores))[:k]
    return np.asarray(ids)[order], np.asarray(scores)[order]


def merge(
    segments: Iterable[tuple[Segment, Ids]], writer: SegmentWriter, batch: int = 4096
) -> None:
    """Copy the rows of segments, without the dead ids given beside each, in the order of ids.

    Segments may interleave; each batch holds at most `batch` rows of one of them at a time.
    """
    parts = [_part(segment, dead) for segment, dead in segments]
    ids = np.concatenate([part.segment.ids[part.live] for part in parts])
    rows = np.concatenate([np.flatnonzero(part.live) for part in parts])
    owners = np.repeat(np.arange(len(parts)), [part.living for part in parts])
    order = np.argsort(ids, kind="stable")
    for at in range(0, len(order), batch):
        chosen = order[at : at + batch]
        vectors = np.empty((len(chosen), parts[0].segment.dim), dtype=np.float32)
        for number, part in enumerate(parts):
            mine = owners[chosen] == number
            vectors[mine] = part.segment.vectors[rows[chosen[mine]]]
        writer.append(ids[chosen], vectors)
