"""Takes jobs from the ledger in order, puts their files in place and has the worker sync them.

Jobs that touch different files are done together, in one generation: a thousand small uploads
need not wait for a thousand commits.
"""

import fcntl
import json
import logging
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from api.jobs.ledger import Ledger
from api.jobs.types import Action, Job, Step
from api.jobs.uploads import Uploads
from index.ingest.sidecar import SUFFIX
from index.text.ids import file_uri

_log = logging.getLogger(__name__)

_TOGETHER = 256
_ATTEMPTS = 3
_IDLE_SECONDS = 120.0
_POLL = 0.5
_LOCKED_POLL = 0.3
_PAUSE = 5.0
_LONGEST_PAUSE = 1.0
_MOST_PROBLEMS = 100


class Cancelled(Exception):  # noqa: N818  # what happens, not what is wrong
    """One of the jobs at work is to be cancelled."""


class Stopped(Exception):  # noqa: N818  # likewise
    """The server ends."""


class WorkerDied(Exception):  # noqa: N818  # likewise
    """The process that syncs ended by itself."""


Check = Callable[[Step | None], None]
"""Called some times a second while the worker is at work, with how far that is where it is news;
raises to end it."""


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
                self._ledger.fail(job, _problem(500, "error", f"{type(error).__name__}: {error}"))

    def _carry_out(self, jobs: Sequence[Job]) -> None:
        refused = {job.id: list(job.refused) for job in jobs}
        placed: list[tuple[Job, int]] = []
        for job in jobs:
            for number, action in enumerate(job.actions):
                if not _moves_files(action):
                    continue
                if reason := self._uploads.place(job, number, action):
                    refused[job.id].append(_refusal(action, reason))
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
        actions = [action for job in jobs for action in job.actions]
        order = {
            "root": str(self._uploads.root),
            "paths": self._subjects(paths),
            "all": any(action.do == "sync" for action in actions),
            "remove": [action.document_id for action in actions if action.do == "remove"],
        }
        if not (order["paths"] or order["all"] or order["remove"]):
            return {"report": {"generation": None, "problems": []}, "files": {}, "more": {}}
        while True:
            answer = self._worker.order(order, lambda step: self._check(jobs, step))
            if not answer.get("locked"):
                return answer
            self._check(jobs, None)
            self._stopping.wait(_LOCKED_POLL)

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
        report = answer["report"]
        documents: list[dict[str, str]] = []
        problems = [*refused]
        more = 0
        for action in job.actions:
            if action.do == "put":
                path = str(self._real(action.path))
                found = answer["files"].get(path, [])
                documents += [{**each, "name": action.name} for each in found]
                more += answer["more"].get(path, 0)
                problems += _problems_of(action, file_uri(Path(path)), report["problems"])
            elif action.do == "sync":
                problems += report["problems"]
        result = {
            "generation": report["generation"],
            "documents": documents,
            "more": more,
            "removed": sum(_takes_away(action) for action in job.actions),
            "problems": problems[:_MOST_PROBLEMS],
        }
        puts = any(action.do == "put" for action in job.actions) or not job.actions
        if puts and problems and not documents:
            detail = "; ".join(f"{each['uri']}: {each['reason']}" for each in problems[:5])
            members = {"problems": problems[:_MOST_PROBLEMS]}
            self._ledger.fail(job, _problem(422, "unreadable-document", detail, **members))
        else:
            self._ledger.finish(job, result)
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
        self._ledger.fail(job, _problem(422, "unreadable-document", detail))

    def _take_back(self, job: Job) -> None:
        self._uploads.undo(job)
        self._restore([job])
        self._uploads.discard(job.id)

    def _restore(self, jobs: Sequence[Job]) -> None:
        """Sync the files of jobs that were undone, in case that they were committed after all."""
        paths = [each.path for job in jobs for each in job.actions if _moves_files(each)]
        order = {
            "root": str(self._uploads.root),
            "paths": self._subjects(paths),
            "all": False,
            "remove": [],
        }
        try:
            if paths:
                self._worker.order(order, self._check_stopping)
        except (WorkerDied, Stopped):
            _log.warning("the index may hold what was cancelled until its next sync")

    def _check_stopping(self, _step: Step | None) -> None:
        if self._stopping.is_set():
            raise Stopped


class WorkerProcess:
    """`api.jobs.sync_process` in a process of its own, begun when it is first needed."""

    def __init__(self, location: Path) -> None:
        """Take the index."""
        self._location = location
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def order(self, order: Mapping[str, Any], check: Check) -> dict[str, Any]:
        """Return the answer to an order; `check` may end the wait, and then the process.

        Raises:
            WorkerDied: when the process ends instead.
        """
        process = self._process or self._begin()
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
            return self._answer(check)
        except BrokenPipeError:
            self.end()
            raise WorkerDied from None
        except BaseException:
            self.end()
            raise

    def end(self) -> None:
        """Kill the process: the index stays at its last generation."""
        process, self._process = self._process, None
        if process is not None:
            # With the processes that it began itself.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def _answer(self, check: Check) -> dict[str, Any]:
        while True:
            try:
                line = self._answers.get(timeout=0.2)
            except queue.Empty:
                check(None)
                continue
            if line is None:
                raise WorkerDied
            answer: dict[str, Any] = json.loads(line)
            if "progress" not in answer:
                return answer
            check(Step(**answer["progress"]))

    def _begin(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "api.jobs.sync_process", str(self._location)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        self._process = process
        answers = self._answers = queue.SimpleQueue()
        threading.Thread(target=_pass_on, args=(process, answers), daemon=True).start()
        return process


def _pass_on(process: "subprocess.Popen[str]", answers: "queue.SimpleQueue[str | None]") -> None:
    assert process.stdout is not None
    try:
        for line in process.stdout:
            answers.put(line)
    except ValueError:
        pass  # It was closed, and nobody waits any more.
    answers.put(None)


def _moves_files(action: Action) -> bool:
    return action.do in ("put", "drop")


def _takes_away(action: Action) -> bool:
    return action.do in ("drop", "remove") and not action.path.endswith(SUFFIX)


def _refusal(action: Action, reason: str) -> dict[str, Any]:
    return {"uri": action.name or action.path, "reason": reason, "line": None}


def _problems_of(
    action: Action, uri: str, problems: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return what was wrong with a file, under the name that its sender knows."""
    return [
        {**each, "uri": action.name + each["uri"][len(uri) :]}
        for each in problems
        if each["uri"] == uri or each["uri"].startswith(f"{uri}!/")
    ]


def _problem(status: int, slug: str, detail: str, **members: Any) -> dict[str, Any]:
    return {
        "type": f"urn:excerpt:problem:{slug}",
        "title": "The job failed",
        "status": status,
        "detail": detail,
        **members,
    }
