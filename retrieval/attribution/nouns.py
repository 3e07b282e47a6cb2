"""Nouns that report: X's claim that …, claims by X that …, allegations that …."""

from retrieval.attribution import lexicon, words
from retrieval.attribution.complements import content_end
from retrieval.attribution.parts import is_verb
from retrieval.attribution.people import is_named, is_people
from retrieval.attribution.phrases import noun_phrase_before, noun_phrase_from
from retrieval.attribution.reports import Report
from retrieval.attribution.subjects import main_subject
from retrieval.attribution.tokens import Phrase, Sentence
from retrieval.attribution.usage import is_noun_use


def noun_report(sentence: Sentence, at: int) -> Report | None:
    """Read `X's claim that …`, `claims by X that …`, `allegations that …`."""
    if not _is_noun(sentence, at) or _is_said_in(sentence, at) or _is_denied(sentence, at):
        return None
    who, that = _by_whom(sentence, at)
    if sentence.lower(that) != "that" or that + 1 >= len(sentence.tokens):
        return None
    if is_verb(sentence, that + 1) or _has_own_subject(sentence, that):
        return None
    who = who or _possessor(sentence, at)
    content = Phrase(that + 1, content_end(sentence, that + 1))
    strength = 1 if who is not None else 0
    return Report(who, Phrase(at, at + 1), lexicon.NOUNS[sentence.lower(at)], (content,), strength)


def _is_said_in(sentence: Sentence, at: int) -> bool:
    """Tell where a verb's speaker says it: said in a written statement that …."""
    for left in range(at - 1, max(-1, at - 5), -1):
        if sentence.lower(left) == "in":
            near = (sentence.lower(i) for i in range(max(0, left - 3), left))
            return any(word in lexicon.verb_forms() for word in near)
    return False


def _is_denied(sentence: Sentence, at: int) -> bool:
    """Tell what was not said: no reports that …, without any suggestion that …."""
    for left in range(at - 1, max(-1, at - 4), -1):
        if sentence.lower(left) in words.DETERMINER | {"'s"}:
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
    form = lexicon.verb_forms().get(sentence.lower(verb))
    return form is not None and verb - that < 8


def _possessor(sentence: Sentence, at: int) -> Phrase | None:
    for mark in range(at - 1, max(-1, at - 4), -1):
        lower = sentence.lower(mark)
        if lower in words.POSSESSIVE - {"its", "whose"}:
            who = main_subject(sentence, mark)
            return who if who is not None and who.last <= mark else None
        if lower in ("'s", "'"):
            who = noun_phrase_before(sentence, mark - 1)
            fits = who is not None and (is_people(sentence, who) or is_named(sentence, who))
            return who if fits else None
    return None


def _is_noun(sentence: Sentence, at: int) -> bool:
    form = lexicon.verb_forms().get(sentence.lower(at))
    return form is None or is_noun_use(sentence, at, form)
