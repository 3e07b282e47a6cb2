"""What an asker may send: checked, cut to what can be used, and the speaker it names."""

import re

from index.errors import InputError

MAX_QUERY = 4_000
"""Code points of a question that are used; more would be cut by the embedder in any case."""

MAX_K = 1_000

_ACCORDING = re.compile(r"\baccording to (?P<who>[^,?;:]{2,80})", re.IGNORECASE)
_SAID = re.compile(
    r"\b(?:did|does|do|has|have|had)\s+(?P<who>(?:\S+\s+){1,6}?)"
    r"(?:say|said|claim|claimed|state|stated|allege|alleged|assert|asserted|deny|denied|announce|"
    r"announced|emphasi[sz]e|emphasi[sz]ed|describe|described|tell|told|call|called|term|termed)\b",
    re.IGNORECASE,
)


def checked_query(text: str) -> tuple[str, list[str]]:
    """Return what is asked, trimmed and cut, with notes for the asker.

    Raises:
        InputError: when it is blank.
    """
    query = text.strip()
    if not query:
        raise InputError("the question is empty; ask something")
    if len(query) <= MAX_QUERY:
        return query, []
    note = (
        f"the question has {len(query):,} characters; its first {MAX_QUERY:,} were used, "
        "so ask it shorter"
    )
    return query[:MAX_QUERY], [note]


def checked_k(k: int) -> int:
    """Return `k`.

    Raises:
        InputError: when it is not between 1 and 1,000.
    """
    if not 1 <= k <= MAX_K:
        raise InputError(f"k is {k}; it must be between 1 and {MAX_K:,}")
    return k


def asked_speaker(question: str) -> str | None:
    """Return whose words a question asks for ("According to X, …", "What did X say …"), if any."""
    match = _ACCORDING.search(question) or _SAID.search(question)
    return match["who"].strip() if match else None
