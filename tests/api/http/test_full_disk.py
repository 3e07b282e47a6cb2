"""A disk that is full refuses what is sent, loses nothing, and takes it once there is room."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.store import FileStore

MIB = 1 << 20
SMALL = 272 * MIB
"""A little more than the server leaves free."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a small disk."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ("mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", str(place))
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no disk may be mounted here: {error}")
    yield place
    subprocess.run(("umount", "--lazy", str(place)), check=True)


@pytest.fixture
def index(disk: Path, tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "one.txt").write_text("The lighthouse keeper is Ada Moreau.")
    with FileStore.create(disk / "index") as store:
        store.sync([tmp_path / "docs"])
    return disk / "index"


def upload(client, name: str, data: bytes):
    return client.post("/v1/uploads", files=[("files", (name, data))])


def ended(client, answer):
    assert answer.status_code == 202, answer.text
    until = time.monotonic() + 120
    while (job := client.get(f"/v1/jobs/{answer.json()['id']}").json())["ended"] is None:
        assert time.monotonic() < until
        time.sleep(0.05)
    return job


def fill(disk: Path) -> Path:
    """Take what room there is."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * MIB)
        except OSError:
            pass
        try:
            while True:
                file.write(b"\0" * 512)
        except OSError:
            return filler


def keeper(client) -> str:
    body = {"question": "Who is the lighthouse keeper?"}
    return client.post("/v1/ask", json=body).json()["answers"][0]["text"]


def test_what_finds_no_room_is_refused_and_what_fits_goes_in(serve, index: Path) -> None:
    with serve(index) as client:
        refused = upload(client, "long.txt", b"Bees hum in the reeds. " * (20 * MIB // 23))
        assert refused.status_code == 507
        assert refused.json()["type"] == "urn:excerpt:problem:storage-full"
        kept = [each for each in index.with_name("index.uploads").rglob("*") if each.is_file()]
        assert sum(each.stat().st_size for each in kept) < MIB, kept
        assert (
            ended(client, upload(client, "two.txt", b"Ilya Brandt is captain."))["state"] == "done"
        )
        assert keeper(client) == "Ada Moreau"


def test_a_job_that_meets_a_full_disk_waits_or_fails_and_the_index_stays_whole(
    serve, index: Path, disk: Path
) -> None:
    """What can be written of a failure fails; else the job is tried again until there is room."""
    with serve(index) as client:
        with FileStore.open(index) as store, store.begin():
            waiting = upload(client, "two.txt", b"Ilya Brandt is captain of the fleet. " * 9_000)
            filler = fill(disk)
        time.sleep(5)
        state = client.get(f"/v1/jobs/{waiting.json()['id']}").json()["state"]
        assert state in ("queued", "running", "failed")
        assert keeper(client) == "Ada Moreau"
        assert client.get("/v1/documents").json()["total"] == 1
        filler.unlink()
        job = ended(client, waiting)
        if job["state"] == "failed":
            assert job["error"]["status"] in (503, 507), job["error"]
            waiting = upload(client, "two.txt", b"Ilya Brandt is captain.")
            assert ended(client, waiting)["state"] == "done"
        assert client.get("/v1/documents").json()["total"] == 2
        assert keeper(client) == "Ada Moreau"
    with FileStore.open(index) as store:
        assert store.verify() == []
