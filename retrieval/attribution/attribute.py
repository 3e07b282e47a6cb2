"""Decide for one sentence, or for an answer in it, whose words it is."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from index.types import Span
from retrieval.attribution.discourse.context import (
    preceding_sentences,
    quotation_bounds,
    with_next_sentence,
)
from retrieval.attribution.discourse.names import PERSONAL, fuller_name, is_personal
from retrieval.attribution.discourse.paragraphs import introducing_sentence, other_paragraphs
from retrieval.attribution.discourse.pronouns import (
    antecedent_name,
    has_other_antecedent,
    mentions_other_person,
    sole_person,
)
from retrieval.attribution.discourse.speaking import report_by_answer
from retrieval.attribution.discourse.turns import is_transcript, line_turn
from retrieval.attribution.reports.report import Report
from retrieval.attribution.reports.sources import other_reports
from retrieval.attribution.reports.verbs import verb_reports
from retrieval.attribution.syntax.quotes import Quotations, quotations
from retrieval.attribution.syntax.tokens import REACH, Phrase, Sentence, tokenize
from retrieval.attribution.vocabulary import Tag, has
from retrieval.types import Attribution, Words

STATED = Attribution("stated")
_OPENS_SPEECH = '"\u201c\u00ab'
_CARRY = 3
"""How many sentences back a speaker is carried on: He said … He added … He went on …."""


def attribute(
    text: str,
    sentence: Span,
    answer: Span | None = None,
    previous: Sequence[Span] = (),
    speakers: Collection[str] = (),
) -> Attribution:
    """Tell whose words a sentence, or an answer within it, reports.

    All spans are code points of `text`, a whole document or any part of it. With `answer`, only
    reported speech that holds the answer counts: in "Rubio claims that Maduro leads it", the
    answer *Maduro* is Rubio's claim, and *Rubio* is the document's own statement, with what the
    answer `says` there. `previous` gives the sentences before, in order; without them they are
    found in `text`. Lines that open with one of `speakers` are known to be theirs.

    Deterministic; time is linear in the sentence's length. Never raises for spans inside `text`.
    """
    parsed, quotes = _parse(text, sentence)
    reports = _reports(parsed)
    best = _choose(parsed, reports, answer)
    place = _last_word(parsed, sentence) if answer is None else answer.start
    label = line_turn(text, place, speakers)
    turn = label if label is not None and _is_behind(place, label.cue) else None
    if _in_quotation(parsed, best, answer):
        return (
            _quoted(text, sentence, answer, previous, quotes)
            or turn
            or _innermost(text, parsed, best, answer)
        )
    if best is None:
        attribution = turn or _first_speaker(text, introducing_sentence(text, sentence)) or STATED
    else:
        attribution = _with_turn(text, place, _words(text, parsed, best), turn)
    own = None if answer is None else report_by_answer(parsed, reports, answer)
    named = attribution.speaker
    if own is not None and own.speaker is not None:
        attribution = replace(attribution, says=_at(text, parsed, own.cue))
        named = named or _at(text, parsed, own.speaker)
    elif answer is not None and label is not None and _is_within(answer, label.speaker):
        attribution = replace(attribution, says=label.cue, full_name=label.full_name)
        named = named or label.speaker
    name = _full_name(text, sentence, parsed, reports, named, previous)
    return attribution if name is None else replace(attribution, full_name=name)


def _last_word(parsed: Sentence, sentence: Span) -> int:
    """Return where the last word of a sentence starts: no turn starts behind that."""
    starts = (token.start for token in reversed(parsed.tokens) if token.is_word)
    return next(starts, sentence.start)


def _is_behind(place: int, cue: Words | None) -> bool:
    return cue is not None and cue.span is not None and place >= cue.span.end


def _is_within(answer: Span, label: Words | None) -> bool:
    return label is not None and label.span is not None and label.span.covers(answer)


def _with_turn(
    text: str, place: int, attribution: Attribution, turn: Attribution | None
) -> Attribution:
    """Name whose turn it is where somebody speaks of themselves, or nobody by name.

    Where turns are taken, nobody knows who I is outside them.
    """
    speaker = attribution.speaker
    first_person = speaker is not None and speaker.text.lower() in ("i", "we")
    if turn is not None and (speaker is None or first_person or attribution.cue == turn.cue):
        return replace(attribution, speaker=turn.speaker, full_name=turn.full_name)
    if first_person and is_transcript(text, place):
        return replace(attribution, speaker=None)
    return attribution


def _parse(text: str, sentence: Span) -> tuple[Sentence, Quotations]:
    tokens, quotes = tokenize(text, sentence), quotations(text, sentence)
    flags, at, spans = list[bool](), 0, quotes.spans
    for token in tokens:
        while at < len(spans) and spans[at].end <= token.start:
            at += 1
        flags.append(at < len(spans) and spans[at].start <= token.start)
    return Sentence(tokens, flags), quotes


def _reports(parsed: Sentence) -> list[Report]:
    """Return all that a sentence reports; a colon after a verb of saying is the verb's."""
    by_verbs = list(verb_reports(parsed))
    verbs = {report.cue.first: report for report in by_verbs}
    others = (report for report in other_reports(parsed) if not _has_verb(parsed, report, verbs))
    return [*by_verbs, *others]


def _has_verb(parsed: Sentence, report: Report, verbs: Mapping[int, Report]) -> bool:
    """Return whether the nearest verb before a colon brings in what follows: he said: "…"."""
    colon = report.cue.first
    if parsed.lower(colon) != ":":
        return False
    near = range(colon - 1, max(-1, colon - REACH), -1)
    verb = next((at for at in near if parsed.has(at, Tag.VERB)), None)
    reporting = verbs.get(verb) if verb is not None else None
    return reporting is not None and any(
        part.first <= colon < part.last for part in reporting.content
    )


def _choose(parsed: Sentence, reports: Sequence[Report], answer: Span | None) -> Report | None:
    """Return the report that holds the answer most closely, or the one the sentence is about.

    One that holds all of an answer goes before those that hold a part: a long answer may
    itself say what somebody else said.
    """
    if answer is not None:
        holding = [report for report in reports if _holds(parsed, report, answer)]
        inside = _words_of(parsed, answer)
        complete = [report for report in holding if _holds_whole(report, inside)]
        return min(complete or holding, key=_size, default=None)
    return max(reports, key=lambda report: _rank(parsed, report), default=None)


def _rank(parsed: Sentence, report: Report) -> tuple[bool, bool, int, int]:
    outside = not parsed.quoted[report.cue.first]
    return outside, report.speaker is not None, report.strength, -report.cue.first


def _size(report: Report) -> int:
    return sum(part.last - part.first for part in report.content)


def _holds(parsed: Sentence, report: Report, answer: Span) -> bool:
    parts = (part for part in report.content if part.last > part.first)
    if not any(parsed.span(part).overlaps(answer) for part in parts):
        return False
    return report.speaker is None or not parsed.span(report.speaker).covers(answer)


def _words_of(parsed: Sentence, answer: Span) -> list[int]:
    """Return the tokens of an answer, in order; the marks in and around it do not count."""
    return [
        at
        for at, token in enumerate(parsed.tokens)
        if token.is_word and token.end > answer.start and token.start < answer.end
    ]


def _holds_whole(report: Report, inside: Sequence[int]) -> bool:
    """Return whether each of the tokens `inside` is reported, in time that grows with their log."""
    covered = (
        bisect_left(inside, part.last) - bisect_left(inside, part.first) for part in report.content
    )
    return sum(covered) == len(inside)


def _in_quotation(parsed: Sentence, best: Report | None, answer: Span | None) -> bool:
    """Return whether the words in question are quoted and no cue outside the quotation is known."""
    if best is not None and not parsed.quoted[best.cue.first]:
        return False
    inside = [
        quoted
        for token, quoted in zip(parsed.tokens, parsed.quoted, strict=True)
        if token.is_word and (answer is None or answer.start <= token.start < answer.end)
    ]
    return bool(inside) and all(inside) and (answer is None or _mostly_quoted(parsed))


def _mostly_quoted(parsed: Sentence) -> bool:
    """Tell speech from a title or a scare quote in a sentence of the document's own."""
    return sum(parsed.quoted) * 2 > len(parsed.quoted)


def _quoted(
    text: str,
    sentence: Span,
    answer: Span | None,
    previous: Sequence[Span],
    quotes: Quotations,
) -> Attribution | None:
    """Find who speaks a quotation that runs over several sentences, or goes on from one."""
    wanted = answer or sentence
    for wider in (quotation_bounds(text, sentence, quotes), with_next_sentence(text, sentence)):
        attribution = None if wider is None else _speaker_in(text, wider, wanted)
        if attribution is not None:
            return attribution
    return _previous_speaker(text, sentence, previous) or _first_speaker(
        text, other_paragraphs(text, sentence)
    )


def _first_speaker(text: str, others: Iterable[Span]) -> Attribution | None:
    """Take the speaker from the first of other sentences that says who speaks."""
    return next(filter(None, (_speaker_in(text, sentence) for sentence in others)), None)


def _speaker_in(text: str, sentence: Span, wanted: Span | None = None) -> Attribution | None:
    """Find who is said, outside quotation marks, to speak: what is wanted, or anything."""
    parsed, _ = _parse(text, sentence)
    reports = [
        report
        for report in _reports(parsed)
        if not parsed.quoted[report.cue.first]
        and (wanted is None or _holds(parsed, report, wanted))
    ]
    best = _choose(parsed, reports, None)
    if best is None or best.speaker is None:
        return None
    attribution = _words(text, parsed, best)
    return replace(attribution, full_name=fuller_name(text, attribution.speaker))


def _previous_speaker(text: str, sentence: Span, previous: Sequence[Span]) -> Attribution | None:
    """Take the speaker of what was said right before: "…," Smith said. "…".

    One whose words were told there without quoting them must be a name.
    """
    earlier = preceding_sentences(text, sentence, previous)[-1:]
    if not earlier or "\n" in text[earlier[0].end : sentence.start]:
        return None
    quoted = bool(quotations(text, earlier[0]).spans)
    if not (quoted or text[sentence.start] in _OPENS_SPEECH):
        return None
    attribution = attribute(text, earlier[0], None, previous[:-1])
    if attribution.speaker is None or not (quoted or is_personal(attribution.speaker.text)):
        return None
    return attribution


def _innermost(
    text: str, parsed: Sentence, best: Report | None, answer: Span | None
) -> Attribution:
    """Fall back on a cue inside the quotation that holds the answer, or on nobody by name."""
    if best is None or answer is None:
        return Attribution("reported")
    return _words(text, parsed, best)


def _words(text: str, parsed: Sentence, report: Report) -> Attribution:
    speaker = None if report.speaker is None else _at(text, parsed, report.speaker)
    return Attribution(report.stance, speaker, _at(text, parsed, report.cue))


def _at(text: str, parsed: Sentence, phrase: Phrase) -> Words:
    span = parsed.span(phrase)
    return Words(span.of(text), span)


def _full_name(
    text: str,
    sentence: Span,
    parsed: Sentence,
    reports: Sequence[Report],
    speaker: Words | None,
    previous: Sequence[Span],
) -> Words | None:
    """Return the name behind a pronoun or a surname, where it is safe to tell."""
    if speaker is None or speaker.span is None:
        return None
    if speaker.text.lower() not in PERSONAL:
        return fuller_name(text, speaker)
    at = _token_at(parsed, speaker.span)
    own = antecedent_name(parsed, reports, at)
    if own is not None:
        name = _at(text, parsed, own)
        if is_personal(name.text):
            return fuller_name(text, name) or name
    earlier = preceding_sentences(text, sentence, previous)[-_CARRY:]
    carried = _previous_name(text, speaker.text.lower(), earlier)
    return None if carried is None or has_other_antecedent(parsed, at, carried.text) else carried


def _token_at(parsed: Sentence, span: Span) -> int:
    """Return the token at which a span starts."""
    return next(i for i, token in enumerate(parsed.tokens) if token.start >= span.start)


def _previous_name(text: str, pronoun: str, earlier: Sequence[Span]) -> Words | None:
    """Return who spoke nearest before, through further pronouns and sentences about nobody else."""
    for place, sentence in reversed(list(enumerate(earlier))):
        parsed, _ = _parse(text, sentence)
        best = _choose(parsed, _reports(parsed), None)
        if best is None and not mentions_other_person(parsed, pronoun):
            continue
        if best is None:
            before = (_parse(text, each)[0] for each in earlier[:place])
            alone = not any(mentions_other_person(each, pronoun) for each in before)
            sole = sole_person(parsed, pronoun) if alone else None
            name = None if sole is None else _at(text, parsed, sole)
            return name if name is not None and is_personal(name.text) else None
        if best.speaker is None:
            return None
        speaker = _at(text, parsed, best.speaker)
        if not has(speaker.text.lower(), Tag.SUBJECT_PRONOUN):
            return fuller_name(text, speaker) or (speaker if is_personal(speaker.text) else None)
    return None
