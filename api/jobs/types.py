"""What a job is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["add", "replace", "delete", "sync"]
State = Literal["queued", "running", "done", "failed", "cancelled"]

ENDED = frozenset({"done", "failed", "cancelled"})
"""The states that a job does not leave."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a job does.

    `put` moves a staged file to `path` in the uploads (not over another one unless `replace`),
    `drop` takes the file at `path` away, `remove` takes the document `document_id` out of the
    index, and `sync` brings the index in step with its recorded paths.
    """

    do: Literal["put", "drop", "remove", "sync"]
    path: str = ""
    name: str = ""
    staged: str = ""
    replace: bool = True
    document_id: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """How far a job is; the numbers are those of everything that is synced with it."""

    files: int = 0
    files_known: int | None = None
    documents: int = 0
    passages: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """One write, as the ledger has it. Times are seconds since 1970.

    `owner` is who asked for it, `problem` an RFC 9457 object where it failed, `result` what came
    of it: `{"generation", "documents": [{"id", "title", "name"}], "more", "removed", "problems"}`.
    """

    id: str
    kind: Kind
    state: State
    created: float
    owner: str = ""
    started: float | None = None
    ended: float | None = None
    cancelling: bool = False
    attempts: int = 0
    actions: tuple[Action, ...] = ()
    refused: tuple[Mapping[str, Any], ...] = ()
    step: Step = field(default_factory=Step)
    result: Mapping[str, Any] | None = None
    problem: Mapping[str, Any] | None = None
    version: int = 0
    """Goes up with every change."""

    @property
    def has_ended(self) -> bool:
        """Return whether nothing more will come of it."""
        return self.state in ENDED
