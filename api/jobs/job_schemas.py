"""A job as JSON."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from api.jobs.types import Job
from api.schemas import JsonObject


def job_json(job: Job) -> JsonObject:
    """Return the object of `GET /v1/jobs/{id}`."""
    result: Mapping[str, Any] = job.result or {}
    problem: Mapping[str, Any] = job.problem or {}
    problems = result.get("problems", problem.get("problems", ()))
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "created": _time(job.created),
        "started": _time(job.started),
        "ended": _time(job.ended),
        "progress": {
            "files": job.step.files,
            "files_known": job.step.files_known,
            "documents": job.step.documents,
            "passages": job.step.passages,
        },
        "generation": result.get("generation"),
        "documents": list(result.get("documents", ())),
        "more": result.get("more", 0),
        "removed": result.get("removed", 0),
        "problems": [
            {"name": each["uri"], "reason": each["reason"], "line": each.get("line")}
            for each in problems
        ],
        "error": {key: problem[key] for key in ("type", "title", "status", "detail")}
        if problem
        else None,
    }


def _time(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
