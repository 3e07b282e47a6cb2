"""What the asker should know of the index that was asked: what it holds back, and why."""

from index.types import Counts
from retrieval.search.hybrid import Rankings
from retrieval.types import Verdict


def index_notes(
    rankings: Rankings | None, counts: Counts, verdict: Verdict | None = None
) -> tuple[str, ...]:
    """Return the notes on a search of an index, and on what was answered from it."""
    return (*_nothing_passed(rankings), *_without_an_arm(counts), *_unread(verdict, counts))


def _nothing_passed(rankings: Rankings | None) -> tuple[str, ...]:
    """Return what to know where a filter left nothing: no document was asked."""
    if rankings is None or rankings.allowed is None or len(rankings.allowed):
        return ()
    return ("no document passes the filter, so nothing was looked at",)


def _without_an_arm(counts: Counts) -> tuple[str, ...]:
    """Return what to know where damage keeps passages from one of the arms."""
    lost = (
        (counts.without_vectors, "the vectors", "words"),
        (counts.without_terms, "the words", "vectors"),
    )
    return tuple(
        f"{what} of {count:,} passages are damaged, so that only their {rest} "
        "are searched; to mend them: excerpt index"
        for count, what, rest in lost
        if count
    )


def _unread(verdict: Verdict | None, counts: Counts) -> tuple[str, ...]:
    """Return what to know beside "not found" of files that could not be read."""
    if verdict != "not_found" or not counts.unread:
        return ()
    files = "1 file" if counts.unread == 1 else f"{counts.unread:,} files"
    return (f"{files} could not be read, and may say it: excerpt status --skipped",)
