"""Reporting verbs in the passive: was described by X as, as announced by X, is said to."""

from retrieval.attribution.reports.complements import content_end
from retrieval.attribution.reports.people import can_speak
from retrieval.attribution.reports.report import Report, except_tokens, strength
from retrieval.attribution.reports.trailing import preceding_content
from retrieval.attribution.syntax.phrases import noun_phrase_from
from retrieval.attribution.syntax.tokens import Phrase, Sentence
from retrieval.attribution.vocabulary import CHARGED, Form, Tag

AGENT_REACH = 10


def passive_report(sentence: Sentence, at: int, form: Form) -> Report | None:
    """Read `was described by X as`, `as announced by X`, `is said to`, `was quoted as saying`."""
    agent = _by_agent(sentence, at)
    cue = Phrase(at, at + 1)
    if agent is not None:
        if form.has(Tag.CRITICISM):
            charged = (i for i in range(agent.first + 1, agent.last) if sentence.lower(i) == "for")
            agent = Phrase(agent.first, next(charged, agent.last))
        if not _agent_reports(sentence, at, form, agent):
            return None
        content = except_tokens(sentence, at, at + 1, agent.first - 1, agent.last)
        return Report(agent, cue, form.stance, content, strength(form))
    impersonal = sentence.lower(at - 2) == "it" and form.frame in ("free", "clause", "claim")
    if impersonal or _is_impersonal(sentence, at, form):
        before = (
            preceding_content(sentence, Phrase(at - 2, at - 1), at, form) if impersonal else None
        )
        clause = Phrase(at + 1, content_end(sentence, at + 1))
        return Report(None, cue, form.stance, before or (clause,), 0)
    return None


def _is_impersonal(sentence: Sentence, at: int, form: Form) -> bool:
    """Read `is said to`, `were told that`, `is accused of`, `is described as`: nobody is named."""
    after, beyond = sentence.lower(at + 1), at + 2
    if form.frame == "quote":
        return False
    if form.frame == "accuse":
        return after in CHARGED[form.lemma]
    if form.lemma in ("describe", "characterize", "characterise"):
        return after == "as"
    if after == "to":  # Insurers are admitted to a market.
        thing = sentence.has(beyond, Tag.DETERMINER) or sentence.is_capital(beyond)
        return not thing
    return after == "that"


def _by_agent(sentence: Sentence, at: int) -> Phrase | None:
    for by in range(at + 1, min(len(sentence.tokens), at + AGENT_REACH)):
        lower = sentence.lower(by)
        source = lower == "in" and sentence.lower(at) == "reported"
        if (lower == "by" or source) and not sentence.has(by + 1, Tag.TIME):
            return noun_phrase_from(sentence, by + 1, after_by=True)
        if lower in (",", ";", ":", "that", "and") or sentence.has(by, Tag.AUXILIARY):
            return None
    return None


def _agent_reports(sentence: Sentence, at: int, form: Form, agent: Phrase) -> bool:
    urged = form.lemma == "urge"
    if not can_speak(sentence, agent, form) or (form.frame == "quote" and not urged):
        return False
    if form.frame == "reject":
        return any(sentence.has(i, Tag.ALLEGED) for i in range(max(0, at - AGENT_REACH), at))
    if form.lemma == "tell":
        return sentence.lower(agent.last) == "that"
    if sentence.lower(at - 1) == "as" or form.frame in ("accuse", "free") or urged:
        return True
    if form.frame == "name":
        near = range(at + 1, min(len(sentence.tokens), agent.last + 3))
        named = {"as"} if not form.has(Tag.CRITICISM) else {"as", "for"}
        return form.lemma in ("term", "dub") or any(sentence.lower(i) in named for i in near)
    return form.lemma in ("report", "allege", "confirm", "reveal", "estimate", "deny") and (
        sentence.tokens[agent.first].is_capital or sentence.has(agent.first, Tag.DETERMINER)
    )
