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
