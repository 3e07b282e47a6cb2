"""Verbs that report something: which tokens are cues, who speaks, and what is reported."""

from collections.abc import Iterator
from typing import NamedTuple

from retrieval.attribution import lexicon as words
from retrieval.attribution.lexicon import Form
from retrieval.attribution.phrases import (
    Phrase,
    is_noun_slot,
    is_verb,
    noun_phrase_from,
    skip_adverbs_left,
    subject,
)
from retrieval.attribution.tokens import Sentence
from retrieval.types import Stance

AGENT_REACH = 10


class Report(NamedTuple):
    """One piece of reported speech: who, by which cue, and the tokens of what is reported.

    `strength` ranks several in a sentence: 3 says so outright, 2 needs its complement,
    1 names or accuses, 0 hedges.
    """

    speaker: Phrase | None
    cue: Phrase
    stance: Stance
    content: tuple[Phrase, ...]
    strength: int


def verb_reports(sentence: Sentence) -> Iterator[Report]:
    """Yield what each reporting verb of the sentence reports."""
    forms = words.verb_forms()
    for at, token in enumerate(sentence.tokens):
        form = forms.get(token.lower)
        if form is None or (token.is_capital and (at > 0 or form.form != "ing")):
            continue
        report = _read_verb(sentence, at, form)
        if report is not None:
            yield report


def _read_verb(sentence: Sentence, at: int, form: Form) -> Report | None:
    if _is_negated(sentence, at) or _is_noun(sentence, at, form):
        return None
    if form.form == "past" and _is_passive(sentence, at):
        return _passive(sentence, at, form)
    inverted = _inverted(sentence, at, form)
    if inverted is not None:
        return inverted
    return _active(sentence, at, form)


def _active(sentence: Sentence, at: int, form: Form) -> Report | None:
    begin = _content_start(sentence, at, form)
    if begin is None:
        return None
    who = subject(sentence, at)
    if who is None or not _can_speak(sentence, who, form):
        return None
    content = _contents(sentence, who, at, begin)
    return Report(_agent_of(sentence, who, at), Phrase(at, at + 1), form.stance, content, _strength(form))


def _strength(form: Form) -> int:
    return {"free": 3, "deny": 3, "clause": 2, "quote": 2}.get(form.frame, 1)




def _contents(sentence: Sentence, who: Phrase, at: int, begin: int) -> tuple[Phrase, ...]:
    """Return what is reported: what follows the verb, or the quotation before the speaker."""
    end = content_end(sentence, begin)
    after = (Phrase(begin, end),) if end > begin else ()
    before = who.first - 1
    if before >= 1 and (sentence.quoted[before] or sentence.quoted[before - 1]):
        after = (Phrase(0, who.first), *after)
    return after


def content_end(sentence: Sentence, begin: int) -> int:
    """Return where a reported clause that begins at `begin` ends."""
    size = len(sentence.tokens)
    for at in range(begin + 2, size):
        if sentence.lower(at) == ";" and not sentence.quoted[at]:
            return at
        if sentence.lower(at) == "," and sentence.lower(at + 1) in ("but", "while", "whereas"):
            if not sentence.quoted[at]:
                return at
    return size


def _is_negated(sentence: Sentence, at: int) -> bool:
    """Tell whether nothing was said after all: did not say, declined to comment."""
    for left in range(at - 1, max(-1, at - 5), -1):
        lower = sentence.lower(left)
        if lower in words.NEGATION or lower in words.REFUSAL:
            return True
        if lower not in words.AUXILIARY and lower not in words.ADVERB and lower != "to":
            return False
    return False


def _is_noun(sentence: Sentence, at: int, form: Form) -> bool:
    """Tell whether a form that could be a verb is a noun or adjective here."""
    after, before = sentence.lower(at + 1), sentence.lower(at - 1)
    if is_noun_slot(sentence, at):
        return True
    if form.form == "past":
        return False
    if form.form == "ing":
        return before in words.PREPOSITION | words.HAVE
    if before == "to" or before in words.MODAL | words.DO | words.SUBJECT_PRONOUN | words.RELATIVE:
        return False
    if after in ("of", "from", "about") or (after in words.AUXILIARY and after != "'s"):
        return True
    if after == "that" and _verb_follows(sentence, at + 2):
        return True
    who = skip_adverbs_left(sentence, at - 1)
    if form.form == "s" and who >= 0 and form.lemma in ("claim", "report", "state", "note"):
        return not _takes_singular(sentence, who)
    return False


def _takes_singular(sentence: Sentence, at: int) -> bool:
    """Tell whether the noun that ends at `at` can be the subject of a verb in -s."""
    token = sentence.tokens[at]
    if token.is_capital or not token.is_word or token.lower in words.CONJUNCTION:
        return True
    return any(
        sentence.lower(left) in words.DETERMINER or sentence.tokens[left].is_capital
        for left in range(max(0, at - 4), at)
    )


def _verb_follows(sentence: Sentence, at: int) -> bool:
    return at < len(sentence.tokens) and sentence.tokens[at].is_word and is_verb(sentence, at)


def _is_passive(sentence: Sentence, at: int) -> bool:
    left = at - 1
    while left >= 0 and (
        sentence.lower(left) in words.ADVERB
        or (sentence.lower(left).endswith("ly") and sentence.lower(left) not in words.BE)
    ):
        left -= 1
    before, after = sentence.lower(left), sentence.lower(at + 1)
    if before in words.BE:
        return before != "'s" or after in ("to", "by", "of", "as")
    if after == "by" or before == "as":
        return True
    return after == "to" and before not in words.HAVE and sentence.lower(at) == "said"


def _passive(sentence: Sentence, at: int, form: Form) -> Report | None:
    """Read `was described by X as`, `as announced by X`, `is said to`, `was quoted as saying`."""
    after = sentence.lower(at + 1)
    agent = _by_agent(sentence, at)
    cue = Phrase(at, at + 1)
    if agent is not None:
        if not _agent_reports(sentence, at, form, agent):
            return None
        return Report(agent, cue, form.stance, _around(sentence, agent, at), _strength(form))
    impersonal = after in ("to", "that") or (after == "of" and form.frame == "accuse")
    if impersonal and form.frame != "quote":
        whole = Phrase(at + 1, content_end(sentence, at + 1))
        return Report(None, cue, form.stance, (whole,), 0)
    return None


def _by_agent(sentence: Sentence, at: int) -> Phrase | None:
    for by in range(at + 1, min(len(sentence.tokens), at + AGENT_REACH)):
        lower = sentence.lower(by)
        if lower == "by" and sentence.lower(by + 1) not in words.TIME:
            return noun_phrase_from(sentence, by + 1, after_by=True)
        if lower in (",", ";", ":", "that", "and") or sentence.lower(by) in words.AUXILIARY:
            return None
    return None


def _agent_reports(sentence: Sentence, at: int, form: Form, agent: Phrase) -> bool:
    if form.frame in ("reject", "quote") or not _can_speak(sentence, agent, form):
        return False
    if sentence.lower(at - 1) == "as" or form.frame in ("accuse", "free"):
        return form.lemma not in ("tell",)
    if form.frame == "name":
        near = range(at + 1, min(len(sentence.tokens), agent.last + 3))
        return form.lemma in ("term", "dub") or any(sentence.lower(i) == "as" for i in near)
    return form.lemma in ("report", "allege", "confirm", "reveal", "estimate", "deny") and (
        sentence.tokens[agent.first].is_capital or sentence.lower(agent.first) in words.DETERMINER
    )


def _around(sentence: Sentence, agent: Phrase, at: int) -> tuple[Phrase, ...]:
    """Return everything but the cue and its agent."""
    parts = (Phrase(0, at), Phrase(at + 1, agent.first - 1), Phrase(agent.last, len(sentence.tokens)))
    return tuple(part for part in parts if part.last > part.first)


def _inverted(sentence: Sentence, at: int, form: Form) -> Report | None:
    """Read `…", said X` and `It is, states X, …`."""
    if at < 1 or form.form not in ("past", "s", "base") or form.frame in ("reject", "accuse"):
        return None
    before = sentence.tokens[at - 1]
    quote_ends = sentence.quoted[at - 1] or (before.lower == "," and at > 1 and sentence.quoted[at - 2])
    if not quote_ends and before.lower != ",":
        return None
    if form.frame not in ("free",) and not quote_ends:
        return None
    if form.form == "past" and form.frame == "name":
        return None
    who = noun_phrase_from(sentence, at + 1)
    if who is None or not _stands_alone(sentence, who, quote_ends=quote_ends):
        return None
    content = tuple(
        part
        for part in (Phrase(0, at), Phrase(who.last, len(sentence.tokens)))
        if part.last > part.first
    )
    return Report(who, Phrase(at, at + 1), form.stance, content, 3)


def _stands_alone(sentence: Sentence, who: Phrase, *, quote_ends: bool) -> bool:
    """Tell whether an inverted subject is followed by no verb of its own."""
    first = sentence.tokens[who.first]
    if first.lower in words.TIME or first.lower in ("it", "this", "there", "its"):
        return False
    if who.last < len(sentence.tokens):
        after = sentence.tokens[who.last]
        if after.is_word and is_verb(sentence, who.last):
            return False
        if not quote_ends and after.is_word:
            return False
    return True


def _can_speak(sentence: Sentence, who: Phrase, form: Form) -> bool:
    """Tell whether a subject can have said something, rather than a law, a time or a thing."""
    tokens = sentence.tokens[who.first : who.last]
    head = _head(sentence, who)
    if head in words.LAWS or head in ("it", "there", "which", "this", "that", "these"):
        return False
    if all(token.lower in words.DETERMINER | words.TIME | words.PREPOSITION for token in tokens):
        return len(tokens) == 1 and head in words.LOOSE_PRONOUN
    if form.frame == "clause" and head in words.SOURCES:
        return any(token.is_capital for token in tokens[1:])
    return any(token.text[0].isalpha() for token in tokens)


def _head(sentence: Sentence, who: Phrase) -> str:
    """Return the head noun: the last word before the first preposition."""
    for at in range(who.first + 1, who.last):
        if sentence.lower(at) in words.PREPOSITION:
            return sentence.lower(at - 1)
    return sentence.lower(who.last - 1)


def _agent_of(sentence: Sentence, who: Phrase, at: int) -> Phrase | None:
    """Return whose words they are: for a survey, those who made it, if the sentence says."""
    if _head(sentence, who) not in words.SOURCES:
        return who
    for by in range(who.last, at):
        if sentence.lower(by) in ("by", "from") and sentence.lower(by + 1) not in words.TIME:
            return noun_phrase_from(sentence, by + 1, after_by=True) or who
    named = any(sentence.tokens[i].is_capital for i in range(who.first + 1, who.last))
    return who if named else None


def _content_start(sentence: Sentence, at: int, form: Form) -> int | None:
    """Return where what is reported begins, or null where the verb's frame is not met."""
    after = at + 1
    if form.frame == "free":
        return _after_listener(sentence, at, form)
    if form.frame == "accuse":
        reach = range(after, min(len(sentence.tokens), at + 25))
        return after if any(sentence.lower(i) == "of" for i in reach) else None
    if form.frame == "name":
        return _naming_start(sentence, at, form)
    if form.frame in ("deny", "reject"):
        return _denied_start(sentence, at, form)
    if form.frame == "quote":
        return after if _quote_adjoins(sentence, at) else None
    return after if _clause_follows(sentence, at) or _quote_adjoins(sentence, at) else None


def _after_listener(sentence: Sentence, at: int, form: Form) -> int:
    if form.lemma != "tell":
        return at + 1
    listener = noun_phrase_from(sentence, at + 1)
    return listener.last if listener is not None else at + 1


def _naming_start(sentence: Sentence, at: int, form: Form) -> int | None:
    limit = min(len(sentence.tokens), at + 20)
    if any(sentence.lower(i) == "what" for i in range(max(0, at - 10), at)):
        return at + 1
    if form.lemma in ("term", "dub", "call", "brand", "label"):
        quoted = any(sentence.quoted[i] for i in range(at + 1, min(limit, at + 10)))
        return at + 1 if quoted else None
    return at + 1 if any(sentence.lower(i) == "as" for i in range(at + 1, limit)) else None


def _denied_start(sentence: Sentence, at: int, form: Form) -> int | None:
    begin, limit = at + 1, min(len(sentence.tokens), at + 8)
    following = [sentence.lower(i) for i in range(begin, limit)]
    if any(word in words.ALLEGED for word in following):
        return begin
    if any(sentence.lower(i) in words.ALLEGED for i in range(max(0, at - 6), at)):
        return begin
    if form.frame == "reject":
        return None
    gerund = bool(following) and following[0].endswith("ing")
    return begin if gerund or _clause_follows(sentence, at) else None


def _quote_adjoins(sentence: Sentence, at: int) -> bool:
    """Tell whether a quotation opens soon after the verb or closed right before its subject."""
    size = len(sentence.tokens)
    for i in range(at + 1, min(size, at + 12)):
        if sentence.quoted[i]:
            return sentence.lower(i - 1) in (",", ":") or i <= at + 4
    return any(sentence.quoted[i] for i in range(max(0, at - 5), at)) and not sentence.quoted[at]


def _clause_follows(sentence: Sentence, at: int) -> bool:
    """Tell whether a clause follows: that …, he was …, the storms were …, to the press that …."""
    size = len(sentence.tokens)
    i = at + 1
    while i < size and (sentence.lower(i) in words.ADVERB or sentence.lower(i).endswith("ly")):
        i += 1
    first = sentence.lower(i)
    if first == "that":
        return True
    if first in ("how", "why", "whether", ":"):
        return True
    if first in ("i", "he", "she", "they", "we"):
        return True
    for j in range(i, min(size, i + 14)):
        lower = sentence.lower(j)
        if lower == "that" and sentence.lower(j - 1) not in words.PREPOSITION and j <= i + 6:
            return not _verb_follows(sentence, j + 1)
        if not sentence.tokens[j].is_word and lower not in ("'s", "\u2019s", "%", "$"):
            return False
        if lower in words.SUBORDINATOR - {"as"} or lower == "to":
            return False
        if j > i and (lower in words.BE | words.HAVE | words.MODAL | words.FINITE):
            return lower not in ("being", "been", "having")
    return False
