"""Takes jobs from the ledger in order, puts their files in place and has the worker sync them.

Jobs that touch different files are done together, in one generation: a thousand small uploads
need not wait for a thousand commits.
"""

import fcntl
import logging
import os
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from api.jobs.ledger import Ledger
from api.jobs.outcomes import failure, failure_of, problem, refusal, result_of
from api.jobs.types import Action, Job, Step
from api.jobs.uploads import Uploads
from api.jobs.worker_process import WorkerDied, WorkerProcess
from index.ingest.sidecar import SUFFIX

_log = logging.getLogger(__name__)

_TOGETHER = 256
_ATTEMPTS = 3
_IDLE_SECONDS = 120.0
_POLL = 0.5
_LOCKED_POLL = 0.3
_PAUSE = 5.0
_LONGEST_PAUSE = 1.0


class Cancelled(Exception):  # noqa: N818  # what happens, not what is wrong
    """One of the jobs at work is to be cancelled."""


class Stopped(Exception):  # noqa: N818  # likewise
    """The server ends."""


class Runner:
    """A thread that does the jobs of one index, in whichever server holds `runner.lock`."""

    def __init__(self, location: Path, ledger: Ledger, uploads: Uploads) -> None:
        """Take the index, the record and the files; `start` begins."""
        self._ledger = ledger
        self._uploads = uploads
        self._worker = WorkerProcess(location)
        self._stopping = threading.Event()
        self._waking = threading.Event()
        self._alone: set[str] = set()
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Look for jobs now."""
        self._waking.set()

    def stop(self) -> None:
        """End; the job at work is done again by whoever comes next."""
        self._stopping.set()
        self._waking.set()
        self._thread.join()

    def _run(self) -> None:
        lock = os.open(self._uploads.jobs / "runner.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
        try:
            while not self._stopping.is_set():
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    self._stopping.wait(_POLL)
                    continue
                try:
                    self._recover()
                    self._work()
                except Exception:  # noqa: BLE001  # the thread must outlive it
                    # A full disk, say; what is accepted stays, and is tried again.
                    _log.exception("jobs cannot be done now")
                    self._stopping.wait(_PAUSE)
        finally:
            self._worker.end()
            os.close(lock)

    def _recover(self) -> None:
        """Take over what a server that ended left: to be done again, unless that is in vain."""
        for job in self._ledger.open_jobs("running"):
            if job.cancelling:
                self._take_back(job)
                self._ledger.cancelled(job)
            elif job.attempts >= _ATTEMPTS:
                self._give_up(job)
            else:
                self._alone.add(job.id)
                self._ledger.requeue([job], counted=True)
        known = {job.id for state in ("queued", "running") for job in self._ledger.open_jobs(state)}
        for abandoned in self._uploads.abandoned(frozenset(known)):
            self._uploads.discard(abandoned)

    def _work(self) -> None:
        """Do jobs until the server ends."""
        idle_since = time.monotonic()
        while not self._stopping.is_set():
            self._waking.clear()
            jobs = self._ledger.start(self._next())
            if jobs:
                started = time.monotonic()
                self._do(jobs)
                idle_since = time.monotonic()
                # Who asks gets as much time as the write took; what arrives meanwhile goes into
                # one generation, since each costs its readers something.
                self._stopping.wait(min(_LONGEST_PAUSE, idle_since - started))
            else:
                if time.monotonic() - idle_since > _IDLE_SECONDS:
                    self._worker.end()
                self._waking.wait(_POLL)

    def _next(self) -> list[Job]:
        """Return the jobs to do now: the first, and those after it that need not wait for it."""
        together: list[Job] = []
        paths: set[str] = set()
        for job in self._ledger.open_jobs("queued", _TOGETHER):
            # A file and the metadata beside it are one.
            mine = {action.path.removesuffix(SUFFIX) for action in job.actions}
            alone = job.id in self._alone or not all(_moves_files(each) for each in job.actions)
            if together and (alone or paths & mine or len(paths) + len(mine) > 2 * _TOGETHER):
                break
            together.append(job)
            if alone:
                break
            paths |= mine
        return together

    def _do(self, jobs: Sequence[Job]) -> None:
        """Do jobs together; whatever happens, the ledger says what came of them."""
        try:
            self._carry_out(jobs)
        except Cancelled:
            self._cancel(jobs)
        except Stopped:
            self._ledger.requeue(jobs, counted=False)
        except WorkerDied:
            self._isolate(jobs)
        except Exception as error:  # noqa: BLE001  # the thread must outlive any job
            _log.exception("a job failed")
            for job in jobs:
                self._take_back(job)
                self._ledger.fail(job, failure(error))

    def _carry_out(self, jobs: Sequence[Job]) -> None:
        refused = {job.id: list(job.refused) for job in jobs}
        placed: list[tuple[Job, int]] = []
        for job in jobs:
            for number, action in enumerate(job.actions):
                if not _moves_files(action):
                    continue
                if reason := self._uploads.place(job, number, action):
                    refused[job.id].append(refusal(action, reason))
                else:
                    placed.append((job, number))
        answer = self._ordered(jobs, [job.actions[number].path for job, number in placed])
        if "problem" in answer:
            for job in reversed(jobs):
                self._uploads.undo(job)
                self._ledger.fail(job, answer["problem"])
                self._uploads.discard(job.id)
            return
        unread = [(job, n) for job, n in placed if self._is_unread(job.actions[n], answer)]
        for job, number in unread:
            self._uploads.undo_action(job, number)
        if unread:
            # What was there before an unreadable file came in its place comes back.
            again = self._ordered(jobs, [job.actions[n].path for job, n in unread])
            if "report" in again:
                answer["report"]["generation"] = again["report"]["generation"]
        for job in jobs:
            self._finish(job, answer, refused[job.id])

    def _ordered(self, jobs: Sequence[Job], paths: Sequence[str]) -> dict[str, Any]:
        """Return the worker's answer; waits while another process writes to the index."""
        order = self._order(paths, [action for job in jobs for action in job.actions])
        if not (order["paths"] or order["all"] or order["remove"]):
            return {"report": {"generation": None, "problems": []}, "files": {}, "more": {}}
        while True:
            answer = self._worker.order(order, lambda step: self._check(jobs, step))
            if not answer.get("locked"):
                return answer
            self._check(jobs, None)
            self._stopping.wait(_LOCKED_POLL)

    def _order(self, paths: Sequence[str], actions: Sequence[Action] = ()) -> dict[str, Any]:
        """Return what the worker is told: to read some paths, and what some actions ask beside."""
        return {
            "root": str(self._uploads.root),
            "paths": self._subjects(paths),
            "all": any(action.do == "sync" for action in actions),
            "remove": [action.document_id for action in actions if action.do == "remove"],
        }

    def _check(self, jobs: Sequence[Job], step: Step | None) -> None:
        if self._stopping.is_set():
            raise Stopped
        if step is not None:
            self._ledger.advance(jobs, step)
        if self._ledger.is_cancelling(jobs):
            raise Cancelled

    def _subjects(self, paths: Sequence[str]) -> list[str]:
        """Return the files to read for some paths: for metadata, the file that it lies beside."""
        return list(dict.fromkeys(str(self._real(self._uploads.subject(path))) for path in paths))

    def _real(self, path: str) -> Path:
        return Path(os.path.realpath(self._uploads.root), path)

    def _is_unread(self, action: Action, answer: Mapping[str, Any]) -> bool:
        subject = self._uploads.subject(action.path)
        return action.do == "put" and not answer["files"].get(str(self._real(subject)))

    def _finish(
        self, job: Job, answer: Mapping[str, Any], refused: Sequence[Mapping[str, Any]]
    ) -> None:
        result = result_of(job, answer, refused, self._real)
        failure = failure_of(job, result)
        if failure is None:
            self._ledger.finish(job, result)
        else:
            self._ledger.fail(job, failure)
        self._alone.discard(job.id)
        self._uploads.discard(job.id)

    def _cancel(self, jobs: Sequence[Job]) -> None:
        """Undo what was begun; those that nobody cancelled are done again."""
        self._worker.end()
        for job in reversed(jobs):
            self._uploads.undo(job)
        cancelled = [job for job in jobs if self._ledger.get(job.id).cancelling]
        self._ledger.requeue([job for job in jobs if job not in cancelled], counted=False)
        self._restore(cancelled)
        for job in cancelled:
            self._ledger.cancelled(job)
            self._uploads.discard(job.id)

    def _isolate(self, jobs: Sequence[Job]) -> None:
        """Do each job by itself, so that the one that ends the worker is known."""
        self._worker.end()
        if len(jobs) == 1 and jobs[0].attempts >= _ATTEMPTS - 1:
            self._give_up(jobs[0])
            return
        self._alone |= {job.id for job in jobs}
        self._ledger.requeue(jobs, counted=True)

    def _give_up(self, job: Job) -> None:
        self._take_back(job)
        detail = "what it adds ended the process that reads it, each time it was tried"
        self._ledger.fail(job, problem(422, "unreadable-document", detail))

    def _take_back(self, job: Job) -> None:
        self._uploads.undo(job)
        self._restore([job])
        self._uploads.discard(job.id)

    def _restore(self, jobs: Sequence[Job]) -> None:
        """Sync the files of jobs that were undone, in case that they were committed after all."""
        paths = [each.path for job in jobs for each in job.actions if _moves_files(each)]
        try:
            if paths:
                self._worker.order(self._order(paths), self._check_stopping)
        except (WorkerDied, Stopped):
            _log.warning("the index may hold what was cancelled until its next sync")

    def _check_stopping(self, _step: Step | None) -> None:
        if self._stopping.is_set():
            raise Stopped


def _moves_files(action: Action) -> bool:
    return action.do in ("put", "drop")
