"""The contract of `VectorIndex`: a plain exact index is the oracle for the fast ones."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.protocols import Ids, Ranking, Scores, VectorIndex, Vectors
from index.vectors import Segment, SegmentedVectors, SegmentWriter

DIM = 12


class PlainVectors:
    """Every inner product, sorted: slow, and plainly right."""

    def __init__(self, ids: Ids, vectors: Vectors, dead: Ids) -> None:
        live = ~np.isin(ids, dead)
        self._rows = dict(zip(ids[live].tolist(), vectors[live], strict=True))

    def search(self, query: Vectors, k: int, allowed: Ids | None = None) -> Ranking:
        ids = [i for i in self._rows if allowed is None or i in set(np.asarray(allowed).tolist())]
        ranked = sorted((-float(self._rows[i] @ query), i) for i in ids)[:k]
        return (
            np.array([i for _, i in ranked], dtype=np.int64),
            np.array([-score for score, _ in ranked], dtype=np.float32),
        )

    def scores(self, query: Vectors, ids: Ids) -> Scores:
        return np.array([self._rows[i] @ query for i in ids.tolist()], dtype=np.float32)


def make_rows(count: int, seed: int = 0) -> tuple[Ids, Vectors]:
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(count, DIM)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ids = np.sort(rng.choice(10 * count + 1, size=count, replace=False)).astype(np.int64)
    return ids, vectors


def build_plain(folder: Path, ids: Ids, vectors: Vectors, dead: Ids) -> VectorIndex:
    return PlainVectors(ids, vectors, dead)


def build_segmented(folder: Path, ids: Ids, vectors: Vectors, dead: Ids) -> VectorIndex:
    """Spread the rows over segments of very different sizes."""
    bounds = sorted({0, len(ids) // 2, len(ids) // 2 + 1, len(ids)})
    segments = []
    for number, (start, end) in enumerate(pairwise(bounds)):
        path = folder / f"{number}.faiss"
        writer = SegmentWriter(path, DIM)
        writer.append(ids[start:end], vectors[start:end])
        writer.finish()
        segments.append(Segment(path, DIM, end - start))
    return SegmentedVectors(segments, dead)


BUILDERS = {"plain": build_plain, "segmented": build_segmented}


@pytest.fixture(params=sorted(BUILDERS))
def build(request):
    return BUILDERS[request.param]


class TestVectorIndexContract:
    def test_the_best_come_first_with_their_inner_products(self, build, tmp_path):
        ids, vectors = make_rows(40)
        found, scores = build(tmp_path, ids, vectors, ids[:0]).search(vectors[7], 5)
        assert found[0] == ids[7]
        assert scores[0] == pytest.approx(1.0, abs=1e-6)
        assert (np.diff(scores) <= 0).all()
        assert (found.dtype, scores.dtype, len(found)) == (np.int64, np.float32, 5)

    def test_k_beyond_the_rows_gives_all_of_them_once(self, build, tmp_path):
        ids, vectors = make_rows(9)
        found, scores = build(tmp_path, ids, vectors, ids[:0]).search(vectors[0], 100)
        assert sorted(found.tolist()) == ids.tolist()
        assert len(scores) == 9

    def test_nothing_is_found_in_nothing(self, build, tmp_path):
        ids, vectors = make_rows(3)
        empty = build(tmp_path, ids, vectors, ids)
        assert [len(part) for part in empty.search(vectors[0], 5)] == [0, 0]
        assert [
            len(part) for part in build(tmp_path, ids, vectors, ids[:0]).search(vectors[0], 0)
        ] == [0, 0]

    def test_the_dead_are_never_found(self, build, tmp_path):
        ids, vectors = make_rows(30)
        found, _ = build(tmp_path, ids, vectors, ids[::3]).search(vectors[0], 30)
        assert sorted(found.tolist()) == sorted(set(ids.tolist()) - set(ids[::3].tolist()))

    @pytest.mark.parametrize("step", [1, 2, 29])
    def test_only_the_allowed_are_found(self, build, tmp_path, step):
        ids, vectors = make_rows(60)
        allowed = np.union1d(ids[::step], [10**7])
        found, _ = build(tmp_path, ids, vectors, ids[:1]).search(vectors[3], 60, allowed)
        assert sorted(found.tolist()) == sorted(set(ids[::step].tolist()) - {int(ids[0])})

    def test_no_row_allowed_finds_nothing(self, build, tmp_path):
        ids, vectors = make_rows(10)
        found, scores = build(tmp_path, ids, vectors, ids[:0]).search(vectors[0], 5, ids[:0])
        assert (len(found), len(scores)) == (0, 0)

    def test_equal_scores_stand_in_the_order_of_ids(self, build, tmp_path):
        ids, vectors = make_rows(8)
        vectors[:] = vectors[0]
        found, _ = build(tmp_path, ids, vectors, ids[:0]).search(vectors[0], 8)
        assert found.tolist() == ids.tolist()

    def test_scores_are_those_of_the_search(self, build, tmp_path):
        ids, vectors = make_rows(25)
        index = build(tmp_path, ids, vectors, ids[:0])
        found, scores = index.search(vectors[4], 25)
        assert index.scores(vectors[4], found) == pytest.approx(scores, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(
    count=st.integers(1, 80),
    k=st.integers(1, 90),
    seed=st.integers(0, 10**6),
    dead_share=st.floats(0, 1),
    allowed_share=st.none() | st.floats(0, 1),
)
def test_segmented_is_exact(tmp_path_factory, count, k, seed, dead_share, allowed_share):
    ids, vectors = make_rows(count, seed)
    rng = np.random.default_rng(seed)
    dead = ids[rng.random(count) < dead_share]
    allowed = None if allowed_share is None else ids[rng.random(count) < allowed_share]
    folder = tmp_path_factory.mktemp("vectors")
    query = make_rows(1, seed + 1)[1][0]
    expected = build_plain(folder, ids, vectors, dead).search(query, k, allowed)
    found = build_segmented(folder, ids, vectors, dead).search(query, k, allowed)
    assert found[0].tolist() == expected[0].tolist()
    assert found[1] == pytest.approx(expected[1], abs=1e-5)
