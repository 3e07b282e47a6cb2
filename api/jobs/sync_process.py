"""The process that syncs: takes orders as JSON lines on stdin, answers on stdout.

    {"root": PATH, "paths": [PATH…], "all": false, "remove": [ID…]}
    -> {"progress": {"files", "files_known", "documents", "passages"}}, some a second
    -> {"report": {…}, "files": {PATH: [{"id", "title"}…]}, "more": {PATH: COUNT}}
       or {"problem": {…}, "locked": true|false}

It ends with its stdin, and with the process that began it.
"""

import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from api.problem_details import problem_of, system_failure
from api.schemas import load_problem_json, to_json
from index.errors import ExcerptError, IndexLockedError, IndexUnavailableError
from index.listing import listing
from index.progress import Progress
from index.protocols import Store
from index.store import schemes

_NICE = 10
_SECONDS_BETWEEN = 0.2
MOST_DOCUMENTS = 100
"""Documents of one file that a job's result names; the others are counted."""


def main(location: str) -> None:
    """Do orders until there are no more."""
    os.nice(_NICE)
    _leave_cores()
    outcome = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # Whatever a library prints belongs to the log.
    os.dup2(2, 1)
    worker = Worker(location, lambda answer: print(to_json(answer), file=outcome, flush=True))
    for line in sys.stdin:
        worker.do(json.loads(line))


def _leave_cores() -> None:
    """Keep to half of the cores: the others answer."""
    if hasattr(os, "sched_setaffinity"):  # not on macOS and Windows
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, cores[len(cores) // 2 :])


class Worker:
    """Keeps the store open between orders: its embedder takes a second to load."""

    def __init__(self, location: str, answer: Any) -> None:
        """Take where the index is, and what takes answers."""
        self._location = location
        self._answer = answer
        self._store: Store | None = None
        self._parent = os.getppid()
        self._told = 0.0

    def do(self, order: dict[str, Any]) -> None:
        """Do one order and answer it."""
        try:
            self._answer(self._done(order))
        except IndexLockedError as error:
            self._answer({"problem": problem_of(error).json(), "locked": True})
        except ExcerptError as error:
            self._answer({"problem": problem_of(error).json(), "locked": False})
        except OSError as error:
            self._answer({"problem": system_failure(error).json(), "locked": False})

    def _done(self, order: dict[str, Any]) -> dict[str, Any]:
        store = self._opened()
        if order["remove"]:
            report = store.remove(order["remove"])
        elif order["all"]:
            report = store.sync(progress=self._progress)
        else:
            report = self._synced(store, Path(order["root"]), order["paths"])
        files, more = documents_of(store, order["paths"])
        return {
            "report": {
                "generation": report.generation,
                "added": report.added,
                "changed": report.changed,
                "removed": report.removed,
                "problems": [load_problem_json(each) for each in report.problems],
            },
            "files": files,
            "more": more,
        }

    def _synced(self, store: Store, root: Path, paths: Sequence[str]) -> Any:
        real = Path(os.path.realpath(root))
        if not any(known == real for known in store.roots()):
            # Recorded as one root before files in it are: each of them would become one.
            store.sync([real])
        there = [path for path in map(Path, paths) if self._is_known(store, path)]
        return store.sync(there or [real], progress=self._progress, allow_empty=bool(there))

    def _is_known(self, store: Store, path: Path) -> bool:
        if path.exists():
            return True
        with store.snapshot() as snapshot:
            return bool(listing(snapshot).of_file(path, 1))

    def _opened(self) -> Store:
        """Return the store that lies there now."""
        if self._store is not None:
            try:
                self._store.newest()
            except IndexUnavailableError:
                self._store.close()
                self._store = None
        if self._store is None:
            self._store = schemes.open_store(self._location)
        return self._store

    def _progress(self, progress: Progress) -> None:
        if os.getppid() != self._parent:
            # Whoever would read the answer is gone; what is not committed never was.
            os._exit(1)
        now = time.monotonic()
        if now - self._told >= _SECONDS_BETWEEN:
            self._told = now
            self._answer(
                {
                    "progress": {
                        "files": progress.files,
                        "files_known": progress.files_known,
                        "documents": progress.documents,
                        "passages": progress.passages,
                    }
                }
            )


def documents_of(
    store: Store, paths: Sequence[str]
) -> tuple[dict[str, list[dict[str, str]]], dict[str, int]]:
    """Return the documents of each file, and how many more there are than are named."""
    files: dict[str, list[dict[str, str]]] = {}
    more: dict[str, int] = {}
    with store.snapshot() as snapshot:
        every = listing(snapshot)
        for path in paths:
            heads = every.of_file(Path(path), MOST_DOCUMENTS)
            files[path] = [{"id": each.id, "title": each.title} for each in heads]
            if len(heads) == MOST_DOCUMENTS:
                more[path] = every.count_file(Path(path)) - len(heads)
    return files, more


if __name__ == "__main__":
    main(sys.argv[1])
