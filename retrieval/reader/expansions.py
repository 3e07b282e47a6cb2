"""The whole words behind an abbreviation that a question asks about."""

import re

from index.types import Span

_ABBREVIATION = re.compile(r"\b(?=\w*[A-Z]\w*[A-Z])[A-Za-z0-9]{2,10}\b")
_ASKS = re.compile(
    r"\b(?:mean|means|meant|stand|stands|stood|expand(?:ed)?|expansion|full (?:form|name)|short for"
    r"|abbreviat\w+|acronym|initials?)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w’']*")
_LINKS = frozenset("a an and as at by for from in of on or the to with".split())
_REACH = 120


def expand_abbreviation(question: str, text: str, span: Span) -> Span:
    """Return `span` widened or cut to the words whose initials spell what the question asks about.

    >>> text = "the MTBF (mean time between failures) of each pump"
    >>> expand_abbreviation("What does MTBF mean?", text, Span(15, 36)).of(text)
    'mean time between failures'
    """
    asked = _ABBREVIATION.search(question)
    if asked is None or _ASKS.search(question) is None:
        return span
    near = max(0, span.start - _REACH), min(len(text), span.end + _REACH)
    words = [match for match in _WORD.finditer(text, *near) if match.group() != asked.group()]
    for first, word in enumerate(words):
        end = _spelt(asked.group().lower(), [each.group().lower() for each in words[first:]])
        if end:
            expansion = Span(word.start(), words[first + end - 1].end())
            if expansion.overlaps(span) and _joined(text, words[first : first + end]):
                return expansion
    return span


def _spelt(letters: str, words: list[str]) -> int:
    """Return how many of the words spell the letters by their initials, 0 where they do not.

    Words that only link may be left out.
    """
    at = 0
    for count, word in enumerate(words, 1):
        if word[0] == letters[at]:
            at += 1
            if at == len(letters):
                return count
        elif word not in _LINKS or at == 0:
            return 0
    return 0


def _joined(text: str, words: list[re.Match[str]]) -> bool:
    """Return whether nothing ends a phrase between the words."""
    between = text[words[0].end() : words[-1].start()]
    return not any(mark in between for mark in ".;:()\n")
