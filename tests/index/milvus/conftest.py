"""A real Milvus server, in an environment of its own, made when the first test asks for it.

pip installs the package `milvus`, which carries the server, into the cache folder once; a test
starts and stops it there. Where the package cannot be installed the tests are skipped.
"""

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path

import platformdirs
import pytest

from index.errors import IndexUnavailableError
from index.milvus.address import read_address
from index.milvus.client import Client
from index.milvus.collections import Collections
from index.milvus.milvus_store import MilvusStore
from index.milvus.settings import MilvusConfig
from index.testing import HashingEmbedder, Make

VERSION = "2.3.5"
CACHE = platformdirs.user_cache_path("excerpt-tests")
"""Found before the tests get a cache folder of their own."""

PACKAGES = (f"milvus=={VERSION}", "setuptools<70", "marshmallow<4")
STARTING_SECONDS = 180

# Shorter turns than a server's own: a read that waits for all writes waits for the next tick.
SETTINGS = {
    "proxy.timeTickInterval": 50,
    "queryCoord.checkInterval": 200,
    "queryCoord.distPullInterval": 100,
}

UNPACK = """
import lzma, pathlib, sys, milvus
target = pathlib.Path(sys.argv[1])
target.mkdir(parents=True, exist_ok=True)
for packed in (pathlib.Path(milvus.__file__).parent / "data" / "bin").glob("*.lzma"):
    (target / packed.stem).write_bytes(lzma.decompress(packed.read_bytes()))
    (target / packed.stem).chmod(0o755)
"""

CONFIGURE = """
import json, sys, milvus
config = milvus.MilvusServerConfig(data_dir=sys.argv[1])
for name, value in json.loads(sys.argv[3]).items():
    config.set(name, value)
config.update(proxy_port=int(sys.argv[2]))
config.resolve()
"""


# Its own ports are fixed, so that a machine would have room for one server alone.
ETCD = """\
listen-client-urls: {clients}
advertise-client-urls: {clients}
listen-peer-urls: {peers}
initial-advertise-peer-urls: {peers}
initial-cluster: default={peers}
"""


class Server:
    """One server with its data in a folder; it may be killed and started again."""

    def __init__(
        self,
        home: Path,
        folder: Path,
        settings: Mapping[str, object] | None = None,
        login: str = "",
    ) -> None:
        """Take where it is installed, where its data lies, and how it differs from the usual one.

        With a `login` it is asked encrypted, with that token.
        """
        self.port = free_port()
        self._home = home
        self._folder = folder
        self._health = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._login = login
        changed = json.dumps({**SETTINGS, **(settings or {})})
        python(home, CONFIGURE, str(folder), str(self.port), changed)
        clients, peers = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
        (folder / "etcd.yaml").write_text(ETCD.format(clients=clients, peers=peers))

    def start(self) -> None:
        environment = {
            **os.environ,
            "DEPLOY_MODE": "STANDALONE",
            "METRICS_PORT": str(self._health),
            "MILVUS_RUN_DIR": str(self._folder / "run"),
            "LD_LIBRARY_PATH": str(self._home / "bin-server"),
            "ETCD_CONFIG_PATH": str(self._folder / "etcd.yaml"),
        }
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._home / "bin-server" / "milvus", "run", "standalone"],
                env=environment,
                cwd=self._folder,
                stdout=log,
                stderr=log,
            )
        self._wait()

    def kill(self) -> None:
        """Kill it as a power cut would."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def pause(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def url(self, name: str) -> str:
        scheme, login = ("milvus+tls", f"{self._login}@") if self._login else ("milvus", "")
        return f"{scheme}://{login}127.0.0.1:{self.port}/{name}"

    def _wait(self) -> None:
        """Wait until it answers, which after a kill may take a minute."""
        deadline = time.monotonic() + STARTING_SECONDS
        while time.monotonic() < deadline:
            assert self._process is not None
            assert self._process.poll() is None, (self._folder / "server.log").read_text()[-2000:]
            if self._is_healthy():
                try:
                    Client(read_address(self.url("none"))).close()
                except IndexUnavailableError:
                    pass
                else:
                    return
            time.sleep(0.1)
        raise AssertionError("the server does not start")

    def _is_healthy(self) -> bool:
        url = f"http://127.0.0.1:{self._health}/healthz"
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return bool(answer.read() == b"OK")
        except OSError:
            return False


def python(home: Path, code: str, *arguments: str) -> None:
    command = [home / "venv" / "bin" / "python", "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def installed() -> Path:
    """Return where the server is installed, which is done first if need be."""
    key = hashlib.sha256(f"{PACKAGES}{sys.version}".encode()).hexdigest()[:12]
    home = CACHE / f"milvus-{VERSION}-{key}"
    done = home / "done"
    if done.is_file():
        return home
    home.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "venv", home / "venv"], check=True)
    pip = [home / "venv" / "bin" / "python", "-m", "pip", "install", "--quiet", *PACKAGES]
    result = subprocess.run(pip, capture_output=True, text=True)
    if result.returncode:
        pytest.skip(f"the package milvus cannot be installed: {result.stderr.strip()[-300:]}")
    python(home, UNPACK, str(home / "bin-server"))
    done.touch()
    return home


@pytest.fixture(scope="session")
def new_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Return a function that starts a server of one's own, which takes what `Server` does."""
    home = installed()
    servers: list[Server] = []

    def start(settings: Mapping[str, object] | None = None, login: str = "") -> Server:
        server = Server(home, tmp_path_factory.mktemp("milvus"), settings, login)
        servers.append(server)
        server.start()
        return server

    yield start
    for server in servers:
        server.kill()


@pytest.fixture(scope="session")
def server(new_server: Callable[..., Server]) -> Server:
    """Return the server that tests share, each with indexes of its own."""
    return new_server()


@pytest.fixture
def cache(tmp_path: Path) -> MilvusConfig:
    """Return a configuration that keeps terms in the test's own folder."""
    return MilvusConfig(cache=tmp_path / "cache")


@pytest.fixture(scope="session")
def spare(server: Server) -> list[str]:
    """Return the URLs of indexes that are empty and loaded, which takes seconds to come to."""
    return []


NUMBERS = count(1)


@pytest.fixture
def new_name() -> Callable[[], str]:
    """Return a function that gives names that no index has."""
    return lambda: f"index_{next(NUMBERS)}"


@pytest.fixture
def new_index(
    server: Server, spare: list[str], cache: MilvusConfig, new_name: Callable[[], str]
) -> Iterator[Make]:
    """Return a function that makes an empty index, or takes one that a test has emptied."""
    urls: list[str] = []

    def create() -> MilvusStore:
        urls.append(spare.pop() if spare else server.url(new_name()))
        return MilvusStore.create(
            urls[-1], embedder=HashingEmbedder(), model="hashing", config=cache
        )

    yield create
    for url in urls:
        empty(url)
        spare.append(url)


def empty(url: str) -> None:
    """Delete every row of an index."""
    address = read_address(url)
    names = Collections.of(address)
    client = Client(address)
    for collection, key in ((names.record, "row"), (names.passages, "id")):
        rows = client.query(collection, f"{key} > {-(1 << 62)}", [key])
        client.delete(collection, [int(row[key]) for row in rows])
    client.close()
