"""Approximate search of large segments: recall, exact scores, deletes, damage."""

import json
from pathlib import Path

import numpy as np
import pytest

from index.inverted_lists import InvertedLists, build, exact_best, is_sound, read_info
from index.vectors import Segment, SegmentedVectors, SegmentWriter, lists_place

ROWS, DIM = 6000, 32


def clustered(count: int, seed: int) -> np.ndarray:
    draw = np.random.default_rng(seed)
    centres = np.random.default_rng(0).normal(size=(60, DIM))
    rows = centres[draw.integers(60, size=count)] + draw.normal(size=(count, DIM)) * 0.4
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def segment(tmp_path_factory: pytest.TempPathFactory) -> Segment:
    folder = tmp_path_factory.mktemp("index") / "vectors"
    folder.mkdir()
    folder.with_name("lists").mkdir()
    writer = SegmentWriter(folder / "1.faiss", DIM)
    writer.append(np.arange(ROWS) * 2, clustered(ROWS, 1))
    writer.finish()
    segment = Segment(writer.path, DIM, ROWS)
    build(lists_place(segment.path), segment.vectors, clustered(100, 2))
    return segment


def search(segment: Segment, query: np.ndarray, k: int, dead: list[int]) -> tuple:
    index = SegmentedVectors([segment], np.array(dead, dtype=np.int64))
    return index.search(query, k)


def test_exact_best_is_what_sorting_gives() -> None:
    vectors, queries = clustered(40_000, 3), clustered(5, 4)
    expected = np.argsort(-(queries @ vectors.T), axis=1)[:, :10]
    assert np.array_equal(exact_best(vectors, queries, 10), expected)


def test_recall_is_what_was_recorded_and_scores_are_exact(segment: Segment) -> None:
    info = read_info(lists_place(segment.path))
    assert info is not None
    assert segment.lists is not None
    assert info.recall >= 0.99
    assert info.groups > info.probes
    queries = clustered(100, 5)
    found = 0
    for query, true in zip(queries, exact_best(segment.vectors, queries, 10), strict=True):
        ids, scores = search(segment, query, 10, [])
        found += len(set(ids.tolist()) & set((true * 2).tolist()))
        assert np.allclose(scores, segment.vectors[ids // 2] @ query, atol=1e-6)
        assert (np.diff(scores) <= 0).all()
    assert found / 1000 >= 0.98


def test_deletes_are_honoured_at_once(segment: Segment) -> None:
    (query,) = clustered(1, 6)
    before = search(segment, query, 10, [])[0].tolist()
    after = search(segment, query, 10, before[:5])[0].tolist()
    assert not set(after) & set(before[:5])
    assert after[:5] == before[5:]


def test_more_results_than_the_lists_give_are_scanned_for(segment: Segment) -> None:
    (query,) = clustered(1, 7)
    ids, _ = search(segment, query, ROWS + 5, [0, 2])
    assert sorted(ids.tolist()) == [n * 2 for n in range(2, ROWS)]


def test_a_filter_is_exact(segment: Segment) -> None:
    (query,) = clustered(1, 8)
    index = SegmentedVectors([segment], np.empty(0, dtype=np.int64))
    allowed = np.arange(0, 2 * ROWS, 4)
    true = np.argsort(-(segment.vectors[::2] @ query))[:20] * 4
    assert index.search(query, 20, allowed)[0].tolist() == true.tolist()


@pytest.mark.parametrize("damage", ["cut", "lost", "record", "other rows"])
def test_lists_that_are_damaged_are_as_if_they_were_not_there(
    segment: Segment, tmp_path: Path, damage: str
) -> None:
    source, place = lists_place(segment.path), tmp_path / "1.faiss"
    data = Path(f"{source}.ivf").read_bytes()
    record = json.loads(Path(f"{source}.json").read_text())
    Path(f"{place}.ivf").write_bytes(data[:-1] if damage == "cut" else data)
    if damage == "lost":
        Path(f"{place}.ivf").unlink()
    if damage == "other rows":
        record["rows"] += 1
    Path(f"{place}.json").write_text("{" if damage == "record" else json.dumps(record))
    assert InvertedLists.open(place, ROWS, DIM) is None


def test_a_flipped_bit_is_told_by_the_checksum(segment: Segment, tmp_path: Path) -> None:
    source, place = lists_place(segment.path), tmp_path / "1.faiss"
    data = bytearray(Path(f"{source}.ivf").read_bytes())
    Path(f"{place}.json").write_text(Path(f"{source}.json").read_text())
    Path(f"{place}.ivf").write_bytes(data)
    assert is_sound(place)
    data[len(data) // 2] ^= 1
    Path(f"{place}.ivf").write_bytes(data)
    assert not is_sound(place)


def test_centroids_of_another_segment_serve(segment: Segment, tmp_path: Path) -> None:
    known = InvertedLists.open(lists_place(segment.path), ROWS, DIM)
    assert known is not None
    info = build(tmp_path / "2", clustered(ROWS + 500, 9), clustered(50, 10), like=[known])
    made = InvertedLists.open(tmp_path / "2", ROWS + 500, DIM)
    assert made is not None
    assert info.recall >= 0.99
    old, new = (each.index.quantizer.reconstruct_n(0, info.groups) for each in (known, made))
    assert np.array_equal(old, new)
