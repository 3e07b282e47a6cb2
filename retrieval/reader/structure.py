"""What stands around an answer and speaks for it, apart from what the network reads.

A page of frequent questions, or an interview, may ask what the user asks. Those words resemble the
question more than any answer does, and so do the other questions beside them; what follows the very
question is its reply. A manual's or glossary's entry often names its term once, in the heading.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from index.text.sentences import sentences
from index.text.tables import is_header
from index.types import Passage, Span
from retrieval.answering.wording import coverage

REPLY = 4.0
"""How many nats an answer gains that stands in the reply to the very question.

Of 120 headings of Debian's FAQ that ask (`python -m eval.pages FOLDER`) the best span lay in the
section for 88 %, up from 42 % without this; of 168 of Python's, for 96 %, up from 73 %. On the
former nothing from 4 to 8 nats was better by more than 3 %.
"""
ENTRY = 2.0
"""And one that stands under the heading of what is asked about, within a page of several.

Asked for the default of 201 of PostgreSQL's settings, the best span lay in the sentence that gives
it for 68 %, up from 61 %, and 7 % were refused instead of 11 %; of what its manual does not say of
them no less was refused (by hand). Of 200 terms there it lay in the entry for 56 %, up from 52 %
(`python -m eval.pages`).
"""
_SAME = 0.75
_LABEL = re.compile(r"(?:[\d.]+\s+|[^:?]{1,30}:\s+)*")
"""A number before a heading, or who asks before a question."""
_ASIDE = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class PassageContext:
    """Of a passage: the questions in it, which answer nothing, what replies, and if all gains."""

    questions: tuple[Span, ...] = ()
    replies: tuple[Span, ...] = ()
    is_entry: bool = False

    def answers(self, span: Span) -> bool:
        """Return whether a span may answer at all."""
        return not any(each.overlaps(span) for each in self.questions)

    def replies_in(self, span: Span) -> bool:
        """Return whether a span stands in the reply to the very question."""
        return any(each.covers(span) for each in self.replies)

    def gain(self, span: Span) -> float:
        """Return how many nats a span gains."""
        reply = REPLY if self.replies_in(span) else 0.0
        return reply + ENTRY * self.is_entry


def passage_context(question: str, passage: Passage, text: str) -> PassageContext:
    """Find what speaks for answers in a passage.

    Args:
        question: what was asked.
        passage: the passage.
        text: what is read of it.
    """
    headings = [heading for heading in passage.headings if not is_header(heading)]
    entry = _is_entry(question, headings)
    under = bool(headings) and _asks_above(question, headings[-1], text)
    if not under and "?" not in text:
        return PassageContext(is_entry=entry)
    every = sentences(text)
    asking = [each for each in every if _is_question(each.of(text))]
    if not under and not any(_says(question, each.of(text)) for each in asking):
        return PassageContext(is_entry=entry)
    replies = tuple(_replies(question, text, asking, under))
    return PassageContext(tuple(asking), replies, entry)


def _is_entry(question: str, headings: list[str]) -> bool:
    """Return whether a passage stands under what is asked about, among other things of its page."""
    if len(headings) < 2:
        return False
    term = _LABEL.sub("", _ASIDE.sub("", headings[-1]), count=1)
    return coverage(term, question) == 1.0


def _replies(question: str, text: str, asking: list[Span], under: bool) -> Iterator[Span]:
    """Yield what stands between the same question and the next."""
    ends = [*asking, Span(len(text), len(text))]
    if under and ends[0].start:
        yield Span(0, ends[0].start)
    for each, following in pairwise(ends):
        if _same(question, each.of(text)) and each.end < following.start:
            yield Span(each.end, following.start)


def _is_question(sentence: str) -> bool:
    return "?" in sentence[-3:]


def _asks_above(question: str, heading: str, text: str) -> bool:
    """Return whether a heading that is not in the text itself asks the same question."""
    return heading not in text and _is_question(heading) and _same(question, heading)


def _says(question: str, other: str) -> bool:
    return coverage(question, other) >= _SAME


def _same(question: str, other: str) -> bool:
    return _says(question, other) and _says(_LABEL.sub("", other, count=1), question)
