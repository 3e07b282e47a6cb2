"""What kind of answer a question asks for, as far as words alone tell."""

import re

from retrieval.answering.english import asks_in_other_language

_ASKED = re.compile(r"\b(?:who|whom|whose|what|when|where|which|why|how)\b", re.IGNORECASE)
_SAID = re.compile(
    r"\b(?P<relative>who|whom|whose|that|which|where)\b"
    r"|\b(?:has|have|had|is|are|was|were|will|would|did|does|can|could)\b"
)
"""Small letters only: Will is a name."""

_YES_OR_NO = re.compile(
    r"\W*(?:(?:is|are|was|were|has|have|had|do|does|did|can|could|would|should)(?:n[’']?t)?\b"
    r"|(?:can|won)[’']t\b|am i\b|(?:shall|must|need)\b|(?:will|may|might)\b.*\?"
    r"|(?:will|may|might) (?:the|a|an|i|you|we|he|she|it|they|this|that|these|those|there|my|our"
    r"|your|his|her|its|their|any|all|some|no)\b|(?:will|may|might) (?:[a-z]+ ){1,5}be\b)",
    re.IGNORECASE | re.DOTALL,
)
"""Without its question mark, Will or May is rather a name."""
_TAG = re.compile(
    r",\s*(?:right|correct|yes|no|eh|or not|(?:is|are|was|were|do|does|did|has|have|can|could|will"
    r"|would|should)(?:n[’']?t)? (?:it|they|he|she|we|you|i|there|this|that))\s*\?\s*$",
    re.IGNORECASE,
)
_EITHER = re.compile(r"\bor\b(?! not\b)", re.IGNORECASE)
_INDIRECT = re.compile(
    r"\b(?:know|tell|say|explain|show|remember|recall|list|give|describe|find out|idea|guess)\b"
    r"[^?]*?\b(?:who|whom|whose|what|when|where|which|why|how)\b",
    re.IGNORECASE,
)


def is_clause_for_who(question: str, answer: str) -> bool:
    """Return whether a question asks *who* and its answer is a clause with a verb of its own.

    "The U.S. has accused Maduro" names nobody, "those who were there" does. Of 4,269 answers that
    people marked for such questions, 6 are clauses.
    """
    # The answer first: it is short, and few go on to the question, which may be long.
    verb = _SAID.search(answer)
    if verb is None or verb["relative"] is not None:
        return False
    asked = _ASKED.search(question)
    return asked is not None and asked[0].lower() in ("who", "whom")


def named_by_reply(answer: str) -> int:
    """Return how many code points of a clause that replies to *who* name somebody.

    >>> reply = "The shop does, if the goods are faulty"
    >>> reply[: named_by_reply(reply)]
    'The shop'
    """
    verb = _SAID.search(answer)
    return len(answer) if verb is None else len(answer[: verb.start()].rstrip())


def asks_yes_or_no(question: str) -> bool:
    """Return whether yes or no is asked, not which of two (sooner or later) nor what is known.

    >>> asks_yes_or_no("Did the alarm sound?"), asks_yes_or_no("Do you know who rang it?")
    (True, False)
    """
    other = _EITHER.search(question) or _INDIRECT.search(question)
    if other is not None or asks_in_other_language(question):
        return False
    return _YES_OR_NO.match(question) is not None or _TAG.search(question) is not None


_PROCEDURE = re.compile(
    r"\bhow (?:do|can|could|should|would|must|may) (?:i|you|we|one|users?|somebody|someone)\b"
    r"|\bhow (?:can|could|should|must|may) (?:\w+ ){1,6}be \w+(?:ed|en|un|ut|et|ilt|ne|ft|ght)\b"
    r"|\bhow to\b|\bwhat (?:do|should|must|can) (?:i|you|we|one) do\b",
    re.IGNORECASE,
)


def asks_how_to(question: str) -> bool:
    """Return whether a question asks for what to do.

    >>> asks_how_to("How do I reset it?"), asks_how_to("How did he die?")
    (True, False)
    """
    return _PROCEDURE.search(question) is not None
