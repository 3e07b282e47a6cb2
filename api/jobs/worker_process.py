"""The process that syncs an index for its jobs: an order and its answer are lines of JSON."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from api.jobs.types import Step


class WorkerDied(Exception):  # noqa: N818  # what happens, not what is wrong
    """The process that syncs ended by itself."""


Check = Callable[[Step | None], None]
"""Called some times a second while the worker is at work, with how far that is where it is news;
raises to end it."""


class WorkerProcess:
    """`api.jobs.sync_process` in a process of its own, begun when it is first needed."""

    def __init__(self, location: Path) -> None:
        """Take the index."""
        self._location = location
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def order(self, order: Mapping[str, Any], check: Check) -> dict[str, Any]:
        """Return the answer to an order; `check` may end the wait, and then the process.

        Raises:
            WorkerDied: when the process ends instead.
        """
        process = self._process or self._begin()
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
            return self._answer(check)
        except BrokenPipeError:
            self.end()
            raise WorkerDied from None
        except BaseException:
            self.end()
            raise

    def end(self) -> None:
        """Kill the process: the index stays at its last generation."""
        process, self._process = self._process, None
        if process is not None:
            # With the processes that it began itself.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def _answer(self, check: Check) -> dict[str, Any]:
        while True:
            try:
                line = self._answers.get(timeout=0.2)
            except queue.Empty:
                check(None)
                continue
            if line is None:
                raise WorkerDied
            answer: dict[str, Any] = json.loads(line)
            if "progress" not in answer:
                return answer
            check(Step(**answer["progress"]))

    def _begin(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "api.jobs.sync_process", str(self._location)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        self._process = process
        answers = self._answers = queue.SimpleQueue()
        threading.Thread(target=_pass_on, args=(process, answers), daemon=True).start()
        return process


def _pass_on(process: "subprocess.Popen[str]", answers: "queue.SimpleQueue[str | None]") -> None:
    assert process.stdout is not None
    try:
        for line in process.stdout:
            answers.put(line)
    except ValueError:
        pass  # It was closed, and nobody waits any more.
    answers.put(None)
