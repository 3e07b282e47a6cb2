"""Cues that are no verb: according to X, in X's view, allegations that …, reportedly, a colon."""

from collections.abc import Iterator

from retrieval.attribution import lexicon, people, words
from retrieval.attribution.complements import content_end
from retrieval.attribution.cues import Report
from retrieval.attribution.parts import is_verb
from retrieval.attribution.people import is_named, is_people, names_makers
from retrieval.attribution.phrases import noun_phrase_from
from retrieval.attribution.subjects import main_subject, subject
from retrieval.attribution.tokens import Phrase, Sentence
from retrieval.attribution.usage import is_noun_use

_QUOTED_WORDS = 4
"""A quotation after a colon is speech, not a title, from this many tokens on."""


def other_reports(sentence: Sentence) -> Iterator[Report]:
    """Yield what cues other than verbs report."""
    for at, token in enumerate(sentence.tokens):
        lower = token.lower
        if lower == "according":
            report = _according(sentence, at)
        elif lower in lexicon.HEDGES:
            report = _hedge(sentence, at)
        elif lower in lexicon.VIEWS and sentence.lower(at - 1) in ("'s", "'"):
            report = _view(sentence, at)
        elif lower in lexicon.NOUNS and _is_noun(sentence, at):
            report = _nominal(sentence, at)
        elif lower == ":" and not sentence.quoted[at]:
            report = _colon(sentence, at)
        else:
            continue
        if report is not None:
            yield report


def _is_noun(sentence: Sentence, at: int) -> bool:
    form = lexicon.verb_forms().get(sentence.lower(at))
    return form is None or is_noun_use(sentence, at, form)


def _hedge(sentence: Sentence, at: int) -> Report:
    """Read `has reportedly …`: the predicate and its subject are somebody else's word."""
    content = [Phrase(at + 1, len(sentence.tokens))]
    who = subject(sentence, at + 1)
    if at == 0 or who is None:
        content.insert(0, Phrase(0, at))
    elif who.last <= at:
        content.insert(0, who)
    stance = lexicon.HEDGES[sentence.lower(at)]
    return Report(None, Phrase(at, at + 1), stance, tuple(content), 0)


def _according(sentence: Sentence, at: int) -> Report | None:
    begin = at + 2 if sentence.lower(at + 1) == "to" else at + 1
    who = noun_phrase_from(sentence, begin)
    if who is None:
        return None
    content = tuple(
        part
        for part in (Phrase(0, at), Phrase(who.last, len(sentence.tokens)))
        if part.last > part.first
    )
    source = bool({sentence.lower(i) for i in range(*who)} & people.SOURCES)
    named = is_named(sentence, who) or _starts_capital(sentence, who)
    told = any(sentence.lower(i) in people.PEOPLE for i in range(*who))
    named = named or (source and (told or names_makers(sentence, who)))
    law = bool({sentence.lower(i) for i in range(*who)} & people.LAWS)
    if law or not (named or source or is_people(sentence, who)):
        return None
    speaker = who if named or not source else None
    return Report(speaker, Phrase(at, begin), "reported", content, 3)


def _starts_capital(sentence: Sentence, who: Phrase) -> bool:
    token = sentence.tokens[who.first]
    return token.is_capital and token.lower not in words.DETERMINER


def _view(sentence: Sentence, at: int) -> Report | None:
    """Read `in X's view`."""
    for left in range(at - 2, max(-1, at - 10), -1):
        if sentence.lower(left) == "in":
            who, cue = Phrase(left + 1, at - 1), Phrase(at, at + 1)
            return Report(who, cue, "reported", (Phrase(at + 1, len(sentence.tokens)),), 1)
    return None


def _nominal(sentence: Sentence, at: int) -> Report | None:
    """Read `X's claim that …`, `claims by X that …`, `allegations that …`."""
    who, that = None, at + 1
    if sentence.lower(that) in ("by", "from", "of"):
        who = noun_phrase_from(sentence, that + 1, after_by=True)
        that = who.last if who is not None else that
    if sentence.lower(that) != "that" or that + 1 >= len(sentence.tokens):
        return None
    if is_verb(sentence, that + 1) or _has_own_subject(sentence, that):
        return None
    who = who or _possessor(sentence, at)
    content = Phrase(that + 1, content_end(sentence, that + 1))
    strength = 1 if who is not None else 0
    return Report(who, Phrase(at, at + 1), lexicon.NOUNS[sentence.lower(at)], (content,), strength)


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
            first = mark
            while first > 0 and sentence.tokens[first - 1].is_capital:
                first -= 1
            return Phrase(first, mark) if first < mark else None
    return None


def _colon(sentence: Sentence, at: int) -> Report | None:
    """Read a quotation that a colon brings in: Cameron welcomed the bill: "…"."""
    begin = at + 1
    opening = sentence.quoted[begin : begin + _QUOTED_WORDS]
    if len(opening) < _QUOTED_WORDS or not all(opening):
        return None
    who = main_subject(sentence, at)
    if who is None or sentence.lower(who.last - 1) in people.LAWS:
        return None
    if not (is_people(sentence, who) or is_named(sentence, who)):
        return None
    if who.last >= at or not any(is_verb(sentence, i) for i in range(who.last, at)):
        return None
    return Report(who, Phrase(at, begin), "reported", (Phrase(begin, len(sentence.tokens)),), 1)
