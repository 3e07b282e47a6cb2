"""The record of jobs: SQLite, shared by the processes that accept and do them."""

import json
import sqlite3
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import uuid4

from api.jobs.errors import KeyReusedError, QueueFullError
from api.jobs.types import Action, Job, Kind, State, Step
from index.errors import NotFoundError

_COLUMNS = (
    "id, kind, state, created, owner, started, ended, cancelling, attempts, actions, refused, "
    "step, result, problem, version"
)
_TABLE = """
CREATE TABLE IF NOT EXISTS jobs (
    row INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    created REAL NOT NULL,
    owner TEXT NOT NULL,
    key TEXT,
    fingerprint TEXT,
    started REAL,
    ended REAL,
    cancelling INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    actions TEXT NOT NULL,
    refused TEXT NOT NULL,
    step TEXT NOT NULL DEFAULT '{}',
    result TEXT,
    problem TEXT,
    version INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX IF NOT EXISTS jobs_key ON jobs(owner, key) WHERE key IS NOT NULL;
CREATE INDEX IF NOT EXISTS jobs_open ON jobs(state) WHERE state IN ('queued', 'running');
"""

_RETENTION_SECONDS = 7 * 86_400.0
_KEY_SECONDS = 86_400.0


class Ledger:
    """Jobs in the order they were accepted. Thread-safe; used by several processes at once."""

    def __init__(self, path: Path, most_waiting: int = 1_000) -> None:
        """Open the record, made empty first where there is none."""
        self._path = path
        self._local = threading.local()
        self._most_waiting = most_waiting
        with closing(self._connect()) as db:
            db.executescript(f"PRAGMA journal_mode = WAL; {_TABLE}")

    def submit(
        self,
        job_id: str,
        kind: Kind,
        actions: Sequence[Action],
        *,
        owner: str = "",
        key: str | None = None,
        fingerprint: str = "",
        refused: Sequence[Mapping[str, Any]] = (),
    ) -> Job:
        """Accept a job; one with a key that was used in the last day is that earlier job.

        Raises:
            KeyReusedError: when that one was another request.
            QueueFullError: when too many are waiting.
        """
        with self._writing() as db:
            self._forget(db)
            earlier = self._with_key(db, owner, key, fingerprint)
            if earlier is not None:
                return earlier
            waiting = db.execute("SELECT count(*) FROM jobs WHERE state = 'queued'").fetchone()[0]
            if waiting >= self._most_waiting:
                raise QueueFullError(
                    f"{waiting} writes are waiting; try again in a moment",
                    members={"retry_after": 2},
                )
            db.execute(
                "INSERT INTO jobs (id, kind, state, created, owner, key, fingerprint, actions, "
                "refused) VALUES (?, ?, 'queued', ?, ?, ?, ?, ?, ?)",
                (
                    job_id,
                    kind,
                    time.time(),
                    owner,
                    key,
                    fingerprint,
                    json.dumps([asdict(action) for action in actions]),
                    json.dumps(list(refused)),
                ),
            )
            return self._get(db, job_id)

    def earlier(self, owner: str, key: str | None, fingerprint: str) -> Job | None:
        """Return the job that was accepted under a key, None where there is none; as `submit`."""
        return self._with_key(self._db(), owner, key, fingerprint)

    def get(self, job_id: str, owner: str | None = None) -> Job:
        """Return a job, of one owner if one is given.

        Raises:
            NotFoundError: when there is none of this id.
        """
        job = self._get(self._db(), job_id)
        if owner is not None and job.owner != owner:
            raise _no_job(job_id)
        return job

    def newest(self, owner: str | None, before: str | None, limit: int) -> list[Job]:
        """Return the newest jobs, of one owner or of all, those accepted before one.

        Raises:
            NotFoundError: when there is no job `before`.
        """
        db = self._db()
        row = 1 << 62
        if before is not None:
            found = db.execute("SELECT row FROM jobs WHERE id = ?", (before,)).fetchone()
            if found is None:
                raise NotFoundError(f"there is no job {before!r}")
            row = found[0]
        rows = db.execute(
            f"SELECT {_COLUMNS} FROM jobs WHERE row < ? AND (? IS NULL OR owner = ?) "
            "ORDER BY row DESC LIMIT ?",
            (row, owner, owner, limit),
        )
        return [_job(each) for each in rows]

    def open_jobs(self, state: State, limit: int = 1_000) -> list[Job]:
        """Return the jobs that are queued or running, in the order they were accepted."""
        rows = self._db().execute(
            f"SELECT {_COLUMNS} FROM jobs WHERE state = ? ORDER BY row LIMIT ?", (state, limit)
        )
        return [_job(each) for each in rows]

    def start(self, jobs: Iterable[Job]) -> list[Job]:
        """Mark queued jobs as running; return those that nobody cancelled meanwhile."""
        with self._writing() as db:
            started = [job.id for job in jobs if self._start(db, job.id)]
            return [self._get(db, each) for each in started]

    def requeue(self, jobs: Iterable[Job], *, counted: bool) -> None:
        """Put running jobs back where they were; `counted` if that was an attempt."""
        self._change(
            jobs,
            "state = 'queued', step = '{}', attempts = attempts - ?",
            0 if counted else 1,
        )

    def advance(self, jobs: Iterable[Job], step: Step) -> None:
        """Record how far jobs are."""
        self._change(jobs, "step = ?", json.dumps(asdict(step)))

    def finish(self, job: Job, result: Mapping[str, Any]) -> None:
        """Record that a job is done, and what came of it."""
        self._end(job, "done", result=json.dumps(result))

    def fail(self, job: Job, problem: Mapping[str, Any]) -> None:
        """Record that a job failed, and why."""
        self._end(job, "failed", problem=json.dumps(problem))

    def cancel(self, job_id: str) -> Job:
        """Cancel a job: at once while it waits; one that runs is marked for its runner.

        Raises:
            NotFoundError: when there is none of this id.
        """
        with self._writing() as db:
            job = self._get(db, job_id)
            if job.state == "queued":
                db.execute(
                    "UPDATE jobs SET state = 'cancelled', ended = ?, cancelling = 1, "
                    "version = version + 1 WHERE id = ?",
                    (time.time(), job_id),
                )
            elif job.state == "running":
                db.execute(
                    "UPDATE jobs SET cancelling = 1, version = version + 1 WHERE id = ?", (job_id,)
                )
            return self._get(db, job_id)

    def cancelled(self, job: Job) -> None:
        """Record that a running job was undone."""
        self._end(job, "cancelled")

    def is_cancelling(self, jobs: Sequence[Job]) -> bool:
        """Return whether one of some running jobs is to be cancelled."""
        wanted = json.dumps([job.id for job in jobs])
        found = self._db().execute(
            "SELECT 1 FROM jobs WHERE cancelling AND id IN (SELECT value FROM json_each(?))",
            (wanted,),
        )
        return found.fetchone() is not None

    def _start(self, db: sqlite3.Connection, job_id: str) -> bool:
        changed = db.execute(
            "UPDATE jobs SET state = 'running', started = coalesce(started, ?), "
            "attempts = attempts + 1, version = version + 1 WHERE id = ? AND state = 'queued'",
            (time.time(), job_id),
        )
        return changed.rowcount == 1

    def _end(
        self, job: Job, state: State, *, result: str | None = None, problem: str | None = None
    ) -> None:
        with self._writing() as db:
            db.execute(
                "UPDATE jobs SET state = ?, ended = ?, result = ?, problem = ?, "
                "version = version + 1 WHERE id = ?",
                (state, time.time(), result, problem, job.id),
            )

    def _change(self, jobs: Iterable[Job], setting: str, *values: Any) -> None:
        with self._writing() as db:
            db.execute(
                f"UPDATE jobs SET {setting}, version = version + 1 WHERE state = 'running' "
                "AND id IN (SELECT value FROM json_each(?))",
                (*values, json.dumps([job.id for job in jobs])),
            )

    def _get(self, db: sqlite3.Connection, job_id: str) -> Job:
        row = db.execute(f"SELECT {_COLUMNS} FROM jobs WHERE id = ?", (job_id,)).fetchone()
        if row is None:
            raise _no_job(job_id)
        return _job(row)

    def _with_key(
        self, db: sqlite3.Connection, owner: str, key: str | None, fingerprint: str
    ) -> Job | None:
        if key is None:
            return None
        row = db.execute(
            f"SELECT {_COLUMNS}, fingerprint FROM jobs WHERE owner = ? AND key = ? AND created > ?",
            (owner, key, time.time() - _KEY_SECONDS),
        ).fetchone()
        if row is None:
            return None
        if row[-1] != fingerprint:
            raise KeyReusedError(
                "this Idempotency-Key came with another request before; use a new one"
            )
        return _job(row[:-1])

    def _forget(self, db: sqlite3.Connection) -> None:
        """Forget keys after a day, and jobs a week after they ended."""
        now = time.time()
        db.execute("UPDATE jobs SET key = NULL WHERE created <= ?", (now - _KEY_SECONDS,))
        db.execute("DELETE FROM jobs WHERE ended < ?", (now - _RETENTION_SECONDS,))

    def _db(self) -> sqlite3.Connection:
        """Return this thread's connection."""
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            db = self._local.db = self._connect()
        return db

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, isolation_level=None, timeout=30)

    def _writing(self) -> "_Transaction":
        return _Transaction(self._db())


class _Transaction:
    """One transaction that waits for its turn at the start, not at the first change."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> sqlite3.Connection:
        self._db.execute("BEGIN IMMEDIATE")
        return self._db

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._db.execute("COMMIT" if kind is None else "ROLLBACK")


def _no_job(job_id: str) -> NotFoundError:
    return NotFoundError(f"there is no job {job_id!r}; those that ended are kept for a week")


def new_job_id() -> str:
    """Return an id that nobody can guess."""
    return uuid4().hex


def _job(row: Sequence[Any]) -> Job:
    return Job(
        id=row[0],
        kind=row[1],
        state=row[2],
        created=row[3],
        owner=row[4],
        started=row[5],
        ended=row[6],
        cancelling=bool(row[7]),
        attempts=row[8],
        actions=tuple(Action(**each) for each in json.loads(row[9])),
        refused=tuple(json.loads(row[10])),
        step=Step(**json.loads(row[11])),
        result=None if row[12] is None else json.loads(row[12]),
        problem=None if row[13] is None else json.loads(row[13]),
        version=row[14],
    )
