"""The size of an index folder, also while it is written."""

import os
import shutil
from pathlib import Path

import pytest

from index.store.layout import Layout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "terms").mkdir()
    for name in ("one", "two", "terms/three"):
        (tmp_path / name).write_bytes(b"1234")
    return tmp_path


def test_a_hard_link_is_counted_once(folder: Path) -> None:
    os.link(folder / "one", folder / "terms" / "again")
    assert Layout(folder).size() == 12


def test_what_is_swept_meanwhile_is_not_counted(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.stat

    def stat(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        found = real(path, follow_symlinks=follow_symlinks)
        for other in ("one", "two"):
            if other != path.name:
                (folder / other).unlink(missing_ok=True)
        shutil.rmtree(folder / "terms", ignore_errors=True)
        return found

    monkeypatch.setattr(Path, "stat", stat)
    assert Layout(folder).size() == 4


def test_the_size_is_told_by_part(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    for name in ("terms/1/a", "terms/2/b", "vectors/1.faiss", "lists/1.codes", "pins/1"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"123")
    os.link(tmp_path / "terms/1/a", tmp_path / "terms/2/a")
    layout.catalog.write_bytes(b"12345")
    (tmp_path / "catalog.sqlite-wal").write_bytes(b"1")
    assert layout.sizes() == {"catalog": 6, "terms": 6, "vectors": 3, "lists": 3, "other": 3}
    assert layout.size() == 21
