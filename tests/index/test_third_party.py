"""The package of docs/extending.md, built, installed and used as somebody else's would be."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PAGE = (ROOT / "docs" / "extending.md").read_text("utf-8")


def blocks(kind: str) -> str:
    """Return the page's blocks of one kind, one after the other."""
    return "\n\n".join(re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL))


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the package was installed into."""
    source = tmp_path_factory.mktemp("source")
    (source / "pyproject.toml").write_text(blocks("toml"))
    (source / "shelf.py").write_text(blocks("python"))
    target = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    command = [*pip, "--no-build-isolation", "--target", str(target), str(source)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return target


def python(installed: Path, *arguments: str) -> str:
    path = os.pathsep.join([str(installed), str(ROOT)])
    done = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        cwd=installed,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


UNKNOWN = """
from index.errors import InputError
from index.store.schemes import open_store

try:
    open_store("cupboard://bees")
except InputError as error:
    print(error)
"""


def test_what_the_page_shows_works(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "long.shout").write_text("THE OLD HIVE STOOD FOR LONG BY THE WEIR, UNTIL 1931.")
    (tmp_path / "a.shout").write_text("THE HIVE WAS BUILT IN 1987.")
    passage, answer = python(installed, "-c", blocks("python use"), str(tmp_path)).splitlines()
    assert (passage, answer) == ("the hive was built in 1987.", "1987")


def test_an_unknown_scheme_lists_those_there_are(installed: Path) -> None:
    unknown = python(installed, "-c", UNKNOWN)
    assert "no store with the scheme called 'cupboard'" in unknown
    assert "file, memory, milvus, milvus+tls, shelf" in unknown


def test_it_inherits_the_published_contracts(installed: Path, tmp_path: Path) -> None:
    tests = tmp_path / "test_shelf.py"
    tests.write_text(blocks("python test"))
    out = python(installed, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tests))
    assert "passed" in out
