"""Whom he or she in a sentence may stand for, as far as the sentence itself tells."""

from collections.abc import Sequence

from retrieval.attribution import words
from retrieval.attribution.names import TITLES
from retrieval.attribution.parts import is_adverb
from retrieval.attribution.people import PEOPLE, PERSON_ENDINGS, head_noun, is_named, is_people
from retrieval.attribution.phrases import name_at, noun_phrase_from
from retrieval.attribution.reports import Report
from retrieval.attribution.subjects import main_subject
from retrieval.attribution.tokens import REACH, Phrase, Sentence, Token


def named_before(sentence: Sentence, reports: Sequence[Report], at: int) -> Phrase | None:
    """Return the nearest name before a pronoun: a speaker's, or a full name that is a subject.

    Names in what the pronoun itself reports may be anybody's: Dan Webb will resign, she said.
    Those before a quotation are not in it, whose words alone are reported.
    """
    speakers = [
        report.speaker
        for report in reports
        if report.speaker is not None
        and report.speaker.last <= at
        and sentence.lower(report.speaker.first) not in words.SUBJECT_PRONOUN
    ]
    names = [_full_name(sentence, who) for who in _subjects(sentence, at)]
    found = [*speakers, *(name for name in names if name is not None)]
    told = [
        part
        for report in reports
        if _speaks(report, at)
        for part in report.content
        if not any(sentence.quoted[part.first : part.last])
    ]
    outside = [who for who in found if not any(_inside(who, part) for part in told)]
    return max(outside, key=lambda who: who.last, default=None)


def _speaks(report: Report, at: int) -> bool:
    return report.speaker is not None and report.speaker.first == at


def _inside(who: Phrase, part: Phrase) -> bool:
    return part.first <= who.first and who.last <= part.last


def someone_before(sentence: Sentence, at: int, known: str) -> bool:
    """Tell whether a pronoun's own sentence speaks of somebody before it, named or not.

    `known` is a name from further back, of whom it may well speak.
    """
    surname = known.split()[-1].lower()
    for who in (*_subjects(sentence, at), *_subordinate(sentence, at)):
        if surname == sentence.lower(who.last - 1):
            continue
        if sentence.lower(who.first) in words.SUBJECT_PRONOUN:
            continue
        if is_people(sentence, who) and not head_noun(sentence, who).endswith("s"):
            return True
        if not is_people(sentence, who) and is_named(sentence, who):
            return True
    return False


def mentions_another(sentence: Sentence, pronoun: str) -> bool:
    """Tell whether a sentence speaks of anybody else whom a later he or she may stand for.

    Any capital counts that no sentence start, day or month explains.
    """
    for at, token in enumerate(sentence.tokens):
        lower = token.lower
        if at > 0 and token.is_capital and lower not in words.TIME | words.SUBJECT_PRONOUN:
            return True
        other = lower in words.SUBJECT_PRONOUN - {"it", "i", pronoun}
        if other or lower in PEOPLE or _is_agent(token):
            return True
    return False


def _is_agent(token: Token) -> bool:
    small = words.PREPOSITION | words.SUBORDINATOR | words.DETERMINER | words.CONJUNCTION
    agent = token.lower.endswith(PERSON_ENDINGS) and len(token.lower) > 4
    return agent and token.lower not in small and not is_adverb(token)


def _subjects(sentence: Sentence, at: int) -> list[Phrase]:
    """Return the subjects of the clauses up to a pronoun."""
    low = max(1, at - REACH)
    ends = [i for i in range(low, at) if sentence.lower(i) in (";", ":") and not sentence.quoted[i]]
    found = [main_subject(sentence, end) for end in (*ends, at)]
    return [who for who in found if who is not None and who.last <= at]


def _subordinate(sentence: Sentence, at: int) -> list[Phrase]:
    """Return the subject of a clause that opens the sentence: Though Webb was tired, he …."""
    if at < 2 or sentence.lower(0) not in words.SUBORDINATOR:
        return []
    who = noun_phrase_from(sentence, 1)
    return [who] if who is not None and who.last <= at else []


def _full_name(sentence: Sentence, who: Phrase) -> Phrase | None:
    """Return a person's name of two words or more, titles before it included: Chief Dan Webb."""
    name = name_at(sentence, who.first, who.last - 1)
    if name is None or head_noun(sentence, who) in PEOPLE:
        return None
    own = [i for i in range(*name) if sentence.lower(i) not in TITLES | words.DETERMINER]
    return name if len(own) > 1 else None
