"""Cues that are no verb: according to X, per X, in X's view, claims that …, reportedly, a colon."""

from collections.abc import Iterator

from retrieval.attribution import lexicon, people, words
from retrieval.attribution.complements import content_end, valued_at
from retrieval.attribution.nouns import noun_report
from retrieval.attribution.parts import is_verb
from retrieval.attribution.people import head_noun, is_named, is_people, speaks_itself
from retrieval.attribution.phrases import noun_phrase_from
from retrieval.attribution.reports import Report, outside
from retrieval.attribution.subjects import main_subject, subject
from retrieval.attribution.tokens import REACH, Phrase, Sentence
from retrieval.attribution.turns import turn_speaker
from retrieval.attribution.words import word_set

_QUOTED_WORDS = 4
"""A quotation after a colon is speech, not a title, from this many tokens on."""

_NEAR = 4
"""A verb stands within so many tokens of its subject."""

_THEM = {"him", "her", "them"}

_VALUING = ("put", "puts", "putting", "pegged", "pegs")
_COUNTED = word_set(
    "toll number numbers figure figures total cost costs price value worth damage losses count"
    " death deaths dead injured missing casualties population turnout share rate size age"
)
"""What is put at an amount by those who count it, unlike officers at two stations."""


def other_reports(sentence: Sentence) -> Iterator[Report]:
    """Yield what cues other than verbs report."""
    for at, token in enumerate(sentence.tokens):
        lower = token.lower
        if lower == "according":
            report = _according(sentence, at)
        elif lower == "per":
            report = _per(sentence, at)
        elif lower in lexicon.HEDGES:
            report = _hedge(sentence, at)
        elif lower == "in" and sentence.lower(at + 1) in ("a", "an"):
            report = _in_statement(sentence, at)
        elif lower == "as" and sentence.lower(at - 1) == "quoted":
            report = _quoted_as(sentence, at)
        elif lower == "put" and sentence.lower(at + 1) == "it":
            report = _put_it(sentence, at)
        elif lower in _VALUING:
            report = _put_at(sentence, at)
        elif lower in lexicon.VIEWS and sentence.lower(at - 1) in ("'s", "'", "the"):
            report = _view(sentence, at)
        elif lower in lexicon.NOUNS:
            report = noun_report(sentence, at)
        elif lower == ":" and not sentence.quoted[at]:
            report = _colon(sentence, at)
        else:
            continue
        if report is not None:
            yield report


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
    if who is None or people.is_measure(sentence, who):
        return None
    nouns = {sentence.lower(i) for i in range(*who)}
    named = is_named(sentence, who) or _starts_capital(sentence, who)
    named = named or bool(nouns & people.PEOPLE) or is_people(sentence, who) or nouns <= _THEM
    source = bool(nouns & people.SOURCES)
    if not (named or source) and not _stands_apart(sentence, at, who):
        return None
    speaker = who if named or not source or speaks_itself(sentence, who) else None
    return Report(speaker, Phrase(at, begin), "reported", outside(sentence, at, who.last), 3)


def _stands_apart(sentence: Sentence, at: int, who: Phrase) -> bool:
    """Tell a source (According to the zoo, …) from a manner (grows according to the weather)."""
    after = sentence.lower(who.last) or "."
    if not sentence.tokens[at].is_capital and sentence.lower(at - 1) != ",":
        return False
    return sentence.lower(who.first) in words.DETERMINER and after in (",", ".", ";")


def _per(sentence: Sentence, at: int) -> Report | None:
    """Read `Per the CDC, …` and `…, per Reuters`, but neither per person nor Per Olsson."""
    who = noun_phrase_from(sentence, at + 1)
    if who is None or people.is_measure(sentence, who):
        return None
    first, after = sentence.tokens[who.first], sentence.lower(who.last) or "."
    opens = at == 0 and (first.lower in words.DETERMINER or first.text.isupper())
    ends = sentence.lower(at - 1) == "," and after in (".", ",", ";")
    if not (ends or (opens and after == ",")):
        return None
    if not is_named(sentence, who) and first.lower not in words.DETERMINER:
        return None
    source = head_noun(sentence, who) in people.SOURCES and not speaks_itself(sentence, who)
    if not (source or is_named(sentence, who) or is_people(sentence, who)):
        return None
    speaker = None if source else who
    return Report(speaker, Phrase(at, at + 1), "reported", outside(sentence, at, who.last), 3)


def _in_statement(sentence: Sentence, at: int) -> Report | None:
    """Read `in a statement, X condemned …`, where no verb itself says that something was said."""
    near = [sentence.lower(i) for i in range(at + 1, at + 4)]
    noun = next((i for i, word in enumerate(near) if word in ("statement", "release")), None)
    if noun is None or sentence.quoted[at]:
        return None
    who = main_subject(sentence, at or len(sentence.tokens))
    if who is None or not _is_somebody(sentence, who) or sentence.quoted[who.first]:
        return None
    verbs = range(who.last, min(at or who.last + _NEAR, who.last + REACH))
    if sentence.lower(who.last) in words.BE or any(_says(sentence, verb) for verb in verbs):
        return None
    last = at + noun + 2
    return Report(who, Phrase(at, last), "reported", outside(sentence, at, last), 0)


def _says(sentence: Sentence, at: int) -> bool:
    form = lexicon.verb_forms().get(sentence.lower(at))
    return form is not None and form.frame not in ("name", "quote")


def _is_somebody(sentence: Sentence, who: Phrase) -> bool:
    return is_people(sentence, who) or is_named(sentence, who)


def _quoted_as(sentence: Sentence, at: int) -> Report | None:
    """Read `X was quoted as being "…"`; `as saying` is a verb's."""
    who, begin = subject(sentence, at - 1), at + 1
    if who is None or not _is_somebody(sentence, who) or begin >= len(sentence.tokens):
        return None
    if sentence.lower(begin) in lexicon.verb_forms():
        return None
    content = Phrase(begin, len(sentence.tokens))
    return Report(who, Phrase(at - 1, begin), "reported", (content,), 2)


def _starts_capital(sentence: Sentence, who: Phrase) -> bool:
    token = sentence.tokens[who.first]
    return token.is_capital and token.lower not in words.DETERMINER


def _view(sentence: Sentence, at: int) -> Report | None:
    """Read `in X's view` and `in the words of X`."""
    if sentence.lower(at + 1) == "of" and sentence.lower(at - 2) == "in":
        who = noun_phrase_from(sentence, at + 2)
        if who is None or not _is_somebody(sentence, who):
            return None
        return Report(who, Phrase(at, at + 1), "reported", outside(sentence, at, who.last), 1)
    for left in range(at - 2, max(-1, at - 10), -1):
        if sentence.lower(left) == "in" and sentence.lower(at - 1) in ("'s", "'"):
            who, content = Phrase(left + 1, at - 1), Phrase(at + 1, len(sentence.tokens))
            return Report(who, Phrase(at, at + 1), "reported", (content,), 1)
    return None


def _put_it(sentence: Sentence, at: int) -> Report | None:
    """Read `as X put it`."""
    who = subject(sentence, at)
    if who is None or sentence.lower(who.first - 1) != "as":
        return None
    content = outside(sentence, who.first - 1, at + 2)
    return Report(who, Phrase(at, at + 2), "reported", content, 2)


def _put_at(sentence: Sentence, at: int) -> Report | None:
    """Read `X put the death toll at 23`."""
    who, begin = subject(sentence, at), at + 1
    if who is None or not _is_somebody(sentence, who) or not valued_at(sentence, begin):
        return None
    content = Phrase(begin, content_end(sentence, begin))
    if _COUNTED.isdisjoint(sentence.lower(i) for i in range(begin, content.last)):
        return None
    return Report(who, Phrase(at, begin), "reported", (content,), 2)


def _colon(sentence: Sentence, at: int) -> Report | None:
    """Read speech that a colon brings in: Merkel: "…", Cameron welcomed the bill: "…"."""
    begin = at + 1
    turn = turn_speaker(sentence, at)
    if turn is not None and begin < len(sentence.tokens):
        content = Phrase(begin, len(sentence.tokens))
        return Report(turn, Phrase(at, begin), "reported", (content,), 1)
    opening = sentence.quoted[begin : begin + _QUOTED_WORDS]
    if len(opening) < _QUOTED_WORDS or not all(opening):
        return None
    who = main_subject(sentence, at)
    if who is None or sentence.lower(who.last - 1) in people.LAWS:
        return None
    if not _is_somebody(sentence, who):
        return None
    if sentence.lower(who.last - 1) in ("it", "one", "you"):
        return None
    if who.last >= at or not any(is_verb(sentence, i) for i in range(who.last, at)):
        return None
    return Report(who, Phrase(at, begin), "reported", (Phrase(begin, len(sentence.tokens)),), 1)
