"""Which paths are mirrored."""

from pathlib import Path
from time import perf_counter

from index.store.sync import outermost


def test_of_paths_within_others_the_outermost_are_mirrored_once_in_order() -> None:
    paths = map(Path, ["/a/b", "/c", "/a/b/c/d", "/a/bc", "/c", "/c/x.txt"])
    assert outermost(paths) == [Path("/a/b"), Path("/c"), Path("/a/bc")]


def test_thousands_of_paths_are_sorted_out_at_once() -> None:
    paths = [Path(f"/home/somebody/documents/{number}.txt") for number in range(3000)]
    started = perf_counter()
    assert outermost(paths) == paths
    assert perf_counter() - started < 3
