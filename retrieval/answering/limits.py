"""What an asker may send: checked, and cut to what can be used."""

from index.errors import InputError

MAX_QUERY = 4_000
"""Code points of a question that are used; more would be cut by the embedder in any case."""

MAX_K = 1_000
"""Most answers or passages of one question, whichever way it comes in."""


def checked_query(text: str) -> tuple[str, list[str]]:
    """Return what is asked, trimmed and cut, with notes for the asker.

    Raises:
        InputError: when it is blank, or no text.
    """
    if not isinstance(text, str):
        raise InputError(f"the question is {text!r}; ask in words")
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


def checked_k(k: int, most: int = MAX_K) -> int:
    """Return `k`.

    Raises:
        InputError: when it is no whole number between 1 and the most that is allowed.
    """
    if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= most:
        raise InputError(f"k is {k}; it must be between 1 and {most:,}")
    return k


def checked_length(text: str, most: int | None) -> str:
    """Return a question or query.

    Raises:
        InputError: when it is longer than is allowed; None allows any length.
    """
    if most is not None and isinstance(text, str) and len(text) > most:
        raise InputError(
            f"the question has {len(text):,} characters; it may have {most:,}, so ask it shorter"
        )
    return text


def checked_risk(risk: float) -> float:
    """Return `risk`.

    Raises:
        InputError: when it is not between 0 and 1.
    """
    if not 0 <= risk <= 1:
        raise InputError(f"the risk is {risk:g}; it must be between 0 and 1, such as 0.1")
    return risk
