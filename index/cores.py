"""How many cores this process may use."""

import os

from index.errors import InputError

_limit: int | None = None


def limit_cores(count: int) -> None:
    """Use at most so many cores from now on.

    Raises:
        InputError: when that is none.
    """
    global _limit
    if count < 1:
        raise InputError(f"at least 1 core is needed, got {count}")
    _limit = count


def usable_cores() -> int:
    """Return the cores that may be used: those of the scheduler's, unless fewer were asked for."""
    return min(_granted_cores(), _limit or _granted_cores())


def _granted_cores() -> int:
    """Return the cores that the scheduler gives this process; all, where it does not say."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
