"""Decide for one sentence, or for an answer in it, whose words it is."""

from collections.abc import Sequence

from index.types import Span
from retrieval.attribution.cues import Report, verb_reports
from retrieval.attribution.quotes import Quotations, quotations
from retrieval.attribution.sources import other_reports
from retrieval.attribution.tokens import Phrase, Sentence, Token, tokenize
from retrieval.types import Attribution, Words

STATED = Attribution("stated")
_PRONOUNS = frozenset(("he", "she", "they", "i", "we", "it"))


def attribute(
    text: str, sentence: Span, answer: Span | None = None, previous: Sequence[Span] = ()
) -> Attribution:
    """Tell whose words a sentence, or an answer within it, reports.

    All spans are code points of `text`, a whole document or any part of it. With `answer`, only
    reported speech that holds the answer counts: in "Rubio claims that Maduro leads it", the
    answer *Maduro* is Rubio's claim, and *Rubio* is the document's own statement. `previous`
    gives the sentences before, in order; without them they are found in `text`.

    Deterministic; time is linear in the sentence's length. Never raises for spans inside `text`.
    """
    parsed, quotes = parse(text, sentence)
    reports = [*verb_reports(parsed), *other_reports(parsed)]
    best = _choose(parsed, reports, answer)
    if best is not None:
        return _words(text, parsed, best)
    return STATED


def parse(text: str, sentence: Span) -> tuple[Sentence, Quotations]:
    """Return the tokens of a sentence with what is quoted in it."""
    tokens, quotes = tokenize(text, sentence), quotations(text, sentence)
    return Sentence(tokens, _flags(tokens, quotes.spans)), quotes


def _flags(tokens: Sequence[Token], spans: Sequence[Span]) -> list[bool]:
    flags, at = list[bool](), 0
    for token in tokens:
        while at < len(spans) and spans[at].end <= token.start:
            at += 1
        flags.append(at < len(spans) and spans[at].start <= token.start)
    return flags


def _choose(parsed: Sentence, reports: Sequence[Report], answer: Span | None) -> Report | None:
    if answer is not None:
        reports = [report for report in reports if _holds(parsed, report, answer)]
        return min(reports, key=_size, default=None)
    return max(reports, key=lambda report: _rank(parsed, report), default=None)


def _rank(parsed: Sentence, report: Report) -> tuple[int, int, int, int]:
    outside = not parsed.quoted[report.cue.first]
    who = report.speaker
    return outside, who is not None, report.strength, -report.cue.first


def _size(report: Report) -> int:
    return sum(part.last - part.first for part in report.content)


def _holds(parsed: Sentence, report: Report, answer: Span) -> bool:
    return any(
        part.last > part.first and parsed.span(part).overlaps(answer) for part in report.content
    ) and not (report.speaker is not None and parsed.span(report.speaker).overlaps(answer))


def _words(text: str, parsed: Sentence, report: Report) -> Attribution:
    speaker = None if report.speaker is None else _at(text, parsed, report.speaker)
    return Attribution(report.stance, speaker, _at(text, parsed, report.cue))


def _at(text: str, parsed: Sentence, phrase: Phrase) -> Words:
    span = parsed.span(phrase)
    return Words(span.of(text), span)
