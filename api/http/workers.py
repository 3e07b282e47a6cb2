"""Several processes that answer on one port, each with an engine of its own over the same files.

Each listens on a socket of its own at the same address (SO_REUSEPORT), among which the kernel
divides connections. The sockets are this process's: a worker that dies loses the connections it
had, and the one that is started in its place goes on with those that wait.
"""

import logging
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from types import FrameType

from api.http.metrics import FOLDER

WORKER = "EXCERPT_WORKER_SOCKET"
"""Names the socket's descriptor to a worker."""

_PAUSE = 1.0
"""Seconds before a worker that died is started again."""

_log = logging.getLogger("excerpt.workers")


class Workers:
    """Runs this program's own command once a socket, until told to stop."""

    def __init__(self, sockets: Sequence[socket.socket], grace: float) -> None:
        """Take the listening sockets, and the seconds that workers get to finish."""
        self._sockets = sockets
        self._grace = grace
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        self._stopping = False

    def run(self) -> None:
        """Start the workers and stay until all have left."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        with tempfile.TemporaryDirectory(prefix="excerpt-metrics-") as folder:
            for place in range(len(self._sockets)):
                self._processes[place] = self._start(place, folder)
            while not self._stopping:
                time.sleep(0.1)
                self._replace_dead(folder)
            self._end()

    def _start(self, place: int, folder: str) -> "subprocess.Popen[bytes]":
        descriptor = self._sockets[place].fileno()
        return subprocess.Popen(
            [sys.executable, "-m", "api.cli.main", *sys.argv[1:]],
            env={**os.environ, WORKER: str(descriptor), FOLDER: folder},
            pass_fds=(descriptor,),
            stdout=subprocess.DEVNULL,
            # A terminal's Ctrl-C is passed on by this process alone.
            start_new_session=True,
        )

    def _replace_dead(self, folder: str) -> None:
        for place, process in self._processes.items():
            if process.poll() is not None and not self._stopping:
                _log.error("a worker died", extra={"pid": process.pid, "code": process.returncode})
                time.sleep(_PAUSE)
                self._processes[place] = self._start(place, folder)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _end(self) -> None:
        """Let the workers finish, and end those that do not."""
        for process in self._processes.values():
            process.terminate()
        until = time.monotonic() + self._grace + 5
        for process in self._processes.values():
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
