"""What is left out of a tree, by what, and how often that is counted."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from index.errors import InputError
from index.ingest.file_sources import Rules
from index.ingest.rules import Chooser
from index.ingest.walk import FileEntry, walk


def lay(folder: Path, *names: str, **files: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    for name, text in files.items():
        (folder / f".{name}").write_text(text)


def taken(root: Path, rules: Rules) -> tuple[list[str], Mapping[str, int]]:
    chooser = Chooser(root, rules)
    found = [each for each in walk(root, chooser=chooser) if isinstance(each, FileEntry)]
    return [each.path.relative_to(root).as_posix() for each in found], chooser.left_out


def test_patterns_without_a_slash_match_at_any_depth(tmp_path: Path) -> None:
    lay(tmp_path, "a.txt", "a.md", "old/b.txt", "new/old/c.txt", "new/d.txt")
    names, left_out = taken(tmp_path, Rules(include=("*.txt",), exclude=("old",)))
    assert names == ["a.txt", "new/d.txt"]
    assert left_out == {"excluded": 2, "not included": 1}


def test_a_pattern_with_a_slash_is_relative_to_the_root(tmp_path: Path) -> None:
    lay(tmp_path, "old/b.txt", "new/old/c.txt")
    assert taken(tmp_path, Rules(exclude=("/old/",)))[0] == ["new/old/c.txt"]


def test_ignore_files_are_obeyed_the_deepest_last(tmp_path: Path) -> None:
    lay(tmp_path, "a.txt", "b.txt", "sub/a.txt", "sub/b.txt", "build/c.txt", "notes.log")
    lay(tmp_path, gitignore="build/\na.txt\n*.log\n", excerptignore="!notes.log\nb.txt\n")
    (tmp_path / "sub" / ".gitignore").write_text("!a.txt\n")
    names, left_out = taken(tmp_path, Rules())
    assert names == ["notes.log", "sub/a.txt"]
    assert left_out == {".gitignore": 2, ".excerptignore": 2}
    everything = ["a.txt", "b.txt", "build/c.txt", "notes.log", "sub/a.txt", "sub/b.txt"]
    assert taken(tmp_path, Rules(ignore_files=False)) == (everything, {})


def test_hidden_files_are_counted_and_ignore_files_are_not_among_them(tmp_path: Path) -> None:
    lay(tmp_path, "a.txt", ".hidden.txt", ".git/config", gitignore="", excerptignore="# nothing")
    assert taken(tmp_path, Rules()) == (["a.txt"], {"hidden": 2})


def test_a_line_that_is_no_pattern_is_passed_over_in_a_file_and_refused_as_an_option(
    tmp_path: Path,
) -> None:
    lay(tmp_path, "a.txt", "b.txt", gitignore="!\nb.txt\n")
    assert taken(tmp_path, Rules())[0] == ["a.txt"]
    with pytest.raises(InputError, match="no pattern"):
        Chooser(tmp_path, Rules(exclude=("!",)))


def test_a_part_of_a_root_is_under_the_root_s_rules(tmp_path: Path) -> None:
    lay(tmp_path, "sub/a.txt", "sub/old/b.txt", gitignore="sub/old/\n")
    chooser = Chooser(tmp_path, Rules())
    found = [
        each for each in walk(tmp_path / "sub", chooser=chooser) if isinstance(each, FileEntry)
    ]
    assert [each.path.name for each in found] == ["a.txt"]
