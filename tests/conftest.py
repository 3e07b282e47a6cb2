"""What many tests share: one index of the seeds, built once, and the command as a process."""

import fcntl
import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.fork_server import Forked, ForkServer

# Workers share the cores: the threads of a library spin while they wait for each other, on the very
# core that the one they wait for would need. It is read when a library is loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# A run in the background of a shell is deaf to interruptions, and so are the processes it begins.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin a parallel run with the files that take longest, so that its workers end together."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        slow = {each.path for each in items if each.get_closest_marker("slow")}
        items.sort(key=lambda item: item.path not in slow)


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """Return the folder of this run's temporary files, that all its workers have in common."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder that the first worker who asks for it has filled by `make`."""
    shared = shared_folder(factory)
    folder, done = shared / name, shared / f"{name}.done"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            folder.mkdir()
            make(folder)
            done.touch()
    return folder


Excerpt = Callable[..., subprocess.CompletedProcess[str]]
"""`excerpt(*arguments, input=…, env=…, cwd=…)` runs the command in a process of its own."""


@pytest.fixture(scope="session")
def clean_home(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return an environment in which nobody has used Excerpt yet."""
    home = tmp_path_factory.mktemp("home")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EXCERPT_")}
    return {
        **kept,
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CACHE_HOME": str(home / "cache"),
    }


@pytest.fixture(scope="session")
def fork_server(
    clean_home: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ForkServer]:
    """Return what runs commands without importing all that they need each time anew."""
    server = ForkServer(tmp_path_factory.mktemp("fork"), clean_home)
    yield server
    server.close()


@pytest.fixture(scope="session")
def http_fork_server(
    clean_home: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ForkServer]:
    """Return what starts servers without importing all that they need each time anew."""
    folder = tmp_path_factory.mktemp("fork")
    server = ForkServer(folder, clean_home, "api.http.server", "api.mcp.mcp_server")
    yield server
    server.close()


@pytest.fixture(scope="session")
def serve_command(http_fork_server: ForkServer) -> Callable[..., Forked]:
    """Return `serve_command(*options, env=…)`, which starts `excerpt serve` on a free port."""

    def start(*options: str, env: dict[str, str]) -> Forked:
        variables = {**env, "PYTHONPATH": str(Path(__file__).parents[1])}
        return http_fork_server.start(("serve", "--port", "0", "--json", *options), variables)

    return start


@pytest.fixture(scope="session")
def excerpt(clean_home: dict[str, str], fork_server: ForkServer) -> Excerpt:
    """Return a function that runs the command line, as its users do, in a process of its own.

    `limit` is one of `resource` and what it is set to, by a new process itself: what gRPC, where
    a test loaded it, does in a forked process does not bear one.
    """

    def run(
        *arguments: str,
        env: dict[str, str] | None = None,
        limit: tuple[int, int] | None = None,
        cwd: Path | str = "",
        text: bool = True,
        **options: Any,
    ) -> Any:
        variables = {**clean_home, "PYTHONPATH": str(Path(__file__).parents[1]), **(env or {})}
        if limit is None and options.keys() <= {"input"}:
            given = options.get("input") or b""
            given = given.encode() if isinstance(given, str) else given
            done = fork_server.run(arguments, variables, cwd or Path.cwd(), given)
            return as_text(done) if text else done
        command = [sys.executable, "-m", "api.cli.main", *arguments]
        if limit is not None:
            which, most = limit
            program = (
                f"import os, resource, sys; resource.setrlimit({which}, ({most}, {most})); "
                "os.execv(sys.argv[1], sys.argv[1:])"
            )
            command = [sys.executable, "-c", program, *command]
        return subprocess.run(
            command,
            env=variables,
            cwd=cwd or None,
            capture_output=True,
            text=text,
            timeout=options.pop("timeout", 120),
            **options,
        )

    return run


def as_text(done: subprocess.CompletedProcess[bytes]) -> subprocess.CompletedProcess[str]:
    """Return what a process printed as text, as `subprocess` makes it."""
    stdout, stderr = (
        io.TextIOWrapper(io.BytesIO(each)).read() for each in (done.stdout, done.stderr)
    )
    return subprocess.CompletedProcess(done.args, done.returncode, stdout, stderr)


@pytest.fixture(scope="session", autouse=True)
def no_larger_reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the larger reader of whoever runs the tests from being taken for the usual one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def larger_home(
    clean_home: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """Return an environment of its own for the larger reader, which others do not find."""
    return {**clean_home, "XDG_CACHE_HOME": str(shared_folder(tmp_path_factory) / "larger-cache")}


@pytest.fixture(scope="session")
def larger_folder(larger_home: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the larger reader was made, once, from its packages.

    PyTorch cannot be imported meanwhile: making it needs none.
    """
    making = (
        "import sys; sys.modules['torch'] = None\n"
        "from retrieval.reader.install.larger import made_folder; print(made_folder())"
    )

    def make(folder: Path) -> None:
        command = [sys.executable, "-c", making]
        done = subprocess.run(command, env=larger_home, capture_output=True, text=True, check=True)
        (folder / "place").write_text(done.stdout.strip())

    return Path((made_once(tmp_path_factory, "larger", make) / "place").read_text())


@pytest.fixture(scope="session")
def seed_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index of the seeds; it is shared, so tests only read it."""
    from api.locations import seed_files
    from index.store import FileStore

    def make(folder: Path) -> None:
        with FileStore.create(folder / "index") as store:
            store.sync(seed_files())

    return made_once(tmp_path_factory, "seeds", make) / "index"


@pytest.fixture(scope="session")
def engine(seed_index: Path) -> Iterator[Any]:
    """Return an engine over the index of the seeds."""
    from retrieval.engine import Engine

    with Engine.open(seed_index) as opened:
        yield opened
