"""A process may end while its daemon threads ask."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from index.errors import IndexUnavailableError
from retrieval.exiting import Questions

ASKING = """
import sys, threading, time
from pathlib import Path

from index.ingest.sync import sync
from index.store import FileStore
from retrieval.engine import Engine

place, folder, wait = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])
if not Path(place).exists():
    with FileStore.create(place) as store, store.begin() as writer:
        sync(writer, [folder])
engine = Engine.open(place)
engine.ask("Who mended the weir?")

def ask():
    while True:
        engine.ask("Who mended the weir?")
        engine.search("weir")

for _ in range(3):
    threading.Thread(target=ask, daemon=True).start()
time.sleep(wait)
"""


def test_the_process_ends_quietly_while_daemon_threads_ask(tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    for number in range(6):
        text = f"The weir of pond {number} was mended by Ada Holm, as the miller {number} wrote."
        (folder / f"{number}.txt").write_text(text)
    for wait in (0.0, 0.11):
        command = [sys.executable, "-c", ASKING, str(tmp_path / "index"), str(folder), str(wait)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
        assert (done.returncode, done.stderr) == (0, "")


def test_the_exit_waits_for_the_questions_of_others_and_lets_none_begin() -> None:
    questions = Questions()
    begun, finish = threading.Event(), threading.Event()

    def ask() -> None:
        with questions.running(), questions.running():
            begun.set()
            finish.wait(60)

    asking = threading.Thread(target=ask)
    asking.start()
    assert begun.wait(60)
    with questions.running():  # its own question is not waited for
        started = time.monotonic()
        questions.close(0.2)
        assert time.monotonic() - started >= 0.2
        threading.Timer(0.1, finish.set).start()
        questions.close(60)
        asking.join()
    with pytest.raises(IndexUnavailableError, match="exits"), questions.running():
        pass
