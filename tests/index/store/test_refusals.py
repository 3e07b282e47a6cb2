"""Index folders that nobody may write, not even root: read-only and full file systems.

The file systems are mounted in a namespace of the test's own, where the kernel allows that.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from index.errors import IndexUnavailableError
from index.store import FileStore

HERE = Path(__file__).parent
ROOT = HERE.parents[2]

OPEN = """
import sys
sys.path[:0] = [{root!r}, {here!r}]
from pathlib import Path
from index.testing import HashingEmbedder
from index.errors import IndexUnavailableError
from index.store import FileStore
from index.types import Document
from index.text.digest import text_digest

def make(name, text):
    return Document(name, name, "", text, text_digest(text), "text/plain")

def open_store():
    return FileStore.create({index!r}, embedder=HashingEmbedder(), model="hashing")
"""

Run = Callable[[str, str], list[str]]


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """The folder of an index, in a folder that is mounted by itself."""
    (tmp_path / "disk").mkdir()
    return tmp_path / "disk" / "index"


@pytest.fixture
def run(index: Path) -> Run:
    """`run(mount, script)` runs Python below a mount of its own; gives the printed lines."""
    if shutil.which("unshare") is None or unshared(index, "true", "true").returncode:
        pytest.skip("this kernel lets us mount nothing")

    def run(mount: str, script: str) -> list[str]:
        program = OPEN.format(root=str(ROOT), here=str(HERE), index=str(index)) + script
        done = unshared(index, mount, 'exec "$2" -c "$3"', sys.executable, program)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return run


def unshared(
    index: Path, mount: str, command: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["unshare", "-rm", "sh", "-c", f"{mount} && {command}", "-", str(index.parent), *arguments],
        capture_output=True,
        text=True,
        timeout=120,
    )


READ_ONLY = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1"'

WRITE = """
try:
    with open_store() as store:
        print(store.add([make("b", "Ants walk.")]).generation)
except IndexUnavailableError as error:
    print(error)
"""

READ = """
with open_store() as store, store.snapshot() as snapshot:
    ids = snapshot.terms.search("bees", 5)[0].tolist()
    print([passage.text for passage in snapshot.passages(ids)])
    ids = snapshot.vectors.search(store.embedder.embed_query("bees"), 1)[0].tolist()
    print([passage.text for passage in snapshot.passages(ids)])
    print(store.verify())
"""


def test_a_read_only_index_is_read_and_says_that_it_cannot_be_written(
    run: Run, index: Path
) -> None:
    assert run("true", WRITE.replace("Ants walk", "Bees hum")) == ["1"]
    assert run("true", READ)[2] == "[]"
    assert list(index.glob("terms/1/*.lock")), "who read it while it could be written left a lock"
    assert run(READ_ONLY, READ) == ["['Bees hum.']", "['Bees hum.']", "[]"]
    (told,) = run(READ_ONLY, WRITE)
    assert f"cannot write to the index folder {index}: Read-only file system" in told


POWERLESS = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
"""Keeps root from reading and writing what permissions forbid."""


@pytest.fixture
def forbidden(index: Path) -> Callable[[str, str], list[str]]:
    """`forbidden(mode, script)` runs Python with an index that was read and given that mode."""
    powerless = POWERLESS if os.geteuid() == 0 else []
    if powerless and shutil.which("setpriv") is None:
        pytest.skip("root may read and write everything")

    def python(script: str) -> list[str]:
        program = OPEN.format(root=str(ROOT), here=str(HERE), index=str(index)) + script
        command = [*powerless, sys.executable, "-c", program]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    def run(modes: str, script: str) -> list[str]:
        python(WRITE.replace("Ants walk", "Bees hum") + READ)
        subprocess.run(["sh", "-c", modes], cwd=index, check=True)
        try:
            return python(script)
        finally:
            subprocess.run(["chmod", "-R", "u+rwX", index], check=True)

    return run


@pytest.mark.parametrize("modes", ["chmod -R a-w .", "chmod a-w terms/1/.*.lock"])
def test_an_index_that_may_not_be_written_is_read(
    forbidden: Callable[[str, str], list[str]], modes: str
) -> None:
    assert forbidden(modes, READ) == ["['Bees hum.']", "['Bees hum.']", "[]"]


READ_IN_VAIN = """
for work in (FileStore.snapshot, FileStore.verify):
    try:
        with open_store() as store:
            print(work(store))
    except IndexUnavailableError as error:
        print(error)
with FileStore.open({index!r}) as store:
    print(store.newest())
"""


@pytest.mark.parametrize("path", ["terms", "terms/1", "terms/1/meta.json", "vectors/1.faiss"])
def test_what_may_not_be_read_is_not_taken_for_damaged(
    forbidden: Callable[[str, str], list[str]], index: Path, path: str
) -> None:
    told = forbidden(f"chmod 0 {path}", READ_IN_VAIN.replace("{index!r}", repr(str(index))))
    for line in told[:2]:
        assert "cannot be read: Permission denied; check its permissions" in line
    assert told[2:] == ["1"]


ANOTHER_USER = """
import os
from retrieval import Engine
from retrieval.reader.sentence import SentenceReader
with open_store() as store:
    store.add([make("a", "Bees hum in the garden.")])
    with Engine(store, store.embedder, reader=SentenceReader()) as engine:
        engine.ask("Who hums in the garden?")
        store.verify()
    before = store.newest()
os.setgid(65534)
os.setuid(65534)
with open_store() as store, Engine(store, store.embedder, reader=SentenceReader()) as engine:
    print(engine.ask("Who hums in the garden?").hits[0].passage.text)
    print(store.verify(), store.newest() == before)
    for write in (lambda: store.add([make("b", "Ants walk.")]), lambda: store.remove(["a"])):
        try:
            write()
        except (IndexUnavailableError, OSError) as error:
            print(error)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")
def test_another_user_reads_what_he_may_and_is_told_that_he_may_not_write() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        program = OPEN.format(root=str(ROOT), here=str(HERE), index=str(folder / "index"))
        command = [sys.executable, "-c", "import os; os.umask(0o022)\n" + program + ANOTHER_USER]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        first, second, *told = done.stdout.splitlines()
        assert (first, second) == ("Bees hum in the garden.", "[] True")
        assert len(told) == 2
        for line in told:
            assert "ermission" in line
            assert "delete" not in line


KILLED_ONCE_COMMITTED = """
import os, signal
import index.store.file_store
index.store.file_store.tidy = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
with open_store() as store:
    store.add([make("a", "Bees hum.")])
"""


def test_a_read_only_index_shows_what_a_killed_writer_committed(run: Run, index: Path) -> None:
    with pytest.raises(AssertionError):
        run("true", KILLED_ONCE_COMMITTED)
    assert (index / "catalog.sqlite-wal").stat().st_size
    assert run(READ_ONLY, READ)[0] == "['Bees hum.']"


def test_nothing_is_made_on_a_read_only_disk(run: Run, index: Path) -> None:
    (told,) = run(READ_ONLY, WRITE)
    assert f"cannot make an index in {index}: Read-only file system" in told


@pytest.mark.parametrize("kibibytes", [40, 160, 300, 600])
def test_a_full_disk_says_so_and_leaves_what_was_there(run: Run, kibibytes: int) -> None:
    """Wherever it fills: while the index is founded, in its record, its terms or its vectors."""
    told = run(f'mount -t tmpfs -o size={kibibytes}k tmpfs "$1"', FILL)
    assert "make room there" in told[0]
    assert "what it held is safe" in told[0]
    assert told[1:] in ([], ["[]"])


FILL = """
try:
    with open_store() as store:
        store.add(make(str(number), f"Bee {number} hums. " * 40) for number in range(2000))
except IndexUnavailableError as error:
    print(error)
try:
    store = open_store()
except IndexUnavailableError:
    pass
else:
    print(store.verify())
"""


def test_a_file_in_the_folder_s_place_is_told_and_left_alone(tmp_path: Path) -> None:
    place = tmp_path / "notes.txt"
    place.write_text("mine")
    with pytest.raises(IndexUnavailableError, match=r"notes\.txt: File exists"):
        FileStore.create(place)
    with pytest.raises(IndexUnavailableError, match="Not a directory"):
        FileStore.create(place / "index")
    with pytest.raises(IndexUnavailableError, match="is a file, not an index folder"):
        FileStore.open(place)
    assert place.read_text() == "mine"
