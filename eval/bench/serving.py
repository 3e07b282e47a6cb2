"""A server in a process of its own, over an index, and the memory that it holds."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil


@contextmanager
def serving(index: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run a server in a process of its own, and give it with its port.

    It reads with `fast`, also where `best` is installed.
    """
    command = [sys.executable, "-m", "api.cli.main", "serve", "--port", "0", "--json"]
    command += ["--reader", "fast"]
    process = subprocess.Popen(
        [*command, "--index", str(index)], stdout=subprocess.PIPE, text=True, env={**os.environ}
    )
    assert process.stdout is not None
    try:
        lines = iter(process.stdout.readline, "}\n")
        url = str(json.loads("".join(lines) + "}")["url"])
        yield process, int(url.rpartition(":")[2])
    finally:
        process.terminate()
        process.wait()


def memory_of(process: "subprocess.Popen[str]") -> int:
    """Return the bytes that a server holds alone, those of files that it maps left out."""
    return int(psutil.Process(process.pid).memory_full_info().uss)
