"""Answers that are themselves who speaks in their sentence: *Rubio* in "Rubio claims that …"."""

from collections.abc import Sequence

from index.types import Span
from retrieval.attribution.reports.people import head_at
from retrieval.attribution.reports.report import Report
from retrieval.attribution.syntax.tokens import Phrase, Sentence
from retrieval.attribution.vocabulary import Tag


def report_by_answer(parsed: Sentence, reports: Sequence[Report], answer: Span) -> Report | None:
    """Return what the answer itself says in its sentence, most outright first; None if nothing."""
    own = [report for report in reports if _speaks(parsed, report, answer)]
    return max(own, key=lambda report: (report.strength, -report.cue.first), default=None)


def _speaks(parsed: Sentence, report: Report, answer: Span) -> bool:
    """Return whether the answer is a report's speaker and nothing of what is reported."""
    if report.speaker is None:
        return False
    others = (report.cue, *(part for part in report.content if part.last > part.first))
    if any(parsed.span(part).overlaps(answer) for part in others):
        return False
    return _names(parsed, report.speaker, answer)


def _names(parsed: Sentence, speaker: Phrase, answer: Span) -> bool:
    """Return whether the answer holds the head of a phrase, or the name behind an office.

    Secretary of State *Marco Rubio* is such a name; Ann Lee of the University of *Hawaii* is not.
    """
    head, last = head_at(parsed, speaker), speaker.last - 1
    if _holds(parsed, head, answer):
        return True
    first = last
    while first > head and parsed.tokens[first].start > answer.start:
        first -= 1
    office = any(parsed.has(at, Tag.TITLE) for at in range(head, first))
    named = parsed.tokens[last].is_capital and not parsed.has(first - 1, Tag.PREPOSITION)
    return office and named and _holds(parsed, last, answer)


def _holds(parsed: Sentence, at: int, answer: Span) -> bool:
    return answer.covers(parsed.span(Phrase(at, at + 1)))
