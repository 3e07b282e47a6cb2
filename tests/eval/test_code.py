"""The record of which code made a run tells one state of a checkout from another."""

import subprocess
from pathlib import Path

import pytest

from eval.runs import code


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "eval").mkdir()
    (tmp_path / "eval" / "code.py").write_text("one")
    (tmp_path / "README.md").write_text("one")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "one")
    monkeypatch.setattr(code, "_ROOT", tmp_path)
    return tmp_path


def test_code_as_committed(checkout: Path) -> None:
    found = code.code_version()
    assert len(str(found["commit"])) == 40
    assert (found["modified"], found["changes"]) == (False, None)
    (checkout / "README.md").write_text("two")
    assert code.code_version() == found


def test_every_change_is_told_from_every_other(checkout: Path) -> None:
    seen = []
    for name, data in (
        ("code.py", b"two"),
        ("code.py", b"three"),
        ("weights.bin", b"\0\xff"),
        ("weights.bin", b"\0\xfe"),
    ):
        (checkout / "eval" / name).write_bytes(data)
        seen.append(code.code_version())
        assert code.code_version() == seen[-1]
    assert all(each["modified"] for each in seen)
    assert len({each["changes"] for each in seen}) == len(seen)


def test_what_is_not_known_without_a_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code, "_ROOT", tmp_path)
    found = code.code_version()
    assert (found["commit"], found["modified"], found["changes"]) == (None, None, None)
