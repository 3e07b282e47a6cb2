"""What kind of answer a question asks for, as far as words alone tell."""

import re

_ASKED = re.compile(r"\b(?:who|whom|whose|what|when|where|which|why|how)\b", re.IGNORECASE)
_SAID = re.compile(
    r"\b(?P<relative>who|whom|whose|that|which|where)\b"
    r"|\b(?:has|have|had|is|are|was|were|will|would|did|does|can|could)\b"
)
"""Small letters only: Will is a name."""

_YES_OR_NO = re.compile(
    r"\W*(?:(?:is|are|was|were|has|have|had|do|does|did|can|could|would|should)(?:n[’']?t)?\b"
    r"|(?:can|won)[’']t\b|(?:will|may|might|must)\b.*\?)",
    re.IGNORECASE | re.DOTALL,
)
"""Without its question mark, Will or May is rather a name."""
_EITHER = re.compile(r"\bor\b", re.IGNORECASE)


def is_clause_for_who(question: str, answer: str) -> bool:
    """Tell whether a question asks *who* and its answer is a clause with a verb of its own.

    "The U.S. has accused Maduro" names nobody, "those who were there" does. Of 4,269 answers that
    people marked for such questions, 6 are clauses.
    """
    # The answer first: it is short, and few go on to the question, which may be long.
    said = _SAID.search(answer)
    if said is None or said["relative"] is not None:
        return False
    asked = _ASKED.search(question)
    return asked is not None and asked[0].lower() in ("who", "whom")


def asks_yes_or_no(question: str) -> bool:
    """Tell whether yes or no is asked, not which of two (sooner or later) nor what is known of it.

    >>> asks_yes_or_no("Did the alarm sound?"), asks_yes_or_no("Do you know who rang it?")
    (True, False)
    """
    other = _EITHER.search(question) or _ASKED.search(question)
    return other is None and _YES_OR_NO.match(question) is not None


_PROCEDURE = re.compile(
    r"\bhow (?:do|can|could|should|would|must|may) (?:i|you|we|one|users?|somebody|someone)\b"
    r"|\bhow to\b|\bwhat (?:do|should|must|can) (?:i|you|we|one) do\b",
    re.IGNORECASE,
)


def asks_how_to(question: str) -> bool:
    """Return whether a question asks for what to do.

    >>> asks_how_to("How do I reset it?"), asks_how_to("How did he die?")
    (True, False)
    """
    return _PROCEDURE.search(question) is not None
