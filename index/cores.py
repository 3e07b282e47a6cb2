"""How many cores this process may use."""

import os


def usable_cores() -> int:
    """Return the cores that the scheduler gives this process; all, where it does not say."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
