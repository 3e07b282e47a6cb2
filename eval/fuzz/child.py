"""Loads damaged files in a process of its own, and says what should not have happened."""

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterable
from pathlib import Path
from random import Random
from types import FrameType

from eval.fuzz.mutations import fuzzed
from eval.fuzz.seed_files import PACKAGES, PLAIN
from index.errors import ExcerptError
from index.loaders import get_loader
from index.text.digest import text_digest
from index.types import Document, LoadProblem, Span

_FORBIDDEN = frozenset(
    {"socket.connect", "socket.bind", "subprocess.Popen", "os.system", "os.exec", "os.remove"}
)
_BUSY = 60
"""How many times its processor time a loader may take by the clock: one that waits is noticed."""
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class EscapeError(Exception):
    """A loader reached for a file, a program or the network."""


class SlowError(Exception):
    """A loader took longer than it may."""


def names() -> list[str]:
    """Return the formats that are tried."""
    return sorted((*PACKAGES, *PLAIN))


def make(seed: int, number: int, name: str) -> bytes:
    """Return input `number` of a format; the same again for the same seed."""
    return fuzzed(Random(f"{seed}:{number}:{name}"), name)


def faults(found: Iterable[Document | LoadProblem]) -> list[str]:
    """Return what is wrong with what a loader gave; none for a good loader."""
    wrong = []
    for each in found:
        if isinstance(each, LoadProblem):
            wrong += [] if each.reason else ["a problem without a reason"]
            continue
        whole = Span(0, len(each.text))
        spans = {
            "outline": [heading.span for heading in each.outline],
            "places": [place.span for place in each.places],
            "marks": [mark.span for mark in each.marks],
        }
        wrong += [
            f"{kind} {span} outside of a text of {len(each.text)}"
            for kind, listed in spans.items()
            for span in listed
            if not whole.covers(span)
        ]
        if each.sha256 != text_digest(each.text):
            wrong.append("a digest that is not the text's")
        if not each.text.strip():
            wrong.append("a document without words")
    return wrong


def load(name: str, data: bytes, seconds: float) -> tuple[str, float]:
    """Load one input; return what was wrong ("" or "refused" where nothing was) and the seconds.

    They are the processor's: on a busy machine the clock says nothing of a loader.
    """
    suffix = (PACKAGES.get(name) or PLAIN[name])[0]
    loader = get_loader(name.partition("-")[0])
    began = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, _BUSY * seconds)
    try:
        wrong = "; ".join(faults(loader.load(data, uri=f"/fuzz/a{suffix}", key="a"))[:3])
    except ExcerptError as error:
        wrong = "refused" if str(error) else "a refusal without a reason"
    except (SlowError, EscapeError) as error:
        wrong = f"{type(error).__name__}: {error}"
    except Exception as error:  # noqa: BLE001  # whatever else is raised is what is looked for
        last = traceback.extract_tb(error.__traceback__)[-1]
        wrong = f"{type(error).__name__}: {error} ({Path(last.filename).name}:{last.lineno})"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
    return wrong, time.process_time() - began


def _late(_signum: int, _frame: FrameType | None) -> None:
    raise SlowError("it takes longer than it may")


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event in _FORBIDDEN:
        raise EscapeError(event)
    if event == "open" and len(arguments) == 3 and isinstance(arguments[2], int):
        path, flags = str(arguments[0]), arguments[2]
        if flags & _WRITING or path.startswith("/etc/passwd"):
            raise EscapeError(f"open {path}")


def main(arguments: list[str]) -> None:
    """Load inputs until told to stop: `SEED FIRST LAST SECONDS LIMIT PROGRESS NAME…`."""
    seed, first, latest = map(int, arguments[:3])
    seconds, limit = map(float, arguments[3:5])
    progress = os.open(arguments[5], os.O_WRONLY | os.O_CREAT, 0o600)
    chosen = arguments[6:]
    for name in chosen:  # imports come first: they open files
        load(name, make(seed, 0, name), 60)
    signal.signal(signal.SIGPROF, _late)
    signal.signal(signal.SIGALRM, _late)
    sys.addaudithook(_watch)
    until = time.monotonic() + seconds
    number = first
    while time.monotonic() < until and number <= latest:
        name = chosen[number % len(chosen)]
        data = make(seed, number, name)
        os.pwrite(progress, b"%20d" % number, 0)
        wrong, took = load(name, data, limit)
        print(json.dumps([number, name, wrong, round(took, 4)]), flush=number % 64 == 0)
        number += 1


if __name__ == "__main__":
    main(sys.argv[1:])
