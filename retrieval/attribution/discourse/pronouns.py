"""Whom he or she in a sentence may stand for, as far as the sentence itself tells."""

from collections.abc import Sequence

from retrieval.attribution.reports.people import head_at, is_named, is_people
from retrieval.attribution.reports.report import Report
from retrieval.attribution.syntax.phrases import name_at, noun_phrase_from
from retrieval.attribution.syntax.subjects import main_subject
from retrieval.attribution.syntax.tokens import REACH, Phrase, Sentence, Token
from retrieval.attribution.vocabulary import PERSON_ENDINGS, Tag


def antecedent_name(sentence: Sentence, reports: Sequence[Report], at: int) -> Phrase | None:
    """Return the nearest name before a pronoun: a speaker's, or a full name that is a subject.

    Names in what the pronoun itself reports may be anybody's: Dan Webb will resign, she said.
    Those before a quotation are not in it, whose words alone are reported.
    """
    speakers = [
        report.speaker
        for report in reports
        if report.speaker is not None
        and report.speaker.last <= at
        and not sentence.has(report.speaker.first, Tag.SUBJECT_PRONOUN)
    ]
    names = [_full_name(sentence, who) for who in _subjects(sentence, at)]
    people = [*speakers, *(name for name in names if name is not None)]
    reported = [
        part
        for report in reports
        if _speaks(report, at)
        for part in report.content
        if not any(sentence.quoted[part.first : part.last])
    ]
    outside = [who for who in people if not any(_inside(who, part) for part in reported)]
    return max(outside, key=lambda who: who.last, default=None)


def _speaks(report: Report, at: int) -> bool:
    return report.speaker is not None and report.speaker.first == at


def _inside(who: Phrase, part: Phrase) -> bool:
    return part.first <= who.first and who.last <= part.last


def has_other_antecedent(sentence: Sentence, at: int, known: str) -> bool:
    """Return whether a pronoun's own sentence speaks of somebody before it, named or not.

    `known` is a name from further back, of whom it may well speak.
    """
    surname = known.split()[-1].lower()
    for who in (*_subjects(sentence, at), *_subordinate(sentence, at)):
        if surname == sentence.lower(who.last - 1):
            continue
        if sentence.has(who.first, Tag.SUBJECT_PRONOUN):
            continue
        if is_people(sentence, who):
            if not sentence.lower(head_at(sentence, who)).endswith("s"):
                return True
        elif is_named(sentence, who):
            return True
    return False


def sole_person(sentence: Sentence, pronoun: str) -> Phrase | None:
    """Return the full name that is the subject of a sentence which speaks of nobody else."""
    who = main_subject(sentence, len(sentence.tokens))
    name = None if who is None else _full_name(sentence, who)
    return None if name is None or mentions_other_person(sentence, pronoun, name) else name


def mentions_other_person(sentence: Sentence, pronoun: str, known: Phrase | None = None) -> bool:
    """Return whether a sentence speaks of anybody else whom a later he or she may stand for.

    Any capital counts that no sentence start, day or month, nor a `known` name, explains.
    """
    for at, token in enumerate(sentence.tokens):
        if known is not None and known.first <= at < known.last:
            continue
        if at > 0 and token.is_capital and not token.has(Tag.TIME | Tag.SUBJECT_PRONOUN):
            return True
        other = token.has(Tag.SUBJECT_PRONOUN) and token.lower not in ("it", "i", pronoun)
        if other or token.has(Tag.PERSON) or _is_agent(token):
            return True
    return False


def _is_agent(token: Token) -> bool:
    agent = token.lower.endswith(PERSON_ENDINGS) and len(token.lower) > 4
    return agent and not token.has(Tag.SMALL | Tag.ADVERBIAL)


def _subjects(sentence: Sentence, at: int) -> list[Phrase]:
    """Return the subjects of the clauses up to a pronoun."""
    low = max(1, at - REACH)
    ends = [i for i in range(low, at) if sentence.lower(i) in (";", ":") and not sentence.quoted[i]]
    people = [main_subject(sentence, end) for end in (*ends, at)]
    return [who for who in people if who is not None and who.last <= at]


def _subordinate(sentence: Sentence, at: int) -> list[Phrase]:
    """Return the subject of a clause that opens the sentence: Though Webb was tired, he …."""
    if at < 2 or not sentence.has(0, Tag.SUBORDINATOR):
        return []
    who = noun_phrase_from(sentence, 1)
    return [who] if who is not None and who.last <= at else []


def _full_name(sentence: Sentence, who: Phrase) -> Phrase | None:
    """Return a person's name of two words or more, titles before it included: Chief Dan Webb."""
    name = name_at(sentence, who.first, who.last - 1)
    if name is None or sentence.has(head_at(sentence, who), Tag.PERSON):
        return None
    own = [i for i in range(*name) if not sentence.has(i, Tag.TITLE | Tag.DETERMINER)]
    return name if len(own) > 1 else None
