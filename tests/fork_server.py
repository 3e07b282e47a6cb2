"""A process that has imported what the command line does, and forks one that runs a command.

    python tests/fork_server.py SOCKET [MODULE…]

Most of the time of a short command goes to imports, which are the same for all of them. Each
command still is a process of its own, with its own environment, folder, streams and exit code.
"""

import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

MODULES = (
    "api.cli.listed",
    "api.cli.main",
    "api.cli.open_index",
    "api.cli.terminal",
    "api.schemas",
    "faiss",
    "index.embedding.runtime",
    "index.filters.parser",
    "index.ingest.sync",
    "index.lexical",
    "index.store.file_store",
    "lark",
    "onnxruntime",
    "platformdirs",
    "pydantic",
    "retrieval.engine",
    "retrieval.reader.automatic",
    "retrieval.reader.extractive",
    "tantivy",
    "tiktoken",
    "tokenizers",
)
"""What commands import. Nothing of it starts a thread that a forked process would miss."""

_PATIENCE = 120
"""Seconds that a command may take."""


def serve(path: str, modules: Sequence[str]) -> None:
    """Fork a process for each connection, until the parent process ends."""
    for module in modules:
        importlib.import_module(module)
    parent = os.getppid()
    # Nobody waits for those that wait for commands.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{path}.new")
        listener.listen()
        Path(f"{path}.new").rename(path)
        listener.settimeout(5)
        while os.getppid() == parent:
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            if os.fork() == 0:
                listener.close()
                _answer(connection)
            connection.close()


def _answer(connection: socket.socket) -> None:
    """Run the command that is asked for, and send its exit status."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    size, streams, _, _ = socket.recv_fds(connection, 8, 3)
    with connection.makefile("rb") as received:
        request = json.loads(received.read(int(size)))
    child = os.fork()
    if child == 0:
        connection.close()
        _run(request, streams)
    for stream in streams:
        os.close(stream)
    connection.sendall(str(child).encode() + b"\n")
    _, status = os.waitpid(child, 0)
    with suppress(BrokenPipeError):  # Nobody asks any more.
        connection.sendall(str(os.waitstatus_to_exitcode(status)).encode() + b"\n")
    os._exit(0)


def _run(request: dict, streams: list[int]) -> None:
    """Become the command."""
    from api.cli.main import main

    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    # As the interpreter makes them when it starts.
    sys.stdin = sys.__stdin__ = os.fdopen(0, closefd=False)
    sys.stdout = sys.__stdout__ = os.fdopen(1, "w", closefd=False)
    sys.stderr = sys.__stderr__ = os.fdopen(2, "w", 1, errors="backslashreplace", closefd=False)
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    sys.argv = ["excerpt", *request["arguments"]]
    main()


class Forked:
    """A command that runs, with what `subprocess.Popen` has of it that tests use.

    Its stdin is empty. What it prints is read as text.
    """

    def __init__(self, connection: socket.socket, stdout: int, stderr: int) -> None:
        self._answer = connection.makefile("rb")
        self._connection = connection
        self.stdout = os.fdopen(stdout, encoding="utf-8")
        self.stderr = os.fdopen(stderr, encoding="utf-8")
        self.pid = int(self._answer.readline())
        self.returncode: int | None = None

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._connection], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("excerpt", timeout or 0)
            self.returncode = int(self._answer.readline())
            self._answer.close()
            self._connection.close()
        return self.returncode

    def poll(self) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def communicate(self, timeout: float) -> tuple[str, str]:
        with ThreadPoolExecutor(2) as pool:
            printed = list(pool.map(lambda each: each.read(), (self.stdout, self.stderr)))
        self.wait(timeout)
        return printed[0], printed[1]


class ForkServer:
    """Runs commands by a fork server, which is started for the first of them."""

    def __init__(self, folder: Path, env: Mapping[str, str], *modules: str) -> None:
        """Have the server import these modules as well."""
        self._path = folder / "commands"
        self._env = env
        self._modules = modules
        self._process: subprocess.Popen[bytes] | None = None

    def run(
        self, arguments: Sequence[str], env: Mapping[str, str], cwd: Path | str, given: bytes
    ) -> subprocess.CompletedProcess[bytes]:
        """Run the command line with these arguments; `given` is what it reads from stdin."""
        with ExitStack() as stack:
            streams = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
            streams[0].write(given)
            streams[0].seek(0)
            connection = stack.enter_context(
                self._begin(arguments, env, cwd, [each.fileno() for each in streams])
            )
            connection.settimeout(_PATIENCE)
            answer = stack.enter_context(connection.makefile("rb"))
            process = int(answer.readline())
            try:
                code = int(answer.readline())
            except TimeoutError:
                os.kill(process, signal.SIGKILL)
                raise
            for each in streams:
                each.seek(0)
            _, stdout, stderr = (each.read() for each in streams)
            return subprocess.CompletedProcess(arguments, code, stdout, stderr)

    def start(self, arguments: Sequence[str], env: Mapping[str, str]) -> Forked:
        """Start the command line with these arguments, and return it as it runs."""
        nothing = os.open(os.devnull, os.O_RDONLY)
        (stdout, to_stdout), (stderr, to_stderr) = os.pipe(), os.pipe()
        streams = [nothing, to_stdout, to_stderr]
        connection = self._begin(arguments, env, Path.cwd(), streams)
        for each in streams:
            os.close(each)
        return Forked(connection, stdout, stderr)

    def command(self, *arguments: str) -> list[str]:
        """Return the command that is `excerpt` with these arguments, for others to start."""
        client = Path(__file__).with_name("fork_client.py")
        return [sys.executable, "-S", str(client), self._started(), *arguments]

    def close(self) -> None:
        """End the server."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _begin(
        self, arguments: Sequence[str], env: Mapping[str, str], cwd: Path | str, streams: list[int]
    ) -> socket.socket:
        request = {"arguments": arguments, "env": dict(env), "cwd": str(cwd)}
        data = json.dumps(request).encode()
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(self._started())
        socket.send_fds(connection, [f"{len(data):8}".encode()], streams)
        connection.sendall(data)
        return connection

    def _started(self) -> str:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(self._path), *self._modules],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={**self._env, "PYTHONPATH": str(Path(__file__).parents[1])},
            )
        while not self._path.exists():
            assert self._process.poll() is None, "the fork server ended"
            time.sleep(0.02)
        return str(self._path)


if __name__ == "__main__":
    serve(sys.argv[1], (*MODULES, *sys.argv[2:]))
