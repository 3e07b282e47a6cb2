"""Answers that are themselves who speaks in their sentence: *Rubio* in "Rubio claims that …"."""

from collections.abc import Sequence

from index.types import Span
from retrieval.attribution.people import head_at
from retrieval.attribution.reports import Report
from retrieval.attribution.tokens import Phrase, Sentence


def own_report(parsed: Sentence, reports: Sequence[Report], answer: Span) -> Report | None:
    """Return what the answer itself says in its sentence, most outright first; null if nothing."""
    own = [report for report in reports if _speaks(parsed, report, answer)]
    return max(own, key=lambda report: (report.strength, -report.cue.first), default=None)


def _speaks(parsed: Sentence, report: Report, answer: Span) -> bool:
    """Tell whether the answer is a report's speaker and nothing of what is reported."""
    if report.speaker is None:
        return False
    others = (report.cue, *(part for part in report.content if part.last > part.first))
    if any(parsed.span(part).overlaps(answer) for part in others):
        return False
    return _names(parsed, report.speaker, answer)


def _names(parsed: Sentence, speaker: Phrase, answer: Span) -> bool:
    """Tell whether the answer holds the head of a phrase, or the surname behind an office."""
    head = head_at(parsed, speaker)
    ends = [head, speaker.last - 1] if parsed.tokens[head].is_capital else [head]
    return any(answer.covers(parsed.span(Phrase(at, at + 1))) for at in ends)
