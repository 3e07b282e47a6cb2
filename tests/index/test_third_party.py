"""A package of somebody else's, built and installed: a loader by its suffix, a store by scheme."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "shelf-for-excerpt"
version = "1.0"

[project.entry-points."excerpt.loaders"]
shout = "shelf:ShoutLoader"

[project.entry-points."excerpt.suffixes"]
".shout" = "shelf:ShoutLoader"

[project.entry-points."excerpt.stores"]
shelf = "shelf:ShelfStore"

[tool.hatch.build.targets.wheel]
only-include = ["shelf.py"]
"""

MODULE = '''
"""A store of documents in memory with a scheme of its own, and a loader that lowers its voice."""

from dataclasses import replace

from index.loaders.plain import PlainTextLoader
from index.store.memory import MemoryStore
from index.text.digest import text_digest


class ShoutLoader(PlainTextLoader):
    name = "shout"

    def load(self, data, *, uri, key):
        for document in super().load(data, uri=uri, key=key):
            text = document.text.lower()
            yield replace(document, text=text, sha256=text_digest(text))


class ShelfStore(MemoryStore):
    pass
'''

CONTRACTS = """
import pytest
from index.testing import HashingEmbedder, LoaderContract, StoreContract, SyncContract
from shelf import ShelfStore, ShoutLoader


class TestShelf(StoreContract, SyncContract):
    @pytest.fixture
    def make(self):
        return lambda: ShelfStore.create("shelf:", embedder=HashingEmbedder())


class TestShout(LoaderContract):
    @pytest.fixture
    def loader(self):
        return ShoutLoader()

    @pytest.fixture
    def sample(self):
        return b"BEES BUILD HIVES."
"""

USE = """
import sys
from pathlib import Path
from index.errors import InputError
from index.store.schemes import create_store, open_store
from retrieval import Engine

create_store("shelf:bees").sync([Path(sys.argv[1])])
assert type(open_store("shelf:bees")).__name__ == "ShelfStore"
with Engine.open("shelf:bees") as engine:
    print(engine.search("hives").hits[0].passage.text)
try:
    open_store("cupboard://bees")
except InputError as error:
    print(error)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the package was installed into."""
    source = tmp_path_factory.mktemp("source")
    (source / "pyproject.toml").write_text(PROJECT)
    (source / "shelf.py").write_text(textwrap.dedent(MODULE))
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


def test_its_store_is_chosen_by_scheme_and_its_loader_by_suffix(
    installed: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.shout").write_text("BEES BUILD HIVES.")
    passage, unknown = python(installed, "-c", USE, str(tmp_path)).splitlines()
    assert passage == "bees build hives."
    assert "no store with the scheme called 'cupboard'" in unknown
    assert "file, memory, shelf" in unknown


def test_it_inherits_the_published_contracts(installed: Path, tmp_path: Path) -> None:
    tests = tmp_path / "test_shelf.py"
    tests.write_text(CONTRACTS)
    out = python(installed, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tests))
    assert "passed" in out
