"""Files whose worker on a cluster ended while it read them, for want of memory above all.

The cluster itself makes a part again a few times. When that fails, too, the files that are not done
are read anew in halves, so that what no machine can read ends alone, is reported and leaves the
others in. What a file yielded before is not yielded again, nor are the files before it read again.
"""

import pickle
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from index.ingest.worker import DiskError

BEGIN, DOCUMENT, PROBLEM, END = "begin", "document", "problem", "end"
Row = dict[str, Any]
"""`file`: its number; `kind`; `state`: what it is known by; `data`: pickled, by kind."""

_ENDED = frozenset(
    {"OutOfMemoryError", "WorkerCrashedError", "NodeDiedError", "ObjectLostError", "MemoryError"}
)
"""What Ray, and Python, raise where a worker lacked memory or was ended, or its machine died."""

_DEEPEST = 20


class WorkerLostError(Exception):
    """A worker ended, or ran out of memory, however often its part was begun."""


def ended_worker(error: BaseException) -> bool:
    """Return whether an error, or what it was raised from, is that of a worker that ended."""
    waiting: list[BaseException] = [error]
    for _ in range(_DEEPEST):
        if not waiting:
            return False
        one = waiting.pop()
        if any(each.__name__ in _ENDED for each in type(one).__mro__):
            return True
        # Ray keeps what a task raised in an attribute.
        causes = (one.__cause__, one.__context__, getattr(one, "cause", None))
        waiting += [each for each in causes if isinstance(each, BaseException) and each is not one]
    return False


Run = Callable[[list[Row], bool], Iterator[Row]]
"""Yields the rows of some files in order, or raises WorkerLostError.

It is told whether they were begun before.
"""


def read_apart(requests: list[Row], run: Run) -> Iterator[Row]:
    """Yield the rows of some files, in order; what ends its worker even alone is a problem.

    Args:
        requests: a row a file, with its number.
        run: reads them.
    """
    done = _Done()
    waiting = [requests]
    while waiting:
        some = waiting.pop()
        done.start_over()
        try:
            yield from filter(done.is_new, run(some, some is not requests))
        except WorkerLostError as error:
            left = [each for each in some if each["file"] not in done.ended]
            if len(some) == 1:
                yield from done.given_up(left, error)
            elif left:
                half = (len(left) + 1) // 2
                waiting += [each for each in (left[half:], left[:half]) if each]


@dataclass(slots=True)
class _Done:
    """What was yielded so far of each file, by its number."""

    ended: set[int] = field(default_factory=set)
    _states: dict[int, str] = field(default_factory=dict)
    _yielded: Counter[int] = field(default_factory=Counter)
    _seen: Counter[int] = field(default_factory=Counter)

    def start_over(self) -> None:
        """Count the rows of each file from its first one."""
        self._seen.clear()

    def is_new(self, row: Row) -> bool:
        """Return whether a row was not yielded before, and count it."""
        file = row["file"]
        self._seen[file] += 1
        if row["kind"] == END:
            self.ended.add(file)
        elif self._seen[file] <= self._yielded[file]:
            return False
        self._yielded[file] += 1
        self._states.setdefault(file, row["state"])
        return True

    def given_up(self, requests: list[Row], error: WorkerLostError) -> Iterator[Row]:
        """Yield the last rows of files that no machine reads; they are tried again next time."""
        reason = f"no machine of the cluster could read it: {error}"
        for file in (each["file"] for each in requests):
            if file not in self._states:
                yield make_row(file, BEGIN, "", reason)
            yield make_row(file, END, self._states.get(file, ""), (True, DiskError(reason)))
            self.ended.add(file)


def make_row(file: int, kind: str, state: str, value: object) -> Row:
    """Return a row of a file, by its number."""
    data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    return {"file": file, "kind": kind, "state": state, "data": data}
