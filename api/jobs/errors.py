"""Why a write is refused before it becomes a job."""

from index.errors import ExcerptError


class ReadOnlyError(ExcerptError):
    """This index is not written to over the network."""

    slug = "read-only"


class ConflictError(ExcerptError):
    """What is there already stands against the request."""

    slug = "conflict"


class KeyReusedError(ExcerptError):
    """An `Idempotency-Key` came again with another request."""

    slug = "idempotency-key-reused"


class ChangedError(ExcerptError):
    """What `If-Match` names is not what is there."""

    slug = "precondition-failed"


class QueueFullError(ExcerptError):
    """Too many jobs are waiting."""

    slug = "queue-full"


class StorageFullError(ExcerptError):
    """There is no room for what was sent."""

    slug = "storage-full"
