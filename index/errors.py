"""The error tree: every error a user can cause or meet derives from `ExcerptError`.

Each message says what happened, to which input, and what to do about it.
"""

from collections.abc import Mapping


class ExcerptError(Exception):
    """Base of all errors that Excerpt raises on purpose.

    `members` are for programs: what a problem object says beside the message.
    """

    slug = "error"

    def __init__(self, message: str = "", *, members: Mapping[str, object] | None = None) -> None:
        """Take the message, and more members for a problem object."""
        super().__init__(message)
        self.members = dict(members or {})


class InputError(ExcerptError):
    """The caller's input cannot be used as it is (exit code 2, HTTP 4xx)."""

    slug = "invalid-input"


class LoadError(ExcerptError):
    """A file or record cannot be turned into a document."""

    slug = "unreadable-document"


class IndexUnavailableError(ExcerptError):
    """The index folder is missing, not ours, damaged, or shaped by something else."""

    slug = "index-unavailable"


class IndexLockedError(ExcerptError):
    """Another process is writing to the index."""

    slug = "index-locked"


class ModelError(ExcerptError):
    """A model's weights are missing, damaged, or unusable."""

    slug = "model-unusable"


class CitationError(ExcerptError):
    """A quote does not match its stored source; it must never leave the engine."""

    slug = "citation-mismatch"


class NotFoundError(ExcerptError):
    """A named document or generation is not in the index."""

    slug = "not-found"
