"""Merging, making terms anew and making lists beside readers and writers."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.errors import IndexLockedError
from index.inverted_lists import InvertedLists
from index.store import FileStore, StoreConfig, catalog
from index.store.compaction import MERGE, TERMS, Job, adopt, do
from index.store.connect import connect_writer
from index.store.lock import WriteLock
from index.store.terms import deleted_share
from index.testing import HashingEmbedder, make_document
from index.vectors import Segment, lists_place

HERE = Path(__file__).parent
WORDS = [f"word{number}" for number in range(40)]
CONFIG = StoreConfig(lists_from=100, merged=20, rebuilt=10)


def text(number: int) -> str:
    return " ".join(np.random.default_rng(number).choice(WORDS, 6))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FileStore]:
    embedder = HashingEmbedder()
    path = tmp_path / "index"
    with FileStore.create(path, embedder=embedder, model="hashing", config=CONFIG) as made:
        yield made


def fill(store: FileStore, begin: int, end: int) -> None:
    store.add([make_document(str(number), text(number)) for number in range(begin, end)])


def segments(store: FileStore) -> list[str]:
    with store.snapshot() as snapshot, connected(store) as db:
        return [row.name for row in catalog.segments(db, snapshot.generation)]


class connected:  # noqa: N801 - a context manager
    def __init__(self, store: FileStore) -> None:
        self._db = connect_writer(store.path / "catalog.sqlite")

    def __enter__(self):
        return self._db

    def __exit__(self, *_: object) -> None:
        self._db.close()


def found(store: FileStore, number: int) -> bool:
    """Return whether both arms find a document by its words."""
    query = text(number)
    with store.snapshot() as snapshot:
        dense = snapshot.vectors.search(store.embedder.embed_query(query), 1)[0].tolist()
        lexical = snapshot.terms.search(query, 1)[0].tolist()
        return all(snapshot.passages(ids)[0].text == query for ids in (dense, lexical))


def test_a_commit_copies_little_and_the_rest_is_merged_meanwhile(store: FileStore) -> None:
    fill(store, 0, 150)
    fill(store, 150, 260)
    assert (store.path / "vectors" / "2.faiss").exists(), "the commit itself merges nothing"
    until = time.monotonic() + 600
    while len(segments(store)) > 1 and time.monotonic() < until:
        time.sleep(1)
    (name,) = segments(store)
    assert name.endswith("-merged.faiss")
    store.tend()
    status = store.status()
    assert (status["vectors_scanned"], status["vectors_in_lists"]) == (0, 260)
    assert float(str(status["recall_at_10"])) >= 0.95
    assert store.verify() == []
    assert all(found(store, number) for number in (3, 149, 150, 259))


def test_the_lists_of_a_merged_segment_take_the_codes_of_its_parts_over(tmp_path: Path) -> None:
    """The same codes as if each vector had been coded again, and no row that was deleted."""
    config = replace(CONFIG, lists_from=100)
    path = tmp_path / "index"
    with FileStore.create(path, embedder=HashingEmbedder(), model="hashing", config=config) as made:
        fill(made, 0, 160)
        made.tend(1)
        with made.begin() as writer:
            for number in range(40):
                writer.delete(str(number))
            for number in range(160, 320):
                writer.put(make_document(str(number), text(number)))
            writer.commit()
        made.tend(1)
        (name,) = segments(made)
        with connected(made) as db:
            (row,) = catalog.segments(db, made.newest())
        segment = Segment(made.path / "vectors" / name, 32, row.rows)
        lists = segment.lists
        assert lists is not None
        index = lists.index
        held = [index.invlists.list_size(group) for group in range(index.nlist)]
        assert sum(held) == index.ntotal == row.rows == 280
        again = type(index)(index.quantizer, 32, index.nlist, index.metric_type)
        again.own_fields = False
        again.is_trained = True
        again.add(np.ascontiguousarray(segment.vectors))
        query = made.embedder.embed_query(text(60))
        assert np.array_equal(*(one.search(query.reshape(1, -1), 20)[1] for one in (index, again)))
        assert isinstance(InvertedLists.open(lists_place(segment.path), 280, 32), InvertedLists)
        assert made.verify() == []


def test_a_write_that_goes_on_takes_over_what_was_merged(store: FileStore) -> None:
    with store.begin() as writer:
        for number in range(240):
            writer.put(make_document(str(number), text(number)))
            if number % 80 == 79:
                writer.checkpoint()
        until, extra = time.monotonic() + 600, 240
        while len(segments(store)) > 3 or not any("merged" in one for one in segments(store)):
            assert time.monotonic() < until
            writer.put(make_document(str(extra), text(extra)))
            writer.checkpoint()
            extra += 1
            time.sleep(1)
        report = writer.commit()
    assert report.generation <= store.newest()
    assert store.status()["documents"] == extra
    assert store.verify() == []


@pytest.mark.parametrize("kind", [MERGE, TERMS])
def test_what_is_written_while_it_is_made_anew_is_not_lost(store: FileStore, kind: str) -> None:
    small = replace(CONFIG, lists_from=100_000)
    with FileStore.open(store.path, embedder=HashingEmbedder(), config=small) as quiet:
        fill(quiet, 0, 60)
        fill(quiet, 60, 120)
        names = tuple(segments(quiet))
        snapshot = quiet.snapshot()
        job = Job(str(store.path), kind, snapshot.generation, 32, names, 100_000)
        do(job)
        quiet.remove(["3", "70"])
        fill(quiet, 119, 130)
        with WriteLock(store.path / "write.lock"), connected(store) as db:
            assert adopt(db, job)
        snapshot.close()
        assert quiet.verify() == []
        assert (found(quiet, 5), found(quiet, 129), found(quiet, 3)) == (True, True, False)
        assert quiet.status()["documents"] == 128


def test_what_does_not_fit_any_more_is_left_alone(store: FileStore) -> None:
    fill(store, 0, 60)
    job = Job(str(store.path), MERGE, store.newest(), 32, tuple(segments(store)), 100_000)
    with store.snapshot():
        do(job)
        with WriteLock(store.path / "write.lock"), connected(store) as db:
            assert adopt(db, job)
            newest = catalog.newest(db)
            assert not adopt(db, job)
            assert catalog.newest(db) == newest
    assert store.verify() == []


def test_terms_of_many_are_made_anew_beside_the_write(store: FileStore) -> None:
    fill(store, 0, 200)
    store.remove([str(number) for number in range(60)])
    store.tend()
    with connected(store) as db:
        newest = catalog.generation(db, store.newest())
    assert newest is not None
    assert deleted_share(store.path / "terms" / newest.terms) == 0
    assert store.verify() == []
    assert (found(store, 100), found(store, 5)) == (True, False)


def test_only_one_process_at_a_time_looks_after_an_index(store: FileStore) -> None:
    small = replace(CONFIG, lists_from=100_000)
    with FileStore.open(store.path, embedder=HashingEmbedder(), config=small) as quiet:
        fill(quiet, 0, 120)
        fill(quiet, 120, 230)
    with WriteLock(store.path / "tending" / "making.lock"):
        store.tend(1)
        assert len(segments(store)) == 2
    store.tend(1)
    assert len(segments(store)) == 1
    assert store.verify() == []


MERGING = """
import sys, time
sys.path.insert(0, {root!r})
from index.store import FileStore, StoreConfig
from index.testing import HashingEmbedder

config = StoreConfig(lists_from=100, merged=20, rebuilt=10)
with FileStore.open({path!r}, embedder=HashingEmbedder(), config=config) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(20):
        store.tend(1)
        with store.snapshot() as snapshot:
            assert len(snapshot.vectors.search(store.embedder.embed_query("word3"), 5)[0]) == 5
    assert store._tender.problem is None, store._tender.problem
    print("done", flush=True)
"""


def test_two_processes_that_both_want_to_merge_leave_one_whole_index(store: FileStore) -> None:
    small = replace(CONFIG, lists_from=100_000)
    with FileStore.open(store.path, embedder=HashingEmbedder(), config=small) as quiet:
        fill(quiet, 0, 120)
        fill(quiet, 120, 230)
    assert len(segments(store)) == 2
    program = MERGING.format(root=str(HERE.parents[2]), path=str(store.path))
    both = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for one in both:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in both:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    for one in both:
        out, problems = one.communicate(timeout=120)
        assert (out, one.returncode) == ("done\n", 0), problems
    assert len(segments(store)) == 1
    assert store.verify() == []
    assert all(found(store, number) for number in (0, 119, 120, 229))
    # It was done once: the generation that took the merged segment over is the only new one.
    with store.snapshot() as snapshot:
        assert snapshot.generation == 3


def test_a_damaged_segment_is_not_merged(store: FileStore) -> None:
    small = replace(CONFIG, lists_from=100_000)
    with FileStore.open(store.path, embedder=HashingEmbedder(), config=small) as quiet:
        fill(quiet, 0, 120)
        fill(quiet, 120, 230)
    place = store.path / "vectors" / "1.faiss"
    data = bytearray(place.read_bytes())
    data[len(data) // 2] ^= 0x40
    place.write_bytes(data)
    store.tend(1)
    assert sorted(path.name for path in (store.path / "vectors").iterdir()) == [
        "1.faiss",
        "2.faiss",
    ]
    (problem,) = store.verify()
    assert "1.faiss" in problem


def test_a_writer_waits_for_who_holds_the_lock_briefly(tmp_path: Path) -> None:
    place = tmp_path / "write.lock"
    holder = WriteLock(place, briefly=True)
    holder.__enter__()
    threading.Timer(0.3, holder.__exit__, (None, None, None)).start()
    with WriteLock(place), pytest.raises(IndexLockedError, match=r"process \d+ is writing"):
        WriteLock(place).__enter__()


LIMITED = """
import resource, sys
sys.path[:0] = [{root!r}]
from index.store import FileStore, StoreConfig
from index.testing import HashingEmbedder
from tests.index.store.test_tending import fill, segments, text
from index.testing import make_document
from index.inverted_lists import build
from index.vectors import Segment
path = {path!r}
quiet = StoreConfig(lists_from=100_000, merged=0, rebuilt=0)
with FileStore.create(path, embedder=HashingEmbedder(), model="hashing", config=quiet) as store:
    fill(store, 0, 150)
    fill(store, 150, 300)
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
config = StoreConfig(lists_from=120, merged=0, rebuilt=0)
with FileStore.open(path, embedder=HashingEmbedder(), config=config) as store:
    store.tend(1)
    print(store._tender.problem)
    print(len(segments(store)), store.verify())
    print(sorted(one.name for one in (store.path / "tending").iterdir()))
    (one, _) = [Segment(path, 32, 150) for path in sorted((store.path / "vectors").iterdir())]
    place = store.path / "lists" / "more"
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, {limit}))
    try:
        build(place, one.vectors, one.vectors[:5])
    except (RuntimeError, OSError) as error:
        print(type(error).__name__)
    print([each.name for each in place.parent.iterdir() if each.name.startswith("more")])
"""


def test_a_disk_that_refuses_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    """During a merge, and while lists are written."""
    path = str(tmp_path / "ix")
    program = LIMITED.format(root=str(HERE.parents[2]), path=path, limit=36_000)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    problem, state, left, raised, lists = done.stdout.splitlines()
    assert "could not be made faster" in problem
    assert "nothing of it is lost" in problem
    assert (state, left) == ("2 []", "['making.lock']")
    assert raised in ("RuntimeError", "OSError")
    assert lists == "[]"
