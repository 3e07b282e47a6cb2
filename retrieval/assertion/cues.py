"""The words of a sentence that deny, doubt, plan, suppose or set in the past, with their scopes."""

from collections.abc import Iterator, Sequence

from retrieval.assertion import vocabulary as v
from retrieval.assertion.cue import Cue
from retrieval.assertion.former_cues import former_cue
from retrieval.assertion.lexical_cues import lexical_cue
from retrieval.assertion.negation_cues import negation_cue
from retrieval.assertion.unreal_cues import unreal_cue
from retrieval.attribution.syntax.tokens import Token


def cues(tokens: Sequence[Token]) -> list[Cue]:
    """Return the cues of a sentence in order, without those that deny each other."""
    return _without_double_negation(tokens, list(_all_cues(tokens)))


def _all_cues(tokens: Sequence[Token]) -> Iterator[Cue]:
    for at in range(len(tokens)):
        if not _may_be_cue(tokens[at].lower) or _is_named(tokens, at):
            continue
        cue = negation_cue(tokens, at) or lexical_cue(tokens, at) or unreal_cue(tokens, at)
        cue = cue or former_cue(tokens, at)
        if cue is not None:
            yield cue


def _may_be_cue(word: str) -> bool:
    return word in v.CUE or word.startswith("ex-")


def _is_named(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a word is part of a name or title: Cape of Good Hope."""
    token = tokens[at]
    if not token.is_capital or at == 0 or token.text.isupper():
        return False
    before = tokens[at - 1]
    return before.is_word or before.lower == ","


def _without_double_negation(tokens: Sequence[Token], cues: list[Cue]) -> list[Cue]:
    """Drop a denial and the denying word that it denies: nobody doubts, did not fail to."""
    gone = set[int]()
    denials = [cue for cue in cues if cue.polarity in ("denied", "doubted")]
    for outer in denials:
        for inner in denials:
            without = tokens[inner.at].lower == "without"
            reach = outer.end - outer.at if without else 3
            between = {token.lower for token in tokens[outer.at : inner.at]}
            near = outer.at < inner.at <= outer.at + reach and "nor" not in between
            if inner.lexical and near and not {outer.at, inner.at} & gone:
                gone |= {outer.at, inner.at}
                # Could not have been staged without her: it was.
                gone |= {cue.at for cue in cues if without and outer.at - 2 <= cue.at < outer.at}
    return [cue for cue in cues if cue.at not in gone]
