"""How long each stage of a question took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from retrieval.stopping import check_going_on


class Stages:
    """Collects milliseconds by stage; a stage entered twice adds up. Stages may overlap in time."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._spent: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """Time what runs inside, also when it fails.

        Raises:
            StoppedError: when nobody waits for the answer any more.
        """
        check_going_on()
        started = time.perf_counter()
        try:
            yield
        finally:
            spent = (time.perf_counter() - started) * 1000
            self._spent[stage] = self._spent.get(stage, 0.0) + spent

    def timings(self) -> dict[str, float]:
        """Return milliseconds by stage in the order they ended, then `total`."""
        total = (time.perf_counter() - self._started) * 1000
        return {stage: round(ms, 3) for stage, ms in {**self._spent, "total": total}.items()}
