"""Words whose meaning denies or doubts what they take: fail, refuse, deny, unlikely."""

from collections.abc import Sequence
from itertools import pairwise

from retrieval.assertion import vocabulary as v
from retrieval.assertion.cue import SHORT, Cue
from retrieval.assertion.scope import lower, scope_end
from retrieval.attribution.syntax.tokens import Token
from retrieval.types import Polarity

_LINKS = v.BE | {"proved", "proven"}


def lexical_cue(tokens: Sequence[Token], at: int) -> Cue | None:
    """Return the cue of a word that denies or doubts what it takes, if it is one."""
    word = tokens[at].lower
    begin = _claim_start(tokens, at) if word in v.UNTRUE_AFTER else None
    if begin is not None:
        return Cue("denied", at, begin, at, lexical=True)
    if (word, lower(tokens, at + 1)) in v.DENYING_PAIR:
        return Cue("denied", at, at + 2, scope_end(tokens, at + 2), lexical=True)
    start = _unsaid_start(tokens, at)
    if start:
        return Cue("doubted", at, start, scope_end(tokens, start + 1), lexical=True)
    if word in v.BELIEF and _is_set_right(tokens, at):
        return Cue("doubted", at, at + 1, scope_end(tokens, at + 1), lexical=True)
    if word in v.DENYING_VERB:
        if lower(tokens, at - 1) == "no" or not _is_denying(tokens, at):
            return None
    elif word in v.DENYING_ADJECTIVE:
        near = {lower(tokens, at + 1), lower(tokens, at + 2)}
        has_it = {"has", "it"} <= near or (near & {"had"} and "it" in near)
        if not near & {"that", "to", "to_be"} and not word.endswith("ly") and not has_it:
            return None
    else:
        return None
    polarity: Polarity = "doubted" if word in v.DOUBTING else "denied"
    return Cue(polarity, at, at + 1, scope_end(tokens, at + 1), lexical=True)


def _unsaid_start(tokens: Sequence[Token], at: int) -> int:
    """Return where begins what was only asked for, or too early, to say; 0 if nothing."""
    if tokens[at].lower not in v.ASKER:
        return 0
    for place in range(at + 1, min(at + SHORT - 1, len(tokens) - 1)):
        if tokens[place].lower == "to" and tokens[place + 1].lower in v.REPORTING:
            return place + 1
    return 0


def _is_set_right(tokens: Sequence[Token], at: int) -> bool:
    """Return whether what people think is set right after it: they think …; in fact …."""
    later = [token.lower for token in tokens[at + 1 :]]
    pairs = set(pairwise(later))
    fact = {("in", "fact"), ("in", "reality"), ("in", "truth")} & pairs
    return bool(fact or (v.IN_FACT & set(later) and {";", "but"} & set(later)))


def _claim_start(tokens: Sequence[Token], at: int) -> int | None:
    """Return where the clause of a claim begins that is then said to be untrue.

    The claim has a verb of its own: "the claim that the mill was rejected" says nothing of it.
    """
    link = at - 1
    while lower(tokens, link) in v.ADVERB | {"a", "an"}:
        link -= 1
    if lower(tokens, link) not in _LINKS:
        return None
    for place in range(link - 2, -1, -1):
        if tokens[place].lower == "that" and _opens_claim(tokens, place):
            has_verb = any(_may_be_verb(token) for token in tokens[place + 2 : link])
            return place + 1 if has_verb else None
    return None


def _opens_claim(tokens: Sequence[Token], that: int) -> bool:
    """Return whether a *that* opens the claim that a sentence is about: the view that …."""
    before = lower(tokens, that - 1)
    return that == 0 or before in v.CLAIM_NOUN or (that == 2 and before in v.REPORTING)


def _may_be_verb(token: Token) -> bool:
    word = token.lower
    return word in v.FINITE or (not token.is_capital and word.endswith(("ed", "s")))


def _is_denying(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a verb of denying has a complement to deny, rather than an object."""
    word, before = tokens[at].lower, lower(tokens, at - 1)
    near = [lower(tokens, i) for i in range(at + 1, at + 7)]
    if word.startswith(v.TO_TAKERS):
        return "to" in near[:2]
    if word in ("barred", "banned"):
        return near[0] == "from"
    if word.startswith(("prevent", "forb", "prohibit")):
        return "from" in near or "to" in near
    if word.startswith(("refrain", "abstain")):
        return near[0] == "from"
    if word == "incapable" or word == "short":
        return near[0] == "of" and (word == "incapable" or before.startswith("stop"))
    if word in ("mistaken", "confused", "misquoted", "misattributed"):
        return near[0] in ("for", "with", "as", "to")
    if word.startswith(("wonder", "ask", "inquir", "enquir")):
        return bool({"whether", "if"} & set(near[:3]))
    if word.startswith(("ceas", "avoid")):
        return near[0] == "to" or near[0].endswith("ing")
    if word.startswith("lack"):
        return word != "lack" or before in v.SUBJECT_PRONOUN
    if before in v.DETERMINER | v.PREPOSITION - {"to"}:
        return near[:1] == ["that"]
    if {"that", "whether", "having", "being"} & set(near) or near[0].endswith("ing"):
        return True
    return bool(v.CLAIM_NOUN & set(near[:3]))
