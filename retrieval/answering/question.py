"""A question as it is understood: parsed once, before anything is searched for.

Whatever comes after it (search, reading, citing, attribution, the verdict, the terminal) takes
what it needs to know from here, and parses the words of the question no more.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from retrieval.answering.answer_kinds import asks_yes_or_no
from retrieval.answering.english import asks_in_other_language
from retrieval.answering.spelling import respelt

AnswerKind = Literal[
    "name", "number", "date", "place", "yes_no", "definition", "how", "why", "list", "clause",
    "other",
]  # fmt: skip

_KINDS: tuple[tuple[AnswerKind, str], ...] = (
    ("definition", r"\bwhat (?:does|do|did) .+ (?:mean|stand for)\b|\bdefin(?:e|ition)\b"),
    ("definition", r"^\W*what(?:'s| is| are) (?:an? )(?:\w+[ -]?){1,3}\W*$"),
    ("why", r"\bwhy\b|\b(?:what|which) reasons?\b"),
    ("number", r"\bhow (?:many|much|long|old|far|often|tall|high|large|big|fast|deep|wide)\b"),
    ("number", r"\b(?:what|which) (?:is the )?(?:number|size|price|cost|percentage|share)\b"),
    ("how", r"\bhow\b"),
    ("date", r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|time|century|weekday)\b"),
    ("place", r"\bwhere\b|\b(?:what|which) (?:city|country|town|place|room|street|state)\b"),
    ("list", r"^\W*(?:list|name (?:all|the|some))\b|\b(?:what|which) are the \w+s\b"),
    ("clause", r"\bwhat (?:happens|must|shall|may)\b|\bunder (?:what|which) conditions?\b"),
    ("name", r"\b(?:who|whom|whose)\b|\bnamed?\b"),
)
"""The first that matches tells the kind."""

_NEGATED = re.compile(r"n['’]t\b|\b(?:not|never|no longer)\b", re.IGNORECASE)
_ASKS = r"(?:who|what|when|where|why|how|which)"
_AND_ASKS = re.compile(
    rf"^\W*{_ASKS}\b.*(?:, and (?:by |to |for |in |at )?{_ASKS}\b|\band {_ASKS}\W*$)",
    re.IGNORECASE | re.DOTALL,
)
OTHER_LANGUAGE = "the question does not look like English, the only language that is read"
SEVERAL = "several things are asked at once: each answer is to one of them; ask them one by one"


@dataclass(frozen=True, slots=True)
class Question:
    """A question, parsed.

    Attributes:
        asked: the words as they were asked.
        text: the words as they are read, misspelt ones mended.
        kind: the kind of answer that is asked for.
        speaker: whose words are asked for; None where it names nobody.
        asks_for_speaker: whether it asks who said something.
        is_negated: whether it asks for what is not so.
        changes: each word that was mended, with its spelling here.
    """

    asked: str
    text: str
    kind: AnswerKind
    speaker: str | None
    asks_for_speaker: bool
    is_negated: bool
    changes: tuple[tuple[str, str], ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What the asker should know of how the question was read."""
        changed = (f"{word!r} was read as {other!r}" for word, other in self.changes)
        language = (OTHER_LANGUAGE,) if asks_in_other_language(self.asked) else ()
        several = (SEVERAL,) if _asks_several(self.asked) else ()
        return (*language, *several, *changed)


def understand(text: str) -> Question:
    """Parse a question.

    >>> understand("When did the ferry sail?").kind
    'date'
    >>> understand("According to Lind, who steers the ferry?").speaker
    'Lind'
    """
    from retrieval.attribution import asked_speaker, asks_for_speaker

    asks_who = asks_for_speaker(text)
    return Question(
        asked=text,
        text=text,
        kind=answer_kind(text),
        speaker=None if asks_who else asked_speaker(text),
        asks_for_speaker=asks_who,
        is_negated=_NEGATED.search(text) is not None,
    )


def mended(question: Question, passages: Iterable[str], known: Callable[[str], bool]) -> Question:
    """Return the question with its misspelt words spelt as the passages spell them.

    Args:
        question: as it was understood at first.
        passages: texts found for it, best first.
        known: whether a word is spelt in a way that the reader was taught.
    """
    text, changes = respelt(question.text, passages, known)
    if not changes:
        return question
    return replace(understand(text), asked=question.asked, changes=tuple(changes.items()))


def _asks_several(text: str) -> bool:
    """Return whether two things are asked at once: Who built it, and when?"""
    asking = [each for each in re.split(r"(?<=\?)\s", text) if each.rstrip().endswith("?")]
    return len(asking) > 1 or _AND_ASKS.search(text) is not None


def answer_kind(text: str) -> AnswerKind:
    """Return the kind of answer that a question asks for, as far as its words tell.

    >>> answer_kind("How many berths has the harbour?"), answer_kind("Is the harbour open?")
    ('number', 'yes_no')
    """
    if asks_yes_or_no(text):
        return "yes_no"
    return next(
        (kind for kind, pattern in _KINDS if re.search(pattern, text, re.IGNORECASE)), "other"
    )
