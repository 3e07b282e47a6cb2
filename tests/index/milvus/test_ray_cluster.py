"""Files read on a Ray cluster go into an index in Milvus as into a folder read here."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest

from index.protocols import Store
from index.store import FileStore
from index.store.schemes import open_store
from index.testing import lay_out

pytestmark = pytest.mark.slow

Excerpt = Callable[..., subprocess.CompletedProcess[str]]
RAY = (sys.executable, "-m", "ray.scripts.scripts")
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "PYTHONPATH": str(Path(__file__).parents[3]),
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_worker_niceness": "0",
}
BEES = [
    f"Hive {number} stands by the water and gave {number} jars of honey." for number in range(9)
]
FILES = {
    "bees.txt": "\n\n".join(BEES * 3),
    "ants.md": "# Ants\n\nAnts lay trails.\n\n## Queens\n\nA queen lives for decades.\n",
    "owls.jsonl": '{"_id": "owl", "text": "Owls hunt by ear.", "year": 1999}\n{broken\n',
}


@pytest.fixture
def cluster() -> Iterator[str]:
    """Start Ray with two cores; give its address."""
    pytest.importorskip("ray.data", reason="Ray is not installed: pip install 'excerpt[ray]'")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with TemporaryDirectory(prefix="ray", ignore_cleanup_errors=True) as folder:
        environment = {**os.environ, **ENVIRONMENT}
        started = subprocess.run(
            (*RAY, "start", "--head", f"--port={port}", "--num-cpus=2", "--no-monitor",
             "--include-dashboard=false", "--object-store-memory=80000000", "--disable-usage-stats",
             f"--temp-dir={folder}"),
            env=environment, capture_output=True, text=True, timeout=240,
        )  # fmt: skip
        assert started.returncode == 0, started.stdout + started.stderr
        address = re.search(r"--address='([\d.:]+)'", started.stdout)
        assert address is not None, started.stdout
        yield address[1]
        for process in Path("/proc").glob("[0-9]*"):
            end_if_of(process, folder)


def end_if_of(process: Path, folder: str) -> None:
    """Kill a process whose command line names a folder."""
    try:
        if folder.encode() in (process / "cmdline").read_bytes():
            os.kill(int(process.name), 9)
    except OSError:
        pass


def contents(store: Store) -> list[tuple[object, ...]]:
    with store, store.snapshot() as snapshot:  # type: ignore[attr-defined]  # both have it
        return [
            (
                document.id, document.sha256, dict(document.metadata), each.span, each.text,
                each.headings,
                snapshot.vectors.vectors(np.array([each.id], np.int64)).round(5).tolist(),
            )
            for document in snapshot.documents()
            for each in snapshot.document_passages(document.id)
        ]  # fmt: skip


def test_the_index_is_that_of_one_machine(
    server: Any, new_name: Callable[[], str], excerpt: Excerpt, cluster: str, tmp_path: Path
) -> None:
    folder = tmp_path / "docs"
    lay_out(folder, FILES)
    url = server.url(new_name())
    index = ("index", "--json", "--ray", cluster, "--index", url, str(folder))
    done = excerpt(*index, timeout=300, env=ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["added"] == 3
    assert [each["line"] for each in report["problems"]] == [2]
    with FileStore.create(tmp_path / "here") as here:
        here.sync([folder])
    assert contents(open_store(url)) == contents(FileStore.open(tmp_path / "here"))
    again = json.loads(excerpt(*index, timeout=300, env=ENVIRONMENT).stdout)
    assert (again["unchanged"], again["passages_embedded"]) == (3, 0)
    (folder / "ants.md").unlink()
    assert json.loads(excerpt(*index, timeout=300, env=ENVIRONMENT).stdout)["removed"] == 1
