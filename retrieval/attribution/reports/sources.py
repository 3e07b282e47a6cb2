"""Cues that are no verb: according to X, per X, in X's view, claims that …, reportedly, a colon."""

from collections.abc import Callable, Iterator

from retrieval.attribution.reports.complements import content_end, valued_at
from retrieval.attribution.reports.labels import label_speaker
from retrieval.attribution.reports.nouns import noun_report
from retrieval.attribution.reports.people import (
    is_measure,
    is_named,
    is_people,
    is_somebody,
    is_source,
    speaks_itself,
)
from retrieval.attribution.reports.report import Report, except_tokens
from retrieval.attribution.syntax.phrases import noun_phrase_from
from retrieval.attribution.syntax.subjects import main_subject, subject
from retrieval.attribution.syntax.tokens import REACH, Phrase, Sentence, Token
from retrieval.attribution.vocabulary import Tag

_QUOTED_WORDS = 4
"""A quotation after a colon is speech, not a title, from this many tokens on."""

_NEAR = 4
"""A verb stands within so many tokens of its subject."""

_THEM = {"him", "her", "them"}

_VALUING = ("put", "puts", "putting", "pegged", "pegs")


def other_reports(sentence: Sentence) -> Iterator[Report]:
    """Yield what cues other than verbs report."""
    for at, token in enumerate(sentence.tokens):
        read = _reader(sentence, at, token) if token.tags & Tag.CUE else None
        report = None if read is None else read(sentence, at)
        if report is not None:
            yield report


def _reader(sentence: Sentence, at: int, token: Token) -> "Reader | None":
    """Return what reads the cue that a token may be."""
    after, before = sentence.lower(at + 1), sentence.lower(at - 1)
    if token.lower == "in":
        return _in_statement if after in ("a", "an") else None
    if token.lower == "as":
        return _quoted_as if before == "quoted" else None
    if token.lower == "put" and after == "it":
        return _put_it
    if token.adverb is not None:
        return _hedge
    if token.has(Tag.VIEW) and before in ("'s", "'", "the"):
        return _view
    if token.noun is not None:
        return noun_report
    if token.lower == ":" and not sentence.quoted[at]:
        return _colon
    return _READERS.get(token.lower)


def _hedge(sentence: Sentence, at: int) -> Report | None:
    """Read `has reportedly …`: the predicate and its subject are somebody else's word."""
    stance = sentence.tokens[at].adverb
    if stance is None:
        return None
    content = [Phrase(at + 1, len(sentence.tokens))]
    who = subject(sentence, at + 1)
    if at == 0 or who is None:
        content.insert(0, Phrase(0, at))
    elif who.last <= at:
        content.insert(0, who)
    return Report(None, Phrase(at, at + 1), stance, tuple(content), 0)


def _according(sentence: Sentence, at: int) -> Report | None:
    begin = at + 2 if sentence.lower(at + 1) == "to" else at + 1
    who = noun_phrase_from(sentence, begin)
    if who is None or is_measure(sentence, who):
        return None
    words = sentence.tokens[who.first : who.last]
    named = is_named(sentence, who) or _starts_capital(sentence, who)
    named = named or is_people(sentence, who) or any(word.has(Tag.PERSON) for word in words)
    named = named or {word.lower for word in words} <= _THEM
    source = any(word.has(Tag.SOURCE) for word in words)
    if not (named or source) and not _stands_apart(sentence, at, who):
        return None
    speaker = who if named or not source or speaks_itself(sentence, who) else None
    return Report(speaker, Phrase(at, begin), "reported", except_tokens(sentence, at, who.last), 3)


def _stands_apart(sentence: Sentence, at: int, who: Phrase) -> bool:
    """Tell a source (According to the zoo, …) from a manner (grows according to the weather)."""
    after = sentence.lower(who.last) or "."
    if not sentence.tokens[at].is_capital and sentence.lower(at - 1) != ",":
        return False
    return sentence.has(who.first, Tag.DETERMINER) and after in (",", ".", ";")


def _per(sentence: Sentence, at: int) -> Report | None:
    """Read `Per the CDC, …` and `…, per Reuters`, but neither per person nor Per Olsson."""
    who = noun_phrase_from(sentence, at + 1)
    if who is None or is_measure(sentence, who):
        return None
    first, after = sentence.tokens[who.first], sentence.lower(who.last) or "."
    opens = at == 0 and (first.has(Tag.DETERMINER) or first.text.isupper())
    ends = sentence.lower(at - 1) == "," and after in (".", ",", ";")
    if not (ends or (opens and after == ",")):
        return None
    if not is_named(sentence, who) and not first.has(Tag.DETERMINER):
        return None
    source = is_source(sentence, who) and not speaks_itself(sentence, who)
    if not (source or is_somebody(sentence, who)):
        return None
    speaker = None if source else who
    return Report(speaker, Phrase(at, at + 1), "reported", except_tokens(sentence, at, who.last), 3)


def _in_statement(sentence: Sentence, at: int) -> Report | None:
    """Read `in a statement, X condemned …`, where no verb itself says that something was said."""
    near = [sentence.lower(i) for i in range(at + 1, at + 4)]
    noun = next((i for i, word in enumerate(near) if word in ("statement", "release")), None)
    if noun is None or sentence.quoted[at]:
        return None
    who = main_subject(sentence, at or len(sentence.tokens))
    if who is None or not is_somebody(sentence, who) or sentence.quoted[who.first]:
        return None
    verbs = range(who.last, min(at or who.last + _NEAR, who.last + REACH))
    if sentence.has(who.last, Tag.BE) or any(_says(sentence, verb) for verb in verbs):
        return None
    last = at + noun + 2
    return Report(who, Phrase(at, last), "reported", except_tokens(sentence, at, last), 0)


def _says(sentence: Sentence, at: int) -> bool:
    form = sentence.form(at)
    return form is not None and form.frame not in ("name", "quote")


def _quoted_as(sentence: Sentence, at: int) -> Report | None:
    """Read `X was quoted as being "…"`; `as saying` is a verb's."""
    who, begin = subject(sentence, at - 1), at + 1
    if who is None or not is_somebody(sentence, who) or begin >= len(sentence.tokens):
        return None
    if sentence.form(begin) is not None:
        return None
    content = Phrase(begin, len(sentence.tokens))
    return Report(who, Phrase(at - 1, begin), "reported", (content,), 2)


def _starts_capital(sentence: Sentence, who: Phrase) -> bool:
    token = sentence.tokens[who.first]
    return token.is_capital and not token.has(Tag.DETERMINER)


def _view(sentence: Sentence, at: int) -> Report | None:
    """Read `in X's view` and `in the words of X`."""
    if sentence.lower(at + 1) == "of" and sentence.lower(at - 2) == "in":
        who = noun_phrase_from(sentence, at + 2)
        if who is None or not is_somebody(sentence, who):
            return None
        return Report(who, Phrase(at, at + 1), "reported", except_tokens(sentence, at, who.last), 1)
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
    content = except_tokens(sentence, who.first - 1, at + 2)
    return Report(who, Phrase(at, at + 2), "reported", content, 2)


def _put_at(sentence: Sentence, at: int) -> Report | None:
    """Read `X put the death toll at 23`."""
    who, begin = subject(sentence, at), at + 1
    if who is None or not is_somebody(sentence, who) or not valued_at(sentence, begin):
        return None
    content = Phrase(begin, content_end(sentence, begin))
    if not any(sentence.has(i, Tag.COUNTED) for i in range(begin, content.last)):
        return None
    return Report(who, Phrase(at, begin), "reported", (content,), 2)


def _colon(sentence: Sentence, at: int) -> Report | None:
    """Read speech that a colon brings in: Merkel: "…", Cameron welcomed the bill: "…"."""
    begin = at + 1
    turn = label_speaker(sentence, at)
    if turn is not None and begin < len(sentence.tokens):
        content = Phrase(begin, len(sentence.tokens))
        return Report(turn, Phrase(at, begin), "reported", (content,), 1)
    opening = sentence.quoted[begin : begin + _QUOTED_WORDS]
    if len(opening) < _QUOTED_WORDS or not all(opening):
        return None
    who = main_subject(sentence, at)
    if who is None or sentence.has(who.last - 1, Tag.LAW) or not is_somebody(sentence, who):
        return None
    if sentence.lower(who.last - 1) in ("it", "one", "you"):
        return None
    if who.last >= at or not any(sentence.has(i, Tag.VERB) for i in range(who.last, at)):
        return None
    return Report(who, Phrase(at, begin), "reported", (Phrase(begin, len(sentence.tokens)),), 1)


Reader = Callable[[Sentence, int], Report | None]
_READERS: dict[str, Reader] = {
    "according": _according,
    "per": _per,
    **dict.fromkeys(_VALUING, _put_at),
}
