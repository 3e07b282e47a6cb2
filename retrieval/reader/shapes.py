"""Answers of the shape that was asked for: what to do as its sentences, a version as its number."""

import re
from collections.abc import Sequence

from index.types import Span
from retrieval.reader.instructions import instructs

FIT = 3.0
"""Nats that a version gains, and other words lose, where the version is asked for."""
_LONGEST_STEPS = 300
"""Code points of the sentences that tell what to do, at most."""

_ASKS_VERSION = re.compile(
    r"\b(?:which|what) (?:\w+ ){0,2}?(?:version|release)s?\b(?! (?:date|manager|notes?|team))"
    r"|\b(?:since|in|from|until) (?:which|what) (?:\w+ ){0,2}?(?:version|release)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:19|20)\d\d-\d\d-\d\d|\b(?:19|20)\d\d\b(?!\.\d)|\b(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\b"
)
_DOTTED = re.compile(r"(?<![\w.])v?\d+(?:\.\d+)+(?:-\w+)?")
_VERSION = re.compile(r"\d+(?:\.\d+)+|\bv?\d+\b|\d+(?:\.\d+)*-\d+")


def version_gain(question: str, answer: str) -> float:
    """Return the nats that an answer gains as a version, where that is asked for.

    >>> version_gain("Which version added tabs?", "2.4"), version_gain("Who added it?", "2.4")
    (3.0, 0.0)
    """
    if _ASKS_VERSION.search(question) is None:
        return 0.0
    rest = _DATE.sub("", answer)
    return FIT if _VERSION.search(rest) is not None else -FIT


def version_beside(question: str, text: str, span: Span) -> Span:
    """Return the version that stands in a span's line, where one is asked for and it has none.

    >>> text = "[3.0.2] - 2028-12-01"
    >>> version_beside("Which version mended it?", text, Span(10, 20)).of(text)
    '3.0.2'
    """
    if _ASKS_VERSION.search(question) is None or version_gain(question, span.of(text)) > 0:
        return span
    start, end = text.rfind("\n", 0, span.start) + 1, text.find("\n", span.end)
    line = Span(start, len(text) if end < 0 else end).of(text)
    undated = _DATE.sub(lambda date: " " * len(date.group()), line)
    version = _DOTTED.search(undated)
    return span if version is None else Span(*version.span()).shift(start)


_DANGLING = re.compile(
    r"(?:\b(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would|should|may|might|must)"
    r"[ ]not|\bcannot|n['’]t)$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"[ \n]+[a-z]")


def is_cut_before_verb(text: str, span: Span) -> bool:
    """Return whether a span ends in a denial whose verb is left out, which says nothing yet.

    >>> text = "The clerk did not say so. He did not."
    >>> is_cut_before_verb(text, Span(0, 17)), is_cut_before_verb(text, Span(26, 36))
    (True, False)
    """
    answer = span.of(text)
    return _DANGLING.search(answer) is not None and _GOES_ON.match(text, span.end) is not None


_PART_OF_SPEECH = frozenset(
    "noun verb adjective adverb adj adv n v prov interj prep vt vi plural pl".split()
)


def definition_gain(answer: str) -> float:
    """Return the nats that an answer loses as a part of speech, which defines nothing.

    >>> definition_gain("noun"), definition_gain("a gull")
    (-6.0, 0.0)
    """
    return -2 * FIT if answer.strip("().").lower() in _PART_OF_SPEECH else 0.0


def steps(text: str, sentences: Sequence[Span], at: int) -> Span:
    """Return the sentence at a place with those right after it that go on to say what to do.

    Args:
        text: the passage.
        sentences: all of its sentences, in order.
        at: which of them the answer stands in.
    """
    first = last = sentences[at]
    for following in sentences[at + 1 :]:
        between = text[last.end : following.start]
        if "\n" in between or "\n" in following.of(text):
            break
        if following.end - first.start > _LONGEST_STEPS or not instructs(following.of(text)):
            break
        last = following
    return Span(first.start, last.end)
