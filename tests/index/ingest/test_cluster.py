"""A cluster of three machines embeds, one dies midway: the index is that of one machine alone.

The machines are network namespaces of this one, joined by a bridge. Each has its own address, and
nothing of the others but the file system.
"""

import itertools
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from index.errors import InputError, ModelError
from index.ingest.cluster import (
    ClusterFile,
    ClusterReader,
    Recipe,
    embed_document,
    read_file,
    read_through,
    recipe_of,
)
from index.ingest.file_sources import Rules
from index.ingest.lost_work import WorkerLostError, ended_worker, read_apart
from index.ingest.passages import PassageConfig
from index.ingest.sync import SyncConfig, sync
from index.ingest.walk import file_entry
from index.store import FileStore
from index.store.memory_store import MemoryStore
from index.testing import lay_out

MACHINES = 3
WAIT_SECONDS = 240
ROOT = Path(__file__).parents[3]
RAY = (sys.executable, "-m", "ray.scripts.scripts")
QUICK = {
    "RAY_health_check_initial_delay_ms": "1000",
    "RAY_health_check_period_ms": "1000",
    "RAY_health_check_timeout_ms": "5000",
    "RAY_health_check_failure_threshold": "3",
    "RAY_DISABLE_IMPORT_WARNING": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_worker_niceness": "0",
    "OMP_NUM_THREADS": "1",
    "PYTHONPATH": str(ROOT),
}


def names_of(number: int) -> tuple[str, str, str]:
    """Return the namespace of a machine, its end of the cable, and its address."""
    return f"excerpt{os.getpid()}n{number}", f"e{os.getpid()}i{number}", f"10.211.7.{number + 1}"


def ip(*arguments: str) -> None:
    subprocess.run(("ip", *arguments), check=True, capture_output=True, text=True)


@pytest.fixture
def network() -> Iterator[None]:
    """Make the machines' namespaces, joined by a bridge that stands in one of its own."""
    switch = f"excerpt{os.getpid()}sw"
    spaces = [switch, *(names_of(number)[0] for number in range(MACHINES))]
    try:
        try:
            for space in spaces:
                ip("netns", "add", space)
            ip("-n", switch, "link", "add", "br0", "type", "bridge")
            ip("-n", switch, "link", "set", "br0", "up")
            for number in range(MACHINES):
                space, cable, address = names_of(number)
                ends = ("type", "veth", "peer", "name", "eth0", "netns", space)
                ip("-n", switch, "link", "add", cable, *ends)
                ip("-n", switch, "link", "set", cable, "master", "br0", "up")
                ip("-n", space, "addr", "add", f"{address}/24", "dev", "eth0")
                for device in ("lo", "eth0"):
                    ip("-n", space, "link", "set", device, "up")
        except (OSError, subprocess.CalledProcessError) as error:
            pytest.skip(f"no network namespaces may be made here: {error}")
        yield
    finally:
        for space in spaces:
            end_all(space)
            subprocess.run(("ip", "netns", "del", space), check=False, capture_output=True)


def processes(space: str) -> list[int]:
    done = subprocess.run(("ip", "netns", "pids", space), capture_output=True, check=False)
    return [int(each) for each in done.stdout.split()]


def end_all(space: str) -> None:
    """Kill every process of a machine, as losing its power would."""
    while pids := processes(space):
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def on_machine(number: int, *command: str) -> tuple[str, ...]:
    return ("ip", "netns", "exec", names_of(number)[0], *command)


@pytest.fixture
def cluster(network: None) -> Iterator[str]:
    """Start Ray on each machine, a core each; give the address of its head."""
    pytest.importorskip("ray.data", reason="Ray is not installed: pip install 'excerpt[ray]'")
    head = f"{names_of(0)[2]}:6379"
    # The paths of its sockets may not be long.
    with TemporaryDirectory(prefix="ray", ignore_cleanup_errors=True) as folder:
        main = ("--head", "--port=6379", "--no-monitor", "--include-dashboard=false")
        roles = [(*main, f"--temp-dir={folder}")]
        roles += [(f"--address={head}",)] * (MACHINES - 1)
        for number, role in enumerate(roles):
            start(number, *role)
        yield head
        for number in range(MACHINES):
            end_all(names_of(number)[0])


def start(number: int, *role: str) -> None:
    command = (
        *RAY, "start", *role, f"--node-ip-address={names_of(number)[2]}", "--num-cpus=1",
        "--object-store-memory=80000000", "--disable-usage-stats",
    )  # fmt: skip
    done = subprocess.run(
        on_machine(number, *command),
        env={**os.environ, **QUICK},
        capture_output=True,
        text=True,
        timeout=WAIT_SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def contents(path: Path) -> list[tuple[object, ...]]:
    """Return every passage with its id, place, words and vector."""
    with FileStore.open(path) as store, store.snapshot() as snapshot:
        return [
            (
                each.id, each.document_id, each.span, each.text, each.headings, each.title,
                snapshot.vectors.vectors(np.array([each.id], dtype=np.int64)).tobytes(),
            )
            for document in snapshot.documents()
            for each in snapshot.document_passages(document.id)
        ]  # fmt: skip


def works(number: int) -> bool:
    """Return whether a machine is at a task."""
    for pid in processes(names_of(number)[0]):
        with suppress(OSError):
            if b"ray::Map" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return True
    return False


@pytest.mark.slow
def test_a_machine_dies_midway_and_the_index_is_that_of_one_machine(cluster, tmp_path):
    folder = tmp_path / "docs"
    colours = ("red", "green", "blue", "grey")
    files = {
        f"{number:03}.md": f"# Lamp {number}\n\n"
        + "\n\n".join(
            f"Keeper {number}-{row} lit the {colour} lamp at {row} o'clock and wrote it down. " * 8
            for row, colour in enumerate(colours)
        )
        for number in range(60)
    }
    files["records.jsonl"] = "".join(
        f'{{"_id": "r{number}", "text": "Record {number} tells of a bell."}}\n'
        for number in range(40)
    )
    lay_out(folder, files | {"broken.pdf": "%PDF-1.4 that is none"})
    ours = (sys.executable, "-m", "api.cli.main", "index", str(folder), "--json")
    running = subprocess.Popen(
        on_machine(0, *ours, "--index", str(tmp_path / "many"), "--ray", cluster),
        env={**os.environ, **QUICK},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + WAIT_SECONDS
    while not works(MACHINES - 1):
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < deadline, "no task came to the last machine"
        time.sleep(0.02)
    end_all(names_of(MACHINES - 1)[0])
    assert running.poll() is None, "it was still at work when the machine died"
    out, problems = running.communicate(timeout=WAIT_SECONDS)
    assert running.returncode == 0, problems
    assert '"added": 100' in out
    assert "broken.pdf" in out
    with FileStore.create(tmp_path / "one") as store:
        store.sync([folder])
    assert contents(tmp_path / "many") == contents(tmp_path / "one")


class Here:
    """Runs in this process what the machines of a cluster run."""

    def __init__(self, change=lambda row: row):
        store = MemoryStore.create("memory:")
        self.recipe = recipe_of(store)
        self.change = change
        self.requests = []

    def read(self, files):
        def run(requests):
            self.requests += requests
            rows = itertools.chain.from_iterable(map(read_file, requests))
            return (self.change(embed_document(row, self.recipe)) for row in rows)

        return read_through(files, run)


FILES = {
    "a.txt": "Bees hum.",
    "b.md": "# Ants\n\nAnts walk in a line.",
    "c.jsonl": '{"_id": "x", "text": "Owls watch."}\n{broken\n{"_id": "y", "text": "Dogs bark."}',
    "d.pdf": "%PDF-1.4 that is none",
    "a.txt.meta.json": '{"title": "On bees", "year": 1999}',
    "b.md.meta.json": "{broken",
    "e.json": '{"body": "Moths fly by night.", "note": "Not this."}',
}


def synced(store, folder, reader=None):
    rules = Rules(text_fields=("body", "text"))
    with store.begin() as writer:
        return sync(writer, [folder], SyncConfig(reader=reader, rules=rules))


def request_of(path: bytes) -> dict[str, object]:
    empty = {"text_fields": "[]", "metadata": "[]", "known": ""}
    return {"file": 0, "path": path, "format": "text", **empty}


def kept(store):
    with store.snapshot() as snapshot:
        return [
            (document, each, snapshot.vectors.vectors(np.array([each.id], np.int64)).tolist())
            for document in snapshot.documents()
            for each in snapshot.document_passages(document.id)
        ]


def test_what_was_read_elsewhere_goes_in_as_what_is_read_here(tmp_path):
    lay_out(tmp_path / "docs", FILES)
    here, elsewhere = MemoryStore.create("memory:"), MemoryStore.create("memory:")
    first, second = synced(here, tmp_path / "docs"), synced(elsewhere, tmp_path / "docs", Here())
    assert kept(elsewhere) == kept(here)
    assert second.problems == first.problems
    assert (second.added, second.passages_embedded) == (first.added, first.passages_embedded)
    assert elsewhere.skipped() == here.skipped() != []


def test_a_file_that_has_not_changed_is_not_read_further(tmp_path):
    lay_out(tmp_path / "docs", FILES)
    store, reader = MemoryStore.create("memory:"), Here()
    synced(store, tmp_path / "docs", reader)
    before = kept(store)
    lay_out(tmp_path / "docs", {**FILES, "a.txt": "Bees buzz."})
    reader.requests.clear()
    report = synced(store, tmp_path / "docs", reader)
    assert (report.changed, report.unchanged, report.removed) == (1, 4, 0)
    assert [bool(each["known"]) for each in reader.requests] == [True] * 5
    (tmp_path / "docs" / "b.md").unlink()
    assert synced(store, tmp_path / "docs", reader).removed == 1
    assert len(kept(store)) == len(before) - 1


def test_a_file_that_differs_when_it_is_made_again_is_read_again_next_time(tmp_path):
    """A machine that dies midway has its rows made again, of a file that has changed by then."""
    lay_out(tmp_path / "docs", {"c.jsonl": FILES["c.jsonl"]})
    seen = []

    def changed(row):
        seen.append(row["kind"])
        return row | {"state": "0" * 64} if len(seen) > 2 else row

    store = MemoryStore.create("memory:")
    report = synced(store, tmp_path / "docs", Here(changed))
    assert any("changed while it was being read" in each.reason for each in report.problems)
    again = Here()
    assert not any(
        "changed" in each.reason for each in synced(store, tmp_path / "docs", again).problems
    )
    assert [each["known"] for each in again.requests] == [""]


def test_a_file_that_is_not_there_for_a_machine_is_reported(tmp_path):
    rows = list(read_file(request_of(b"/nowhere/a.txt")))
    file = ClusterFile(file_entry(Path("/nowhere/a.txt"), "text"), 0, iter(rows))
    assert (file.state, file.failure) == (None, "it vanished before it could be read")


def test_a_machine_with_another_embedder_refuses(tmp_path):
    lay_out(tmp_path, {"a.txt": "Bees hum."})
    path = os.fsencode(tmp_path / "a.txt")
    _, row, _ = read_file(request_of(path))
    with pytest.raises(ModelError, match="the same Excerpt on each machine"):
        embed_document(row, Recipe("all-MiniLM-L6-v2", "0" * 64, PassageConfig()))


def test_no_cluster_there_is_an_error():
    pytest.importorskip("ray.data")
    with pytest.raises(InputError, match="ray start --head"):
        ClusterReader("auto", recipe_of(MemoryStore.create("memory:")))


@pytest.fixture
def narrow_machine() -> Iterator[tuple[str, Path]]:
    """Start Ray in a control group of little memory; give its address and the group's folder."""
    pytest.importorskip("ray.data", reason="Ray is not installed: pip install 'excerpt[ray]'")
    group = Path("/sys/fs/cgroup/memory") / f"excerpt{os.getpid()}"
    try:
        group.mkdir()
        (group / "memory.limit_in_bytes").write_text(str(NARROW))
    except OSError as error:
        pytest.skip(f"no control group of memory may be made here: {error}")
    try:
        with TemporaryDirectory(prefix="ray", ignore_cleanup_errors=True) as folder:
            done = subprocess.run(
                (*inside(group), *RAY, "start", "--head", f"--port={free_port()}", "--num-cpus=1",
                 "--include-dashboard=false", "--object-store-memory=80000000", "--no-monitor",
                 "--disable-usage-stats", f"--temp-dir={folder}"),
                env={**os.environ, **QUICK}, capture_output=True, text=True, timeout=WAIT_SECONDS,
            )  # fmt: skip
            assert done.returncode == 0, done.stdout + done.stderr
            yield re.search(r"--address='([\d.:]+)'", done.stdout)[1], group
            end_group(group)
    finally:
        end_group(group)
        group.rmdir()


NARROW = 1536 << 20


def inside(group: Path) -> tuple[str, ...]:
    """Return what begins a command that runs in a control group."""
    enter = 'echo $$ > "$0"/cgroup.procs; exec "$@"'
    return ("sh", "-c", enter, str(group))


def end_group(group: Path) -> None:
    while pids := [int(each) for each in (group / "cgroup.procs").read_text().split()]:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def kills(group: Path) -> int:
    """Return how many processes of a control group the kernel ended for want of memory."""
    control = (group / "memory.oom_control").read_text()
    return int(re.search(r"oom_kill (\d+)", control)[1])


@pytest.mark.slow
def test_a_file_that_takes_more_memory_than_there_is_is_reported_and_the_rest_goes_in(
    narrow_machine, tmp_path
):
    address, group = narrow_machine
    folder = tmp_path / "docs"
    lay_out(folder, {f"{number:02}.txt": f"Lamp {number} was lit." for number in range(6)})
    # One sentence without end, whose letters take four bytes each once they are read.
    (folder / "02.txt").write_bytes(("\U0001f41d" + "z" * 1023).encode() * 250_000)
    where = str(tmp_path / "index")
    done = subprocess.run(
        (sys.executable, "-m", "api.cli.main", "index", str(folder), "--json", "--index", where,
         "--ray", address),
        env={**os.environ, **QUICK}, capture_output=True, text=True, timeout=4 * WAIT_SECONDS,
    )  # fmt: skip
    assert kills(group) > 0, "the kernel ended no worker"
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    report = json.loads(done.stdout)
    assert report["added"] == 5
    (problem,) = report["problems"]
    assert problem["uri"].endswith("02.txt")
    assert "memory" in problem["reason"]
    with FileStore.open(where) as store:
        assert store.verify() == []
        # It says nothing of what is in the file: it is tried again.
        (folder / "02.txt").write_text("Lamp 2 was lit.")
        assert store.sync([folder]).added == 1


class Lossy:
    """Runs what `Here` runs, but loses whoever works on some files, after some of their rows."""

    def __init__(self, lost, *, times, after=0):
        self.recipe = recipe_of(MemoryStore.create("memory:"))
        self.lost, self.left, self.after = lost, times, after
        self.runs = []

    def read(self, files):
        return read_through(files, lambda requests: read_apart(requests, self.run))

    def run(self, requests, again):
        assert again is bool(self.runs)
        self.runs.append(len(requests))
        for request in requests:
            is_lost = os.fsdecode(request["path"]).endswith(self.lost) and self.left > 0
            for number, row in enumerate(read_file(request)):
                if is_lost and number == self.after:
                    self.left -= 1
                    raise WorkerLostError("its worker ended")
                yield embed_document(row, self.recipe)


def named_lamps(tmp_path, count=9):
    lines = "".join(f'{{"_id": "r{n}", "text": "Bell {n} was rung."}}\n' for n in range(5))
    lamps = {f"{n}.txt": f"Lamp {n} was lit." for n in range(count)}
    lay_out(tmp_path / "docs", lamps | {"bells.jsonl": lines})
    return tmp_path / "docs"


@pytest.mark.parametrize("after", [0, 1, 3])
def test_work_that_was_lost_for_a_while_is_done_again(tmp_path, after):
    folder = named_lamps(tmp_path)
    here, lossy = MemoryStore.create("memory:"), MemoryStore.create("memory:")
    synced(here, folder)
    reader = Lossy("bells.jsonl", times=1, after=after)
    report = synced(lossy, folder, reader)
    assert report.problems == ()
    assert reader.runs[0] == 10
    assert len(reader.runs) > 1
    assert kept(lossy) == kept(here)


@pytest.mark.parametrize(("after", "in_it"), [(0, 0), (1, 0), (3, 2)])
def test_a_file_that_loses_every_worker_is_a_problem_of_its_own(tmp_path, after, in_it):
    folder = named_lamps(tmp_path)
    store = MemoryStore.create("memory:")
    reader = Lossy("4.txt" if after == 0 else "bells.jsonl", times=99, after=after)
    report = synced(store, folder, reader)
    (problem,) = report.problems
    assert problem.uri.endswith(reader.lost)
    assert "no machine of the cluster could read it" in problem.reason
    assert report.added == (13 if after == 0 else 9 + in_it)
    assert len(reader.runs) < 12, "it is found by halves"
    # Nothing is known of its content, so that the next sync reads it.
    assert synced(store, folder).added == (1 if after == 0 else 5 - in_it)


def test_what_ray_raises_of_a_worker_that_ended_is_known():
    exceptions = pytest.importorskip("ray.exceptions")
    wrapped = exceptions.RayTaskError("embed_document", "trace", MemoryError("no memory"))
    for error in (exceptions.OutOfMemoryError("it"), exceptions.WorkerCrashedError(), wrapped):
        assert ended_worker(error)
        outer = RuntimeError("a step failed")
        outer.__cause__ = error
        assert ended_worker(outer)
    assert not ended_worker(ConnectionError("the head is away"))
