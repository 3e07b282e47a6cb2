"""Verbs that report something: which tokens are cues, who speaks, and what is reported."""

from collections.abc import Iterator

from retrieval.attribution.reports.complements import (
    content_end,
    content_start,
    quote_ends,
    relative_end,
)
from retrieval.attribution.reports.passive import passive_report
from retrieval.attribution.reports.people import (
    can_speak,
    is_people,
    is_somebody,
    is_source,
    maker,
)
from retrieval.attribution.reports.report import Report, except_tokens, strength
from retrieval.attribution.reports.trailing import preceding_content
from retrieval.attribution.reports.usage import (
    is_negated,
    is_nobody,
    is_noun_use,
    is_passive,
    is_possible,
    is_supposed,
    says_nothing,
)
from retrieval.attribution.syntax.phrases import (
    before_adverbs,
    noun_phrase_from,
    stretch,
    verb_follows,
    without_introduction,
)
from retrieval.attribution.syntax.subjects import main_subject, subject
from retrieval.attribution.syntax.tokens import Phrase, Sentence
from retrieval.attribution.vocabulary import Form, Tag, has

_SPOKEN = ("clause", "claim", "plain", "quote")
_ABSOLUTE = 12
"""How many tokens stand at most between `with` and what somebody is saying."""


def verb_reports(sentence: Sentence) -> Iterator[Report]:
    """Yield what each reporting verb of the sentence reports."""
    for at, token in enumerate(sentence.tokens):
        form = token.form
        if (
            form is None
            or token.has(Tag.PREPOSITION)
            or (token.is_capital and (at > 0 or form.form != "ing"))
        ):
            continue
        report = _read_verb(sentence, at, form)
        if report is not None:
            yield report


def _read_verb(sentence: Sentence, at: int, form: Form) -> Report | None:
    if form.form == "ing" and sentence.lower(at - 1) == "as":
        return _quoted_as(sentence, at, form)
    if is_noun_use(sentence, at, form):
        return None
    if is_possible(sentence, at) or says_nothing(sentence, at):
        return None
    if is_negated(sentence, at) and form.lemma not in ("believe", "think"):
        return None
    if form.form == "past" and is_passive(sentence, at):
        return passive_report(sentence, at, form)
    inverted = _inverted_report(sentence, at, form)
    if inverted is not None:
        return inverted
    return _active_report(sentence, at, form)


def _quoted_as(sentence: Sentence, at: int, form: Form) -> Report | None:
    """Read `was quoted as saying` and `the paper quotes X as saying`."""
    before, end = sentence.lower(at - 2), at - 2
    if before == "quoted":
        who = subject(sentence, end)
    else:
        first = stretch(sentence, end)
        who = without_introduction(sentence, first, end)
        if who is None or sentence.lower(first - 1) not in ("quotes", "quoted", "quote", "cites"):
            return None
    if who is None or not can_speak(sentence, who, form):
        return None
    content = Phrase(at + 1, len(sentence.tokens))
    return Report(who, Phrase(at, at + 1), form.stance, (content,), 3)


def _active_report(sentence: Sentence, at: int, form: Form) -> Report | None:
    begin, who = content_start(sentence, at, form), _subject_of(sentence, at, form)
    if who is None or is_nobody(sentence, who) or is_supposed(sentence, who, at):
        return None
    if _quotes_itself(sentence, who):
        return None
    if sentence.lower(at - 1) == "to" and not _is_source_or_somebody(sentence, who):
        return None
    before = preceding_content(sentence, who, at, form)
    if before is not None and can_speak(sentence, who, form):
        speaker = maker(sentence, who, at)
        return Report(speaker, Phrase(at, at + 1), form.stance, before, strength(form))
    if begin is None and _is_after_quotation(sentence, who) and form.frame in _SPOKEN:
        begin = at + 1
    if begin is None and form.frame in _SPOKEN and _has_gap(sentence, who, at):
        begin = at + 1
    if begin is None:
        return _parenthetical_report(sentence, who, at, form)
    if not can_speak(sentence, who, form):
        return _nobodys_report(sentence, who, at, begin, form)
    content, stance = _contents(sentence, who, begin, form), form.stance
    if is_negated(sentence, at):
        stance = "denied"
    speaker = maker(sentence, who, at)
    return Report(speaker, Phrase(at, at + 1), stance, content, strength(form))


def _is_source_or_somebody(sentence: Sentence, who: Phrase) -> bool:
    return is_source(sentence, who) or is_somebody(sentence, who)


def _quotes_itself(sentence: Sentence, who: Phrase) -> bool:
    """Tell the first or second person in a quotation, whose words are its speaker's."""
    return sentence.quoted[who.first] and sentence.lower(who.first) in ("i", "we", "you", "ye")


def _is_after_quotation(sentence: Sentence, who: Phrase) -> bool:
    """Return whether a quotation of some words ends right before a subject."""
    end = who.first - 1
    return end > 3 and sentence.quoted[end] and sentence.quoted[end - 4]


def _has_gap(sentence: Sentence, who: Phrase, at: int) -> bool:
    """Read a clause whose subject stands before it: an issue that many believe helped him."""
    before = who.first - 1
    relative = sentence.has(before, Tag.RELATIVE) or sentence.lower(before) == "that"
    return relative and verb_follows(sentence, at + 1)


def _parenthetical_report(sentence: Sentence, who: Phrase, at: int, form: Form) -> Report | None:
    """Read `as X has noted, …`, where no clause follows the verb."""
    ends = at + 1 == len(sentence.tokens) or not sentence.tokens[at + 1].is_word
    if sentence.lower(who.first - 1) != "as" or not ends or not can_speak(sentence, who, form):
        return None
    content = except_tokens(sentence, who.first - 1, at + 1)
    return Report(who, Phrase(at, at + 1), form.stance, content, strength(form))


def _nobodys_report(
    sentence: Sentence, who: Phrase, at: int, begin: int, form: Form
) -> Report | None:
    """Read `studies suggest that …`: somebody's word, but a study is nobody by name."""
    if not is_source(sentence, who) or form.frame not in ("free", "clause", "plain"):
        return None
    content = _contents(sentence, who, begin, form)
    return Report(None, Phrase(at, at + 1), form.stance, content, 0)


def _subject_of(sentence: Sentence, at: int, form: Form) -> Phrase | None:
    """Return who says it; a participle's subject is its clause's (Clark posted …, saying)."""
    before = before_adverbs(sentence, at - 1)
    if form.form == "ing" and not sentence.has(before, Tag.AUXILIARY):
        if form.lemma == "say" and _is_inscription(sentence, at):
            return None
        for who in (_absolute(sentence, at), main_subject(sentence, at)):
            if who is not None and who.last <= at and can_speak(sentence, who, form):
                return who
    return subject(sentence, at)


def _is_inscription(sentence: Sentence, at: int) -> bool:
    """Tell what stands on a thing from what somebody says: a tattoo on one arm saying …."""
    for left in range(at - 1, max(-1, at - _ABSOLUTE), -1):
        lower = sentence.lower(left)
        if has(lower.removesuffix("s"), Tag.INSCRIBED):
            return True
        if not lower[0].isalnum() or sentence.has(left, Tag.CONJUNCTION | Tag.VERB):
            return False
    return False


def _absolute(sentence: Sentence, at: int) -> Phrase | None:
    """Read `…, with Senator Graham remarking …`."""
    for left in range(at - 1, max(0, at - _ABSOLUTE), -1):
        if sentence.lower(left) == "with" and left < at - 1:
            who = Phrase(left + 1, at)
            counted = sentence.lower(who.first).isdigit()  # with 15 percent saying …
            return who if counted or _is_source_or_somebody(sentence, who) else None
        if not sentence.tokens[left].is_word or sentence.has(left, Tag.VERB):
            return None
    return None


def _contents(sentence: Sentence, who: Phrase, begin: int, form: Form) -> tuple[Phrase, ...]:
    """Return what is reported: what follows the verb, or the quotation before the speaker."""
    end = content_end(sentence, begin, form)
    if sentence.has(who.first - 1, Tag.RELATIVE) and sentence.lower(who.first - 2) == ",":
        end = relative_end(sentence, begin, end)
    after = (Phrase(begin, end),) if end > begin else ()
    before = who.first - 1
    if (
        before >= 1
        and not sentence.quoted[who.first]
        and (sentence.quoted[before] or sentence.quoted[before - 1])
    ):
        after = (Phrase(0, who.first), *after)
    return after


def _inverted_report(sentence: Sentence, at: int, form: Form) -> Report | None:
    """Read `…", said X` and `It is, states X, …`."""
    if at < 1 or form.form not in ("past", "s", "base") or form.frame in ("reject", "accuse"):
        return None
    before = sentence.tokens[at - 1]
    after_quote = quote_ends(sentence, at)
    if not after_quote and before.lower != ",":
        return None
    if form.lemma == "tell":  # Who follows it listens: …, Mia Chen, told the Herald.
        return None
    if form.frame == "name" or (form.frame in ("quote", "deny") and not after_quote):
        return None
    who = noun_phrase_from(sentence, at + 1)
    if who is None or not _stands_alone(sentence, who, after_quote=after_quote):
        return None
    return Report(who, Phrase(at, at + 1), form.stance, except_tokens(sentence, at, who.last), 3)


def _stands_alone(sentence: Sentence, who: Phrase, *, after_quote: bool) -> bool:
    """Return whether an inverted subject is followed by no verb of its own."""
    first = sentence.tokens[who.first]
    if first.has(Tag.TIME) or first.lower in ("it", "this", "there", "its"):
        return False
    if who.last < len(sentence.tokens):
        after = sentence.tokens[who.last]
        if after.is_word and sentence.has(who.last, Tag.VERB):
            return False
        if not after_quote and after.text not in (",", ".", "!", "?"):
            return False
    names = any(sentence.tokens[i].is_capital for i in range(*who))
    return after_quote or names or is_people(sentence, who)
