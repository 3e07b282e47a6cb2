"""Kills a writer at every boundary and at random moments, and checks what is left.

    python tests/index/store/crash.py --random 100

Every corpus carries a manifest: a document that digests all the others. So a reader can tell
whether it sees one whole generation. This process only forks: each write, check and read runs in
a child of its own, and the killed ones die of SIGKILL.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path[:0] = [str(Path(__file__).parents[3])]

# All that a child needs is imported here once, so that a fork starts at once.
import faiss  # noqa: E402, F401
import tantivy  # noqa: E402, F401

import index.lexical  # noqa: E402, F401
from index.ingest.sync import SyncConfig  # noqa: E402
from index.ingest.sync import sync as mirror  # noqa: E402
from index.loaders import get_loader  # noqa: E402
from index.store import FileStore, StoreConfig  # noqa: E402
from index.store.creation import holds_index  # noqa: E402
from index.store.durable import KILL_AT  # noqa: E402
from index.store.layout import Layout  # noqa: E402
from index.testing import HashingEmbedder  # noqa: E402
from index.text.token_counts import count_tokens  # noqa: E402
from index.types import Document  # noqa: E402

WORDS = [f"word{number}" for number in range(300)]
MANIFEST = "manifest.txt"

State = dict[str, str]
"""File name to text."""


class Child(NamedTuple):
    pid: int
    pipe: int


class Observation(NamedTuple):
    """What a check found: the generation, its files, and what does not hold."""

    generation: int
    state: State
    problems: list[str]


def fork(work: Callable[[], Any], kill_at: int | None = None) -> Child:
    """Run `work` in a child; its result comes back through a pipe as JSON."""
    read, write = os.pipe()
    pid = os.fork()
    if pid:
        os.close(write)
        return Child(pid, read)
    if kill_at is not None:
        os.environ[KILL_AT] = str(kill_at)
    status = 1
    try:
        with os.fdopen(write, "w") as pipe:
            json.dump(work(), pipe)
        status = 0
    except Exception as error:  # noqa: BLE001 - told on stderr, and the status says so
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
    finally:
        os._exit(status)


def wait(child: Child) -> tuple[int, Any]:
    """Return a child's wait status and its result, null when it was killed."""
    with os.fdopen(child.pipe) as pipe:
        data = pipe.read()
    status = os.waitpid(child.pid, 0)[1]
    return status, json.loads(data) if data and status == 0 else None


def run(work: Callable[[], Any]) -> Any:
    status, result = wait(fork(work))
    assert status == 0, f"a child failed with status {status}"
    return result


# The corpus


def text_of(rng: random.Random, name: str) -> str:
    sentences = (" ".join(rng.choices(WORDS, k=12)).capitalize() for _ in range(rng.randint(1, 9)))
    return f"{name} is common. " + ". ".join(sentences) + ".\n"


def with_manifest(state: State) -> State:
    others = {name: text for name, text in state.items() if name != MANIFEST}
    return {**others, MANIFEST: f"The common digest is {digest(others)}.\n"}


def digest(state: State) -> str:
    return hashlib.sha256(json.dumps(sorted(state.items())).encode()).hexdigest()


def edited(state: State, rng: random.Random) -> State:
    """Return the corpus after a few adds, changes and deletes."""
    after = dict(state)
    for name in rng.sample(sorted(set(after) - {MANIFEST}), k=min(2, len(after) - 1)):
        del after[name]
    for name in rng.sample(sorted(set(after) - {MANIFEST}), k=min(3, len(after) - 1)):
        after[name] = text_of(rng, name)
    for _ in range(rng.randint(1, 4)):
        name = f"{rng.randrange(10**6)}.txt"
        after[name] = text_of(rng, name)
    return with_manifest(after)


def lay_out(folder: Path, state: State) -> None:
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        if path.name not in state:
            path.unlink()
    for name, text in state.items():
        (folder / name).write_text(text)


# What runs in a child


def opened(index: Path) -> FileStore:
    return FileStore.create(index, embedder=HashingEmbedder(), model="hashing")


def sync(index: Path, folder: Path) -> int:
    return opened(index).sync([folder]).generation


def sync_in_batches(index: Path, folder: Path) -> int:
    """Sync with a generation every few passages."""
    with opened(index).begin() as writer:
        return mirror(writer, [folder], SyncConfig(batch_passages=4)).generation


def scatter(index: Path) -> None:
    """Add documents one by one and remove others; nothing is merged, and no terms made anew."""
    config = StoreConfig(lists_from=10**9, merged=0, rebuilt=0)
    with FileStore.open(index, embedder=HashingEmbedder(), config=config) as store:
        with store.snapshot() as snapshot:
            old = [document.id for document in snapshot.documents()]
        names = [f"scattered{number}" for number in range(7)]
        for name in names:
            text = f"A common {name} lay about."
            sha256 = hashlib.sha256(text.encode()).hexdigest()
            store.add([Document(name, name, "", text, sha256, "text/plain")])
        store.remove(old[:6])


def count_segments(index: Path) -> int:
    return int(str(opened(index).status()["segments"]))


def tend(index: Path) -> int:
    """Merge segments, make the terms anew and make inverted lists; return how many segments."""
    config = StoreConfig(lists_from=2, merged=0, rebuilt=0)
    with FileStore.open(index, embedder=HashingEmbedder(), config=config) as store:
        store.tend(threads=1)
        return int(str(store.status()["segments"]))


def check(index: Path) -> Observation:
    """Open the index, verify it, and read it whole."""
    store = FileStore.open(index, embedder=HashingEmbedder())
    with store.snapshot() as snapshot:
        documents = list(snapshot.documents())
        state = {Path(document.uri).name: document.text for document in documents}
        problems = [*store.verify(), *disagreements(snapshot, documents)]
        return Observation(snapshot.generation, state, problems)


def disagreements(snapshot: Any, documents: list[Document]) -> list[str]:
    """Compare documents, passages, terms and vectors of one snapshot."""
    found = []
    state = {Path(d.uri).name: d.text for d in documents if d.uri.endswith(".txt")}
    manifest = state.pop(MANIFEST, None)
    if manifest is not None and digest(state) not in manifest:
        found.append("the documents are not those of the manifest")
    passages = [p for d in documents for p in snapshot.document_passages(d.id)]
    ids = sorted(passage.id for passage in passages)
    texts = {document.id: document.text for document in documents}
    if any(p.span.of(texts[p.document_id]) != p.text for p in passages):
        found.append("a passage is not its document's text")
    if snapshot.vectors.live_ids().tolist() != ids:
        found.append("the vectors are not those of the passages")
    first = sorted(p.id for p in passages if "common" in p.text)
    if sorted(snapshot.terms.search("common", len(ids) + 9)[0].tolist()) != first:
        found.append("the terms are not those of the passages")
    if (snapshot.counts.documents, snapshot.counts.passages) != (len(documents), len(passages)):
        found.append("the counts are not those of what is there")
    return found


def read_until(index: Path, stop: Path) -> dict[str, Any]:
    """Read the newest generation over and over until the file `stop` is there."""
    store = FileStore.open(index, embedder=HashingEmbedder())
    reads, newest, problems = 0, 0, []
    while not stop.exists():
        with store.snapshot() as snapshot:
            problems += disagreements(snapshot, list(snapshot.documents()))
            if snapshot.generation < newest:
                problems.append(f"generation {snapshot.generation} after {newest}")
            newest = snapshot.generation
        reads += 1
    return {"reads": reads, "newest": newest, "problems": problems[:20]}


# The two kinds of trial


def at_every_boundary(base: Path, write: Callable[[Path], int], step: int = 1) -> int:
    """Kill `write` at every `step`-th boundary, each time on a copy of `base`; return how many.

    After each kill the index holds what it held before or after the write, whole, and the same
    write then succeeds.
    """
    before = Observation(*run(lambda: check(base))) if base.exists() else None
    whole = base.with_name("whole")
    _copy(base, whole)
    generation = run(lambda: write(whole))
    after = Observation(*run(lambda: check(whole)))
    assert generation == after.generation
    assert not after.problems, after.problems
    boundary = 0
    while True:
        boundary += step
        trial = base.with_name("trial")
        _copy(base, trial)
        status, _ = wait(fork(lambda trial=trial: write(trial), boundary))
        if status == 0:
            assert boundary > step, "no boundary was reached"
            return boundary // step - 1
        assert os.WIFSIGNALED(status), f"boundary {boundary}: the writer failed by itself"
        assert os.WTERMSIG(status) == signal.SIGKILL
        _assert_whole(trial, before, after, f"boundary {boundary}")
        run(lambda trial=trial: write(trial))
        again = Observation(*run(lambda trial=trial: check(trial)))
        assert (again.state, again.problems) == (after.state, []), f"boundary {boundary}: {again}"


def in_batches(base: Path, folder: Path, before: State, after: State, step: int) -> int:
    """Kill a sync of many generations at every `step`-th boundary; return how many.

    After each kill every document is as it was before or after, and the same sync then succeeds.
    """
    boundary = 0
    trial = base.with_name("trial")
    while True:
        boundary += step
        _copy(base, trial)
        status, _ = wait(fork(lambda: sync_in_batches(trial, folder), boundary))
        if status == 0:
            return boundary // step - 1
        assert os.WIFSIGNALED(status), f"boundary {boundary}: the writer failed by itself"
        state, problems = run(lambda: parts(trial))
        assert not problems, f"boundary {boundary}: {problems}"
        for name, text in state.items():
            assert text in (before.get(name), after.get(name)), f"boundary {boundary}: {name}"
        assert state.keys() >= before.keys() & after.keys(), f"boundary {boundary}: lost"
        run(lambda: sync_in_batches(trial, folder))
        assert run(lambda: parts(trial)) == [after, []], f"boundary {boundary}"


def while_tending(base: Path, step: int) -> int:
    """Kill what looks after an index at every `step`-th boundary; return how many.

    After each kill the index holds what it held, and is then looked after to the end.
    """
    before = run(lambda: parts(base))
    assert run(lambda: count_segments(base)) > 1
    boundary = 0
    trial = base.with_name("trial")
    while True:
        boundary += step
        _copy(base, trial)
        status, _ = wait(fork(lambda: tend(trial), boundary))
        if status == 0:
            return boundary // step - 1
        assert os.WIFSIGNALED(status), f"boundary {boundary}: it failed by itself"
        assert run(lambda: parts(trial)) == before, f"boundary {boundary}"
        assert run(lambda: tend(trial)) == 1, f"boundary {boundary}"
        assert run(lambda: parts(trial)) == before, f"boundary {boundary}"


def parts(index: Path) -> tuple[State, list[str]]:
    """Return the documents of the newest generation, and what does not hold."""
    store = FileStore.open(index, embedder=HashingEmbedder())
    with store.snapshot() as snapshot:
        state = {Path(each.uri).name: each.text for each in snapshot.documents()}
    return state, store.verify()


def _assert_whole(index: Path, before: Observation | None, after: Observation, where: str) -> None:
    found = run(lambda: check_if_there(index))
    if found is None:
        assert before is None, f"{where}: an index that was there is gone"
        return
    seen = Observation(*found)
    assert not seen.problems, f"{where}: {seen.problems}"
    expected = [(after.generation, after.state)]
    expected += [(before.generation, before.state)] if before else [(0, {})]
    assert (seen.generation, seen.state) in expected, f"{where}: neither before nor after"


def check_if_there(index: Path) -> Observation | None:
    """Check the index, or return null when founding it was not finished."""
    return check(index) if holds_index(Layout(index)) else None


def _copy(source: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    if source.exists():
        shutil.copytree(source, target)


def at_random(where: Path, kills: int, seed: int) -> dict[str, int]:
    """Kill syncs at random moments while a reader reads; return what happened."""
    rng = random.Random(seed)
    folder, index, stop = where / "corpus", where / "index", where / "stop"
    state = with_manifest({f"{n}.txt": text_of(rng, f"{n}.txt") for n in range(12)})
    lay_out(folder, state)
    started = time.monotonic()
    acknowledged = run(lambda: sync(index, folder))
    usual = time.monotonic() - started
    reader = fork(lambda: read_until(index, stop))
    killed = committed = writes = 0
    while killed < kills:
        before, state = state, edited(state, rng)
        lay_out(folder, state)
        writes += 1
        writer = fork(lambda: sync(index, folder))
        if rng.random() < 0.8:
            time.sleep(rng.uniform(0, usual))
            os.kill(writer.pid, signal.SIGKILL)
        status, generation = wait(writer)
        seen = Observation(*run(lambda: check(index)))
        assert not seen.problems, seen.problems
        if status == 0:
            assert (seen.generation, seen.state) == (generation, state), "acknowledged and lost"
        else:
            assert os.WIFSIGNALED(status), "the writer failed by itself"
            killed += 1
            committed += seen.generation > acknowledged
            whole = [(acknowledged, before), (acknowledged + 1, state)]
            assert (seen.generation, seen.state) in whole, "neither before nor after"
        acknowledged, state = seen.generation, seen.state
    stop.touch()
    _, read = wait(reader)
    assert read is not None, "the reader failed"
    assert not read["problems"], read["problems"]
    return {
        "kills": killed,
        "after_commit": committed,
        "writes": writes,
        "generations": acknowledged,
        "reads": read["reads"],
    }


def boundaries(where: Path, step: int, seed: int) -> dict[str, int]:
    """Kill at boundaries of founding, syncing, adding, removing and merging."""
    rng = random.Random(seed)
    folder, base = where / "corpus", where / "base"
    state = with_manifest({f"{n}.txt": text_of(rng, f"{n}.txt") for n in range(5)})
    lay_out(folder, state)
    counted = {"found and sync": at_every_boundary(base, lambda i: sync(i, folder), step)}
    _grow(base, folder, state, rng)
    lay_out(folder, edited(state, rng))
    counted["sync"] = at_every_boundary(base, lambda i: sync(i, folder), step)
    before = run(lambda: parts(base))[0]
    after = edited(edited(before, rng), rng)
    lay_out(folder, after)
    counted["sync in batches"] = in_batches(base, folder, before, after, 3 * step)
    run(lambda: sync(base, folder))
    text = "A common guest came."
    guest = Document(
        "guest", "guest", "", text, hashlib.sha256(text.encode()).hexdigest(), "text/plain"
    )
    counted["add"] = at_every_boundary(base, lambda i: opened(i).add([guest]).generation, step)
    run(lambda: opened(base).add([guest]).generation)
    scattered = base.with_name("scattered")
    _copy(base, scattered)
    run(lambda: scatter(scattered))
    counted["tend"] = while_tending(scattered, step)
    counted["remove"] = at_every_boundary(base, lambda i: remove_if_there(i, "guest"), step)
    return counted


def _grow(base: Path, folder: Path, state: State, rng: random.Random) -> None:
    """Make an index of many small generations, so that the next write merges segments."""
    run(lambda: sync(base, folder))
    for number in range(6):
        name = f"grown{number}.txt"
        state[name] = text_of(rng, name)
        state |= with_manifest(state)
        lay_out(folder, state)
        run(lambda: sync(base, folder))


def remove_if_there(index: Path, document_id: str) -> int:
    store = opened(index)
    with store.snapshot() as snapshot:
        there = any(document.id == document_id for document in snapshot.documents())
    return store.remove([document_id]).generation if there else store.newest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--random", type=int, default=100, help="kills at random moments")
    parser.add_argument("--step", type=int, default=1, help="kill at every STEP-th boundary")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    count_tokens("warm")
    get_loader("text")
    result: dict[str, dict[str, int]] = {}
    # A kill loses nothing that a disk would keep, so memory will do, and is faster.
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=memory) as where:
        if options.step:
            result["boundaries"] = boundaries(Path(where), options.step, options.seed)
    with tempfile.TemporaryDirectory(dir=memory) as where:
        if options.random:
            result["random"] = at_random(Path(where), options.random, options.seed)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
