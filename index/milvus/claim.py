"""The one writer: whoever has inserted a claim and then sees no other claim that is held.

Milvus has no locks. Of two who claim at once, each inserts first and looks afterwards, at strong
consistency, so that at least the later of the two sees the other; it steps back.
"""

import json
import os
import socket
import threading
import time
from pathlib import Path

from index.errors import IndexLockedError, IndexUnavailableError
from index.milvus.client import Client, Row
from index.milvus.collections import CLAIM, COMMIT, Collections, record_row
from index.milvus.commit_record import Commit, last_commits

RENEWED = 20.0
"""Seconds after which a claim is renewed."""

STALE = 120.0
"""Seconds without being renewed after which a claim counts as abandoned."""

_FIRST = 1 << 60
_RELEASED: set[int] = set()
"""Claims of this process that were given up and could not be deleted."""


class Claim:
    """The hold on one index's record, renewed on a thread of its own until it is released."""

    def __init__(self, client: Client, names: Collections, location: str) -> None:
        """Take it.

        Raises:
            IndexLockedError: when another writer has it; says which.
        """
        self._client = client
        self._name = names.record
        self._location = location
        self._row = _FIRST + int.from_bytes(os.urandom(7), "little")
        self._stop = threading.Event()
        client.insert(self._name, [self._claim()])
        try:
            others, self.commits = self._look()
            for row in others:
                if not _is_abandoned(row):
                    raise IndexLockedError(
                        f"{_holder(row)} is writing to {location}; wait until it is done and try "
                        "again"
                    )
            self.after_a_crash = bool(others)
            self._delete([int(row["row"]) for row in others])
        except BaseException:
            self._delete([self._row])
            raise
        self._thread = threading.Thread(target=self._renew, name="milvus-claim", daemon=True)
        self._thread.start()

    def check(self, edition: int) -> None:
        """Check that it is still held, and that nobody committed after an edition.

        Raises:
            IndexLockedError: when somebody took it for abandoned.
        """
        others, commits = self._look()
        if others or self._row not in self._held or commits[-1].edition != edition:
            raise IndexLockedError(
                f"another writer took over the index at {self._location}, since this one had not "
                f"been heard of for {STALE:g} s; nothing of this write was committed, run it again"
            )

    def release(self, *, clean: bool) -> None:
        """Let go; without `clean`, the next writer looks for what this one left behind."""
        self._stop.set()
        self._thread.join()
        if clean:
            self._delete([self._row])
        else:
            _RELEASED.add(self._row)

    def _look(self) -> tuple[list[Row], list[Commit]]:
        """Return the claims of others, and the commits as `last_commits` does."""
        where = f"kind in [{CLAIM}, {COMMIT}]"
        rows = self._client.query(self._name, where, ["row", "kind", "data"])
        claims = [row for row in rows if int(row["kind"]) == CLAIM]
        self._held = {int(row["row"]) for row in claims}
        others = [row for row in claims if int(row["row"]) != self._row]
        return others, last_commits(row for row in rows if int(row["kind"]) == COMMIT)

    def _claim(self) -> Row:
        facts = {
            "host": socket.gethostname(),
            "boot": _boot(),
            "process": os.getpid(),
            "started": _started(os.getpid()),
            "renewed": time.time(),
        }
        return record_row(self._row, CLAIM, data=json.dumps(facts))

    def _renew(self) -> None:
        while not self._stop.wait(RENEWED):
            try:
                self._client.replace(self._name, [self._claim()])
            except IndexUnavailableError:
                # The write will notice; a server that comes back finds the claim renewed.
                continue

    def _delete(self, rows: list[int]) -> None:
        if rows:
            self._client.delete(self._name, rows)


def _is_abandoned(row: Row) -> bool:
    """Return whether a claim's holder is known to be gone."""
    facts = json.loads(row["data"])
    if int(row["row"]) in _RELEASED:
        return True
    here = (facts["host"], facts["boot"]) == (socket.gethostname(), _boot())
    if here and _started(facts["process"]) != facts["started"]:
        return True
    return time.time() - float(facts["renewed"]) > STALE


def _holder(row: Row) -> str:
    facts = json.loads(row["data"])
    return f"process {facts['process']} on {facts['host']}"


def _boot() -> str:
    """Return what identifies this start of the machine; containers share it."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return boot + str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return ""


def _started(process: int) -> str:
    """Return when a process of this machine began, "" where there is none of that number."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
        return status.rpartition(")")[2].split()[19]
    except FileNotFoundError:
        pass
    except OSError:
        return "?"
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return ""
    except OSError:
        return "?"
    return "?"
