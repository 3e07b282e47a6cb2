"""Reporting verbs in the passive: was described by X as, as announced by X, is said to."""

from retrieval.attribution import lexicon, words
from retrieval.attribution.complements import CRITICISMS, content_end
from retrieval.attribution.lexicon import Form
from retrieval.attribution.parts import is_capital_at
from retrieval.attribution.people import can_speak
from retrieval.attribution.phrases import noun_phrase_from
from retrieval.attribution.reports import Report, outside, strength
from retrieval.attribution.tokens import Phrase, Sentence
from retrieval.attribution.trailing import reported_before

AGENT_REACH = 10


def passive_report(sentence: Sentence, at: int, form: Form) -> Report | None:
    """Read `was described by X as`, `as announced by X`, `is said to`, `was quoted as saying`."""
    agent = _by_agent(sentence, at)
    cue = Phrase(at, at + 1)
    if agent is not None:
        if form.lemma in CRITICISMS:
            charged = (i for i in range(agent.first + 1, agent.last) if sentence.lower(i) == "for")
            agent = Phrase(agent.first, next(charged, agent.last))
        if not _agent_reports(sentence, at, form, agent):
            return None
        said = outside(sentence, at, at + 1, agent.first - 1, agent.last)
        return Report(agent, cue, form.stance, said, strength(form))
    told = sentence.lower(at - 2) == "it" and form.frame in ("free", "clause", "claim")
    if told or _is_impersonal(sentence, at, form):
        before = reported_before(sentence, Phrase(at - 2, at - 1), at, form) if told else None
        whole = Phrase(at + 1, content_end(sentence, at + 1))
        return Report(None, cue, form.stance, before or (whole,), 0)
    return None


def _is_impersonal(sentence: Sentence, at: int, form: Form) -> bool:
    """Read `is said to`, `were told that`, `is accused of`, `is described as`: nobody is named."""
    after, beyond = sentence.lower(at + 1), at + 2
    if form.frame == "quote":
        return False
    if form.frame == "accuse":
        return after in lexicon.CHARGED[form.lemma]
    if form.lemma in ("describe", "characterize", "characterise"):
        return after == "as"
    if after == "to":  # Insurers are admitted to a market.
        thing = sentence.lower(beyond) in words.DETERMINER or is_capital_at(sentence, beyond)
        return not thing
    return after == "that"


def _by_agent(sentence: Sentence, at: int) -> Phrase | None:
    for by in range(at + 1, min(len(sentence.tokens), at + AGENT_REACH)):
        lower = sentence.lower(by)
        source = lower == "in" and sentence.lower(at) == "reported"
        if (lower == "by" or source) and sentence.lower(by + 1) not in words.TIME:
            return noun_phrase_from(sentence, by + 1, after_by=True)
        if lower in (",", ";", ":", "that", "and") or sentence.lower(by) in words.AUXILIARY:
            return None
    return None


def _agent_reports(sentence: Sentence, at: int, form: Form, agent: Phrase) -> bool:
    urged = form.lemma == "urge"
    if (form.frame in ("reject", "quote") and not urged) or not can_speak(sentence, agent, form):
        return False
    if sentence.lower(at - 1) == "as" or form.frame in ("accuse", "free") or urged:
        return form.lemma not in ("tell",)
    if form.frame == "name":
        near = range(at + 1, min(len(sentence.tokens), agent.last + 3))
        named = {"as"} if form.lemma not in CRITICISMS else {"as", "for"}
        return form.lemma in ("term", "dub") or any(sentence.lower(i) in named for i in near)
    return form.lemma in ("report", "allege", "confirm", "reveal", "estimate", "deny") and (
        sentence.tokens[agent.first].is_capital or sentence.lower(agent.first) in words.DETERMINER
    )
