"""The `excerpt` command as its users start it, and what it holds in memory while it runs."""

import subprocess
import sys
import time
from pathlib import Path

_EVERY = 0.05


def excerpt_command() -> list[str]:
    """Return how to start `excerpt`: its script beside this Python, or else its module."""
    script = Path(sys.executable).with_name("excerpt")
    return [str(script)] if script.exists() else [sys.executable, "-m", "api.cli.main"]


def peak_anonymous(command: list[str]) -> tuple[int, float]:
    """Run a command to its end; return its peak anonymous memory in KiB and its seconds.

    `RssAnon` of /proc/PID/status is read every 50 ms: memory that belongs to the process alone,
    not the files it maps.
    """
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        peak = 0
        while process.poll() is None:
            peak = max(peak, _anonymous(process.pid))
            time.sleep(_EVERY)
        seconds = time.perf_counter() - start
        if process.returncode:
            said = process.stderr.read().decode(errors="replace") if process.stderr else ""
            raise RuntimeError(f"{' '.join(command)} failed: {said[-1000:]}")
    return peak, seconds


def _anonymous(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1])
    return 0  # it has ended, and nobody has asked for its exit code yet
