"""Errors of a server that protects those whom it serves."""

from index.errors import ExcerptError


class OverloadedError(ExcerptError):
    """More requests are waiting than may wait."""

    slug = "overloaded"


def overloaded(seconds: int) -> OverloadedError:
    """Return the refusal of a request that may be sent again after some seconds."""
    return OverloadedError(
        f"too many requests are waiting; come again in {seconds} s",
        members={"retry_after": seconds},
    )
