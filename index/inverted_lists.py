"""Approximate search of a large vector segment, exact in its scores: IVF with 1-bit codes.

Rows are grouped by the nearest of some centroids (an inverted file) and kept as RaBitQ codes (Gao
and Long, 2024), a bit a dimension and a correction. A query reads the codes of the few groups
nearest to it; the best rows by their codes are scored again from the segment's own vectors. The
file is made of a segment and adds nothing to it: without it, or where it is damaged, the segment is
scanned.

    NAME.ivf     as FAISS writes it, read through a memory map
    NAME.json    `ListsInfo`: how it is to be searched, and the recall measured so

How many groups there are is chosen by the number of rows; how many are read, by measuring recall
on sampled queries against the exact ranking.
"""

import hashlib
import json
import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.protocols import Scores, Vectors

STAGE = ".stage"
"""Suffix of what is being written."""

RECALL_AT = 10
"""The length of the ranking whose recall is measured."""

RECALL_TARGET = 0.997
"""Above what is promised, .99: it is measured on a sample, of other queries than will come."""

_GROUPS = (16, 8192)
"""The fewest and the most groups; learning more than these takes hours."""

_SAMPLED = 40
"""Rows a group that the centroids are learnt from; FAISS warns below 39."""

_ROUNDS = 8
_BATCH = 16_384
_FIRST_PROBES = 8
_PROBES_STEP = 1.4
_DEPTHS = (200, 400, 800, 1600)
_DEPTH_A_RESULT = 4
_QUERY_BITS = 8
_VERSION = 1


@dataclass(frozen=True, slots=True)
class ListsInfo:
    """How a segment's lists are searched, and what that was measured to give.

    Attributes:
        rows: of the segment.
        dim: of its vectors.
        groups: how many there are.
        probes: how many of them a query reads.
        depth: how many of the best rows by their codes are scored again, at least.
        recall: the share of the exact first ten that is found, over the sampled queries.
        queries: how many those were.
        bytes: of the file.
        sha256: of the file.
        version: of this format.
    """

    rows: int
    dim: int
    groups: int
    probes: int
    depth: int
    recall: float
    queries: int
    bytes: int
    sha256: str
    version: int = _VERSION


def choose_groups(rows: int) -> int:
    """Return how many groups a segment's rows are parted into: a power of two near 4 √rows.

    >>> choose_groups(40_000), choose_groups(1_000_000), choose_groups(10_000_000)
    (1024, 4096, 8192)
    """
    power = 2 ** round(math.log2(4 * math.sqrt(max(rows, 1))))
    return int(min(max(power, _GROUPS[0]), _GROUPS[1]))


class InvertedLists:
    """The opened lists of one segment; safe to use from many threads."""

    def __init__(self, index: Any, info: ListsInfo) -> None:
        """Take FAISS's index and how it is to be searched."""
        self.index = index
        self.info = info

    @classmethod
    def open(cls, place: Path, rows: int, dim: int) -> "InvertedLists | None":
        """Open the lists at `place` (without suffix); None where there are none that are usable."""
        info = read_info(place)
        if info is None or (info.rows, info.dim, info.version) != (rows, dim, _VERSION):
            return None
        path = _file(place)
        try:
            status = path.stat()
            if status.st_size != info.bytes:
                return None
            was_touched = status.st_mtime_ns > _record(place).stat().st_mtime_ns
            if was_touched and not is_sound(place):
                return None
            return cls(_read(path), info)
        except (OSError, RuntimeError):
            return None

    def candidates(
        self,
        query: Vectors,
        k: int,
        selected: NDArray[np.uint8] | None,
    ) -> NDArray[np.int64]:
        """Return the rows (n,) whose scores are to be looked at for the best k of a query (dim,).

        Args:
            query: the vector.
            k: how many are wanted in the end.
            selected: a bitmap of the rows that count; None means all.
        """
        import faiss

        library: Any = faiss  # its type stubs describe the C++ constructors, not Python's
        library.omp_set_num_threads(1)  # of this thread's calls alone
        parameters = library.IVFRaBitQSearchParameters()
        parameters.nprobe = self.info.probes
        parameters.qb = _QUERY_BITS
        if selected is not None:
            selector = library.IDSelectorBitmap(selected)
            parameters.sel = selector
        depth = min(max(self.info.depth, _DEPTH_A_RESULT * k), self.info.rows)
        _, rows = self.index.search(query.reshape(1, -1), depth, params=parameters)
        return np.asarray(rows[0][rows[0] >= 0], dtype=np.int64)


Merged = tuple[InvertedLists, NDArray[np.int64]]
"""The lists of a segment that was merged, and the new row (n,) of each of its rows, or -1."""


def move(source: Path, target: Path) -> None:
    """Give lists that were made at one place another, the record last."""
    _record(target).unlink(missing_ok=True)
    _file(source).replace(_file(target))
    _record(source).replace(_record(target))


def read_info(place: Path) -> ListsInfo | None:
    """Return what is recorded of the lists at `place`, None where nothing readable is."""
    try:
        return ListsInfo(**json.loads(_record(place).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def is_sound(place: Path) -> bool:
    """Return whether the file of lists at `place` has the checksum that was recorded."""
    info = read_info(place)
    try:
        return info is not None and _digest(_file(place)) == info.sha256
    except OSError:
        return False


def names(segment: str) -> tuple[str, str]:
    """Return the names of the files of a segment's lists."""
    return _file(Path(segment)).name, _record(Path(segment)).name


def build(
    place: Path,
    vectors: Vectors,
    queries: Vectors,
    *,
    threads: int = 1,
    like: Iterable[InvertedLists] = (),
    merged: Sequence[Merged] = (),
) -> ListsInfo:
    """Make the lists of a segment at `place`, and return what they were measured to give.

    Nothing is there before it is complete. Memory grows by the codes and the sample. Of rows that
    come from segments with lists of the same groups, the codes are copied.

    Args:
        place: the path without suffix.
        vectors: the segment's, (rows, dim).
        queries: sampled, (n, dim), that recall is measured with.
        threads: how many the making may use.
        like: lists of segments of the same model, whose centroids serve where there are enough.
        merged: the lists of the segments that this one was made of.
    """
    stage = place.with_name(f"{place.name}.ivf{STAGE}")
    try:
        return _build(place, stage, vectors, queries, threads, like, merged)
    finally:
        stage.unlink(missing_ok=True)  # A disk that is full needs its room.


def _build(
    place: Path,
    stage: Path,
    vectors: Vectors,
    queries: Vectors,
    threads: int,
    like: Iterable[InvertedLists],
    merged: Sequence[Merged],
) -> ListsInfo:
    import faiss

    library: Any = faiss
    library.omp_set_num_threads(threads)
    groups = min(choose_groups(len(vectors)), len(vectors))
    index = _trained(vectors, groups, [*like, *(one for one, _ in merged)])
    coded = np.zeros(len(vectors), dtype=bool)
    for lists, rows in merged:
        if _have_same_groups(index, lists.index):
            _copy_codes(lists.index, rows, index)
            coded[rows[rows >= 0]] = True
    _add(index, vectors, np.flatnonzero(~coded))
    library.write_index(index, str(stage))
    info = ListsInfo(
        rows=len(vectors),
        dim=vectors.shape[1],
        groups=index.nlist,
        probes=_FIRST_PROBES,
        depth=_DEPTHS[0],
        recall=0.0,
        queries=len(queries),
        bytes=stage.stat().st_size,
        sha256=_digest(stage),
    )
    info = _measured(_read(stage), info, vectors, queries)
    _publish(stage, place, info)
    return info


def _trained(vectors: Vectors, groups: int, like: Iterable[InvertedLists]) -> Any:
    """Return an empty index whose centroids are learnt, or taken over from another segment."""
    import faiss

    library: Any = faiss
    dim = vectors.shape[1]
    near = [each.index for each in like if groups // 2 <= each.info.groups <= groups]
    if near:
        known = max(near, key=lambda index: int(index.nlist))
        quantizer, groups = library.clone_index(known.quantizer), known.nlist
    else:
        quantizer = library.IndexFlatIP(dim)
    index = library.IndexIVFRaBitQ(quantizer, dim, groups, library.METRIC_INNER_PRODUCT)
    index.own_fields = True
    quantizer.this.disown()
    index.cp.niter = _ROUNDS
    index.cp.max_points_per_centroid = _SAMPLED
    index.cp.seed = 1
    count = min(len(vectors), _SAMPLED * groups)
    chosen = np.sort(np.random.default_rng(1).choice(len(vectors), count, replace=False))
    index.train(np.ascontiguousarray(vectors[chosen]))
    return index


def _have_same_groups(one: Any, other: Any) -> bool:
    if one.nlist != other.nlist:
        return False
    centroids = [each.quantizer.reconstruct_n(0, each.nlist) for each in (one, other)]
    return bool(np.array_equal(*centroids))


def _copy_codes(source: Any, rows: NDArray[np.int64], target: Any) -> None:
    """Copy the codes of lists with the same groups.

    Args:
        source: the index that has them.
        rows: the new row (n,) of each of its rows, -1 for those that are left out.
        target: the index that takes them.
    """
    import faiss

    library: Any = faiss
    lists, size = source.invlists, source.code_size
    for group in range(source.nlist):
        count = lists.list_size(group)
        if not count:
            continue
        new = rows[library.rev_swig_ptr(lists.get_ids(group), count)]
        codes = library.rev_swig_ptr(lists.get_codes(group), count * size).reshape(count, size)
        valid = new >= 0
        ids, chosen = np.ascontiguousarray(new[valid]), np.ascontiguousarray(codes[valid])
        if len(ids):
            target.invlists.add_entries(
                group, len(ids), library.swig_ptr(ids), library.swig_ptr(chosen)
            )
    target.ntotal += int((rows >= 0).sum())


def _add(index: Any, vectors: Vectors, rows: NDArray[np.int64]) -> None:
    """Add rows (n,) of the vectors, under their numbers."""
    for at in range(0, len(rows), _BATCH):
        some = rows[at : at + _BATCH]
        index.add_with_ids(np.ascontiguousarray(vectors[some]), some)


def _measured(index: Any, info: ListsInfo, vectors: Vectors, queries: Vectors) -> ListsInfo:
    """Return how to search for the recall that is aimed at, reading as few groups as will do."""
    truth = exact_best(vectors, queries, RECALL_AT)
    best = info
    probes = min(_FIRST_PROBES, info.groups)
    while probes <= info.groups:
        for depth in _DEPTHS:
            tried = replace(info, probes=probes, depth=depth)
            recall = _recall(InvertedLists(index, tried), vectors, queries, truth)
            if recall > best.recall:
                best = replace(tried, recall=recall)
            if recall >= RECALL_TARGET:
                return best
        probes = round(_PROBES_STEP * probes)
    return best


def _recall(
    lists: InvertedLists, vectors: Vectors, queries: Vectors, truth: NDArray[np.int64]
) -> float:
    """Return the share of the true rows (n, k) that are found, those of equal scores alike."""
    hits = 0
    for query, true in zip(queries, truth, strict=True):
        rows = lists.candidates(query, RECALL_AT, None)
        scores = np.sort(products(vectors[rows], query))[::-1][:RECALL_AT]
        least = products(vectors[true], query).min() - 1e-6
        hits += int((scores >= least).sum())
    return hits / max(truth.size, 1)


def exact_best(vectors: Vectors, queries: Vectors, k: int) -> NDArray[np.int64]:
    """Return the rows (n, k) nearest to each query, by scanning the vectors once."""
    import faiss

    library: Any = faiss
    heap = library.ResultHeap(len(queries), k, keep_max=True)
    for at in range(0, len(vectors), _BATCH):
        scores = queries @ vectors[at : at + _BATCH].T
        best = min(k, scores.shape[1])
        rows = np.argpartition(-scores, best - 1, axis=1)[:, :best]
        heap.add_result(np.take_along_axis(scores, rows, 1), rows.astype(np.int64) + at)
    heap.finalize()
    return np.asarray(heap.I, dtype=np.int64)


def products(vectors: Vectors, query: Vectors) -> Scores:
    """Return the inner product of each row with the query.

    einsum is one thread: BLAS would split so little work among threads, which wait tens of
    milliseconds for each other on a busy machine.
    """
    return np.asarray(np.einsum("nd,d->n", vectors, query), dtype=np.float32)


def _publish(stage: Path, place: Path, info: ListsInfo) -> None:
    """Give the file its name, then the record that makes it count."""
    _record(place).unlink(missing_ok=True)
    _sync(stage)
    stage.replace(_file(place))
    record = place.with_name(f"{place.name}.json{STAGE}")
    record.write_text(json.dumps(asdict(info), indent=1))
    _sync(record)
    record.replace(_record(place))


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _read(path: Path) -> Any:
    import faiss

    library: Any = faiss
    index = library.read_index(str(path), library.IO_FLAG_MMAP)
    # By default each search starts up to 32 threads that touch the pages of its lists first, which
    # takes longer than the search.
    library.downcast_InvertedLists(index.invlists).prefetch_nthread = 0
    return index


def _file(place: Path) -> Path:
    return place.with_name(f"{place.name}.ivf")


def _record(place: Path) -> Path:
    return place.with_name(f"{place.name}.json")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
