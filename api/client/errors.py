"""What can go wrong, beside httpx's own errors where there is no connection."""

from collections.abc import Mapping
from typing import Any

from api.client.types import Job


class ApiError(Exception):
    """The server refused: an RFC 9457 problem.

    Attributes:
        status: the HTTP status.
        slug: the kind, the last part of the problem's `type`, such as `not-found`.
        detail: what happened, and what to do.
        problem: the object.
    """

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        """Take the status and the problem object."""
        self.status = status
        self.problem = dict(problem)
        self.slug = str(problem.get("type", "")).rpartition(":")[2]
        self.detail = str(problem.get("detail", ""))
        super().__init__(f"{status}: {self.detail or problem.get('title', 'no reason given')}")


class JobFailedError(Exception):
    """A job failed or was cancelled; `job` says why."""

    def __init__(self, job: Job) -> None:
        """Take the job."""
        self.job = job
        reason = (job.error or {}).get("detail", "it was cancelled")
        super().__init__(f"the job {job.id} is {job.state}: {reason}")
