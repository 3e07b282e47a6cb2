"""Killing writers at some of the boundaries and moments; `make crash` is the whole matrix."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).with_name("crash.py")


def run_script(*options: str) -> dict[str, dict[str, int]]:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), *options], capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr[-4000:]
    result: dict[str, dict[str, int]] = json.loads(done.stdout)
    return result


def test_a_kill_at_a_boundary_leaves_the_index_as_before_or_after() -> None:
    killed = run_script("--random", "0", "--step", "7")["boundaries"]
    assert set(killed) == {"found and sync", "sync", "sync in batches", "add", "tend", "remove"}
    assert all(count >= 1 for count in killed.values()), killed


def test_a_kill_at_any_moment_leaves_a_whole_generation_and_readers_see_no_other() -> None:
    happened = run_script("--random", "6", "--step", "0")["random"]
    assert happened["kills"] == 6
    assert happened["reads"] > 0
