from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from index.errors import IndexUnavailableError
from index.vectors import Segment, SegmentedVectors, SegmentWriter, merge, segment_bytes


def unit_rows(count: int, dim: int = 8, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def write_segment(path, ids, vectors, batch: int = 7) -> Segment:
    writer = SegmentWriter(path, vectors.shape[1])
    for at in range(0, len(ids), batch):
        writer.append(ids[at : at + batch], vectors[at : at + batch])
    writer.finish()
    return Segment(path, vectors.shape[1], len(ids))


def test_a_segment_is_a_file_that_faiss_itself_reads(tmp_path):
    import faiss

    vectors = unit_rows(20)
    segment = write_segment(tmp_path / "a", np.arange(20), vectors)
    read = faiss.read_index(str(segment.path))
    assert (read.ntotal, read.d, read.metric_type) == (20, 8, faiss.METRIC_INNER_PRODUCT)
    assert np.array_equal(read.reconstruct_n(0, 20), vectors)
    assert segment.path.stat().st_size == segment_bytes(20, 8)


def test_rows_come_back_under_their_ids(tmp_path):
    ids = np.array([3, 5, 8, 13], dtype=np.int64)
    vectors = unit_rows(4)
    index = SegmentedVectors([write_segment(tmp_path / "a", ids, vectors)], np.array([5]))
    assert index.live_ids().tolist() == [3, 8, 13]
    assert np.array_equal(index.vectors(np.array([13, 3])), vectors[[3, 0]])
    with pytest.raises(KeyError, match="5"):
        index.vectors(np.array([5]))


def test_merging_keeps_the_live_rows_in_the_order_of_ids(tmp_path):
    vectors = unit_rows(10)
    left = write_segment(tmp_path / "a", np.arange(0, 10, 2), vectors[0::2])
    right = write_segment(tmp_path / "b", np.arange(1, 10, 2), vectors[1::2])
    writer = SegmentWriter(tmp_path / "c", 8)
    merge([(left, np.array([4])), (right, np.array([4]))], writer, batch=3)
    writer.finish()
    merged = Segment(tmp_path / "c", 8, 9)
    kept = [n for n in range(10) if n != 4]
    assert merged.ids.tolist() == kept
    assert np.array_equal(merged.vectors, vectors[kept])


@pytest.mark.parametrize("change", ["shorter", "longer", "header", "missing"])
def test_a_file_that_is_not_the_segment_is_refused(tmp_path, change):
    segment = write_segment(tmp_path / "a", np.arange(4), unit_rows(4))
    data = segment.path.read_bytes()
    if change == "missing":
        segment.path.unlink()
    else:
        changed = {"shorter": data[:-1], "longer": data + b"x", "header": b"X" + data[1:]}
        segment.path.write_bytes(changed[change])
    with pytest.raises(IndexUnavailableError, match=str(segment.path)):
        Segment(segment.path, 8, 4)


def test_rows_of_another_shape_are_refused(tmp_path):
    writer = SegmentWriter(tmp_path / "a", 8)
    with pytest.raises(ValueError, match="expected"):
        writer.append(np.array([1, 2]), unit_rows(3))
    writer.discard()
    assert not (tmp_path / "a").exists()


def test_a_query_asks_for_one_thread_and_leaves_other_threads_theirs(tmp_path):
    import faiss

    vectors = unit_rows(20)
    index = SegmentedVectors([write_segment(tmp_path / "a", np.arange(20), vectors)], np.array([]))
    faiss.omp_set_num_threads(2)
    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(index.search, vectors[0], 3).result()
        assert elsewhere.submit(faiss.omp_get_max_threads).result() == 1
    assert faiss.omp_get_max_threads() == 2
