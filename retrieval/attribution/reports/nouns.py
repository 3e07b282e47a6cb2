"""Nouns that report: X's claim that …, claims by X that …, allegations that …."""

from retrieval.attribution.reports.complements import content_end
from retrieval.attribution.reports.people import is_somebody
from retrieval.attribution.reports.report import Report
from retrieval.attribution.reports.usage import is_noun_use
from retrieval.attribution.syntax.phrases import noun_phrase_before, noun_phrase_from
from retrieval.attribution.syntax.subjects import main_subject
from retrieval.attribution.syntax.tokens import Phrase, Sentence
from retrieval.attribution.vocabulary import Tag


def noun_report(sentence: Sentence, at: int) -> Report | None:
    """Read `X's claim that …`, `claims by X that …`, `allegations that …`."""
    stance = sentence.tokens[at].noun
    if (
        stance is None
        or not _is_noun(sentence, at)
        or _is_said_in(sentence, at)
        or _is_denied(sentence, at)
    ):
        return None
    who, that = _by_whom(sentence, at)
    if sentence.lower(that) != "that" or that + 1 >= len(sentence.tokens):
        return None
    if sentence.has(that + 1, Tag.VERB) or _has_own_subject(sentence, that):
        return None
    who = who or _possessor(sentence, at)
    content = Phrase(that + 1, content_end(sentence, that + 1))
    strength = 1 if who is not None else 0
    return Report(who, Phrase(at, at + 1), stance, (content,), strength)


def _is_said_in(sentence: Sentence, at: int) -> bool:
    """Tell where a verb's speaker says it: said in a written statement that …."""
    for left in range(at - 1, max(-1, at - 5), -1):
        if sentence.lower(left) == "in":
            return any(sentence.form(i) is not None for i in range(max(0, left - 3), left))
    return False


def _is_denied(sentence: Sentence, at: int) -> bool:
    """Tell what was not said: no reports that …, without any suggestion that …."""
    for left in range(at - 1, max(-1, at - 4), -1):
        if sentence.has(left, Tag.DETERMINER) or sentence.lower(left) == "'s":
            return sentence.lower(left) in ("no", "any", "neither")
    return False


def _by_whom(sentence: Sentence, at: int) -> tuple[Phrase | None, int]:
    """Return who made a claim, and where its `that` is: claims by X that …."""
    for by in range(at + 1, min(len(sentence.tokens), at + 4)):
        if sentence.lower(by) in ("by", "from", "of"):
            who = noun_phrase_from(sentence, by + 1, after_by=True)
            if who is None:
                break
            return who, who.last + (sentence.lower(who.last) == ",")
        if sentence.lower(by) not in (",", "made"):
            break
    return None, at + 1


def _has_own_subject(sentence: Sentence, that: int) -> bool:
    """Tell a relative clause (allegations that Maduro has denied) from what was alleged."""
    verb = len(sentence.tokens) - 1
    while verb > that and not sentence.tokens[verb].is_word:
        verb -= 1
    form, passive = sentence.form(verb), sentence.has(verb - 1, Tag.BE)
    return form is not None and not passive and verb - that < 8


def _possessor(sentence: Sentence, at: int) -> Phrase | None:
    for mark in range(at - 1, max(-1, at - 4), -1):
        lower = sentence.lower(mark)
        if sentence.has(mark, Tag.POSSESSIVE) and lower not in ("its", "whose"):
            who = main_subject(sentence, mark)
            return who if who is not None and who.last <= mark else None
        if lower in ("'s", "'"):
            who = noun_phrase_before(sentence, mark - 1)
            return who if who is not None and is_somebody(sentence, who) else None
    return None


def _is_noun(sentence: Sentence, at: int) -> bool:
    form = sentence.form(at)
    return form is None or is_noun_use(sentence, at, form)
