"""Ways in which an index is replaced while somebody has it open."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from index.store import FileStore

ROOT = Path(__file__).parents[2]
QUERY = "Who keeps the lighthouse?"
OLD, NEW = "Ada Moreau", "Ilya Brandt"


@pytest.fixture(scope="session")
def over_stdio(clean_home, http_fork_server):
    """Return `over_stdio(index, work)`, which runs `await work(client)` with `excerpt mcp`."""
    import anyio
    from mcp import ClientSession, StdioServerParameters
    from mcp.client.stdio import stdio_client

    def run(index, work):
        command, *arguments = http_fork_server.command("mcp", "--index", str(index))
        environment = {**clean_home, "PYTHONPATH": str(ROOT)}
        server = StdioServerParameters(command=command, args=arguments, env=environment)

        async def within():
            async with stdio_client(server) as streams, ClientSession(*streams) as client:
                await client.initialize()
                # Knowing the tools, the client holds every result against its output schema.
                await client.list_tools()
                return await work(client)

        return anyio.run(within)

    return run


@dataclass(frozen=True)
class Replacing:
    """One index that is served, and what may come in its place.

    `served` answers with OLD at generation 2, `other` with NEW at generation 2, `backup` is
    `served` at generation 1, where it answered with NEW.
    """

    served: Path
    other: Path
    backup: Path


def deleted(at: Replacing) -> None:
    shutil.rmtree(at.served)


def moved_away(at: Replacing) -> None:
    at.served.rename(at.served.with_name("elsewhere"))


def emptied(at: Replacing) -> None:
    deleted(at)
    at.served.mkdir()


def cut_to_nothing(at: Replacing) -> None:
    os.truncate(at.served / "catalog.sqlite", 0)


def rebuilt(at: Replacing) -> None:
    deleted(at)
    with FileStore.create(at.served) as store:
        for name in (OLD, NEW):
            _say(store, at.served.with_name("rebuilt.txt"), name)


def another_moved_in(at: Replacing) -> None:
    moved_away(at)
    at.other.rename(at.served)


def restored(at: Replacing) -> None:
    deleted(at)
    shutil.copytree(at.backup, at.served)


def switched(at: Replacing) -> None:
    link = at.served.with_name("link")
    link.symlink_to(at.other)
    at.served.rename(at.served.with_name("elsewhere"))
    link.rename(at.served)


def renamed_over_file_by_file(at: Replacing) -> None:
    _copy_files(at.other, at.served, _atomically)


def written_over_in_place(at: Replacing) -> None:
    _copy_files(at.other, at.served, shutil.copyfile)


def restored_in_place(at: Replacing) -> None:
    _copy_files(at.backup, at.served, shutil.copyfile)


def folder_above_exchanged(at: Replacing) -> None:
    folder = at.served.parent
    folder.rename(folder.with_name("elsewhere"))
    folder.mkdir()
    shutil.copytree(folder.with_name("elsewhere") / at.other.name, at.served)


GONE = (deleted, moved_away, emptied, cut_to_nothing)
CHANGED = (
    *(rebuilt, another_moved_in, restored, switched, renamed_over_file_by_file),
    *(written_over_in_place, restored_in_place, folder_above_exchanged),
)


def _atomically(source: Path, target: Path) -> None:
    new = target.with_name(f"{target.name}.new")
    shutil.copyfile(source, new)
    new.replace(target)


def _copy_files(source: Path, target: Path, copy: Callable[[Path, Path], object]) -> None:
    """Make the files of `target` those of `source`, the catalog last."""
    files = [path.relative_to(source) for path in source.rglob("*") if path.is_file()]
    for name in sorted(files, key=lambda each: each.name == "catalog.sqlite"):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        copy(source / name, target / name)


def _say(store: FileStore, file: Path, name: str) -> None:
    file.write_text(f"{name} keeps the lighthouse.")
    store.sync([file])


@pytest.fixture(scope="session")
def _indexes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the three indexes, made once."""
    folder = tmp_path_factory.mktemp("replacing")
    file = folder / "keeper.txt"
    with FileStore.create(folder / "served") as store:
        _say(store, file, NEW)
    shutil.copytree(folder / "served", folder / "backup")
    with FileStore.open(folder / "served") as store:
        _say(store, file, OLD)
    with FileStore.create(folder / "other") as store:
        for name in (OLD, NEW):
            _say(store, file, name)
    return folder


@pytest.fixture
def replacing(_indexes: Path, tmp_path: Path) -> Replacing:
    """Return a served index of the test's own, and what may take its place."""
    folder = tmp_path / "indexes"
    shutil.copytree(_indexes, folder)
    return Replacing(folder / "served", folder / "other", folder / "backup")


@pytest.fixture(params=GONE, ids=lambda way: way.__name__)
def gone(request: pytest.FixtureRequest) -> Callable[[Replacing], None]:
    """Return a way that leaves no index."""
    return request.param


@pytest.fixture(params=CHANGED, ids=lambda way: way.__name__)
def changed(request: pytest.FixtureRequest) -> Callable[[Replacing], None]:
    """Return a way that leaves another index."""
    return request.param
