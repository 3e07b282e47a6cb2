"""What came of a job, as its record says it, from what the worker answered."""

import errno
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from api.jobs.types import Action, Job
from index.ingest.sidecar import SUFFIX
from index.text.ids import file_uri

_MOST_PROBLEMS = 100


def result_of(
    job: Job,
    answer: Mapping[str, Any],
    refused: Sequence[Mapping[str, Any]],
    real: Callable[[str], Path],
) -> dict[str, Any]:
    """Return what a job did: its documents, how many went, and what could not be read.

    Args:
        job: the job.
        answer: the worker's.
        refused: what was not taken before the worker was asked.
        real: the file that the path of an action names.
    """
    report = answer["report"]
    documents: list[dict[str, str]] = []
    problems = [*refused]
    more = 0
    for action in job.actions:
        if action.do == "put":
            path = real(action.path)
            read = answer["files"].get(str(path), [])
            documents += [{**each, "name": action.name} for each in read]
            more += answer["more"].get(str(path), 0)
            problems += _problems_of(action, file_uri(path), report["problems"])
        elif action.do == "sync":
            problems += report["problems"]
    return {
        "generation": report["generation"],
        "documents": documents,
        "more": more,
        "removed": sum(_takes_away(action) for action in job.actions),
        "problems": problems[:_MOST_PROBLEMS],
    }


def failure_of(job: Job, result: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the problem of a job that was to add documents and added none; None of another."""
    adds = any(action.do == "put" for action in job.actions) or not job.actions
    problems = result["problems"]
    if not adds or not problems or result["documents"]:
        return None
    detail = "; ".join(f"{each['uri']}: {each['reason']}" for each in problems[:5])
    return problem(422, "unreadable-document", detail, problems=problems)


def refusal(action: Action, reason: str) -> dict[str, Any]:
    """Return why a file was not taken."""
    return {"uri": action.name or action.path, "reason": reason, "line": None}


def problem(status: int, slug: str, detail: str, **members: Any) -> dict[str, Any]:
    """Return a problem object that says why a job failed."""
    return {
        "type": f"urn:excerpt:problem:{slug}",
        "title": "The job failed",
        "status": status,
        "detail": detail,
        **members,
    }


def failure(error: Exception) -> dict[str, Any]:
    """Return the problem of a job that an error ended which nobody expected.

    >>> failure(OSError(28, "No space left on device"))["status"], failure(KeyError("a"))["status"]
    (507, 500)
    """
    if _is_full(error):
        return problem(507, "storage-full", f"the disk is full ({error}); make room, send it again")
    return problem(500, "error", f"{type(error).__name__}: {error}")


def _is_full(error: Exception) -> bool:
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return getattr(error, "sqlite_errorname", "") == "SQLITE_FULL"


def _takes_away(action: Action) -> bool:
    return action.do in ("drop", "remove") and not action.path.endswith(SUFFIX)


def _problems_of(
    action: Action, uri: str, problems: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return what was wrong with a file, under the name that its sender knows."""
    return [
        {**each, "uri": action.name + each["uri"][len(uri) :]}
        for each in problems
        if each["uri"] == uri or each["uri"].startswith(f"{uri}!/")
    ]
