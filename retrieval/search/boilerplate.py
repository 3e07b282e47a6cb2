"""What stands on page after page: ranked behind, and answered from only where it is asked for."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain, islice

from index.text.repetition import boilerplate
from index.types import Hit, Mark, Passage, Span

_OWN_SHARE = 0.2
"""A passage of which less than this share is its own is ranked behind."""

_QUERY_SHARE = 0.5
"""Boilerplate that has this share of a question's words may be asked for."""

_COMPARED = 8
"""How many of the best hits are looked at for what else has the question's words."""

_LIGHT = frozenset(
    "hold own appli appl say state list number name page document file site websit under call give "
    "use find where tell mean come go".split()
)
"""Stems of words that ask for something, whatever it is."""


class QueryCoverage:
    """What a question asks for, and how much of that the passages' own text has."""

    def __init__(self, question: str, hits: Sequence[Hit]) -> None:
        """Take the question and the best hits, with what is boilerplate in them."""
        self._question = question
        self._hits = hits

    def unasked(self, passage: Passage) -> list[Span]:
        """Return where boilerplate that is not asked for stands in a passage's text.

        It is where it has most of the question's words, and more than any passage's own text.
        """
        spans = boilerplate(passage)
        if not spans:
            return []
        least = max(_QUERY_SHARE * len(self._stems), self._others + 1)
        return [each for each in spans if self._covered(each.of(passage.text)) < least]

    @cached_property
    def _stems(self) -> frozenset[str]:
        asked = _stems(self._question)
        return asked - _LIGHT or asked

    @cached_property
    def _others(self) -> int:
        """The most of the question's words that the own text of one passage has."""
        return max((self._covered(_own_text(hit.passage)) for hit in self._hits), default=0)

    def _covered(self, text: str) -> int:
        return len(self._stems & _stems(text))


def for_reading(question: str, hits: Sequence[Hit]) -> list[Hit]:
    """Return hits in which boilerplate that is not asked for is marked as what is not read."""
    asked = QueryCoverage(question, hits)
    return [_unread(hit, asked.unasked(hit.passage)) for hit in hits]


def behind(query: str, hits: Iterable[Hit]) -> Iterator[Hit]:
    """Yield hits, best first, those that are mostly boilerplate and not asked for at the end."""
    coming = iter(hits)
    first = list(islice(coming, _COMPARED))
    asked = QueryCoverage(query, first)
    last: list[Hit] = []
    lowest = 1.0
    for hit in chain(first, coming):
        if _own_share(asked, hit.passage) < _OWN_SHARE:
            last.append(hit)
        else:
            lowest = min(lowest, hit.score)
            yield hit
    for hit in last:
        lowest = min(lowest, hit.score)
        yield replace(hit, score=lowest)


def _own_share(asked: QueryCoverage, passage: Passage) -> float:
    """Return the share of a passage's words that are its own, or asked for."""
    others = asked.unasked(passage)
    if not others:
        return 1.0
    words = len(passage.text.split())
    return 1 - sum(len(span.of(passage.text).split()) for span in others) / max(words, 1)


def _own_text(passage: Passage) -> str:
    """Return a passage's text without what is boilerplate in it."""
    parts, at = [], 0
    for span in boilerplate(passage):
        parts.append(passage.text[at : span.start])
        at = span.end
    return " ".join([*parts, passage.text[at:]])


def _unread(hit: Hit, spans: Sequence[Span]) -> Hit:
    if not spans:
        return hit
    start = hit.passage.span.start
    unread = {Mark(span.shift(start), "hidden") for span in spans}
    marks = tuple(sorted({*hit.passage.marks, *unread}))
    return replace(hit, passage=replace(hit.passage, marks=marks))


def _stems(text: str) -> frozenset[str]:
    from index.lexical.analysis import content_terms

    return frozenset(term.stem for term in content_terms(text))
