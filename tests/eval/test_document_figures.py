"""What is printed of folders, filters and installations holds for small ones, and can fail."""

from pathlib import Path

from eval.filters import differences, documents, expressions
from eval.folder import change
from eval.fuzz.__main__ import fuzz
from eval.install_size import declared, needed, size
from index.store import FileStore
from index.testing import HashingEmbedder


def test_filtered_searches_are_those_of_brute_force(tmp_path: Path) -> None:
    every = list(documents(80, 3))
    embedder = HashingEmbedder()
    with FileStore.create(tmp_path / "index", embedder=embedder, model="hashing") as store:
        store.add(every)
        with store.snapshot() as snapshot:
            asked = [each for share in (0.5, 0.02) for each in expressions(share, 5, 3)]
            assert [differences(snapshot, every, each) for each in asked] == [[]] * 10
            passing = "share >= 0 and share < 1"
            assert differences(snapshot, every[1:], passing) == ["what passes"]


def test_a_share_of_a_folder_is_changed(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"{number:02}.txt").write_text(f"Hive {number} hums.")
    before = {path: path.read_text() for path in tmp_path.iterdir()}
    assert change(tmp_path, 0.5, 1) == 20
    after = {path: path.read_text() for path in tmp_path.iterdir()}
    assert sum(before[path] == after.get(path) for path in before) == 20
    assert len(before.keys() - after.keys()) == 4


def test_what_an_installation_needs_is_followed_and_weighed() -> None:
    packages = needed(declared())
    assert {"lxml", "numpy", "anyio"} <= packages.keys()
    assert "pytest" not in packages
    assert size(packages["lxml"]) > 1_000_000


def test_the_fuzzer_stops_after_its_inputs() -> None:
    tried = fuzz(["text", "csv"], 5, 120, 6)
    assert sum(counted.inputs for counted in tried.values()) == 6
