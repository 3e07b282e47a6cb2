"""Cues that deny: not, no, never, without, instead of."""

from collections.abc import Sequence

from retrieval.assertion import vocabulary as v
from retrieval.assertion.cue import SHORT, Cue, clause_begin, has_verb
from retrieval.assertion.scope import BREAKS, clause_end, lower, scope_end
from retrieval.attribution.syntax.tokens import Token


def negation_cue(tokens: Sequence[Token], at: int) -> Cue | None:
    """Return the cue of a word that denies, if it is one."""
    word, after, before = tokens[at].lower, lower(tokens, at + 1), lower(tokens, at - 1)
    if word == "no":
        if _is_harmless_no(tokens, at):
            return None
    elif word in v.NOBODY:
        joins = word == "nor" and after not in v.AUXILIARY
        if after in ("but", "other", "except", "less", "short") or joins:
            return None
    elif word in v.SCARCELY:
        if not after.startswith(("any", "ever")) and after not in ("a", "one"):
            return None
    elif word == "few":
        near = {token.lower for token in tokens[at + 1 : at + SHORT]}
        if before == "a" or not near & v.REPORTING:
            return None
    elif word in v.NOT:
        if after in v.HARMLESS_AFTER_NOT or before in ("or", "if"):
            return None
    else:
        return _exception_cue(tokens, at)
    return _scoped_cue(tokens, at)


def _is_harmless_no(tokens: Sequence[Token], at: int) -> bool:
    """Return whether *no* denies nothing: no doubt, no more than, with no, or no."""
    after, before = lower(tokens, at + 1), lower(tokens, at - 1)
    second = lower(tokens, at + 2)
    if after == "time" and before == "in":
        return True
    if after in v.HARMLESS_AFTER_NO or after[:1].isdigit() or before in ("with", "or"):
        return True
    if before in ("almost", "virtually", "practically") and lower(tokens, at - 2) == "with":
        return True
    if second == "than" and after.endswith("er"):
        return True
    return after == "one" and second in ("but", "other", "except")


def _scoped_cue(tokens: Sequence[Token], at: int) -> Cue | None:
    end = scope_end(tokens, at + 1)
    scope = [token.lower for token in tokens[at + 1 : end]]
    rest = [token.lower for token in tokens[at + 1 : at + 30]]
    if {"until", "till", "except"} & set(scope) or rest[:1] == ["before"]:
        return None
    if {"exceed", "exceeding", "surpass"} & set(scope[:3]):
        return None
    if "than" in scope:
        end = at + 1 + scope.index("than")
    if "without" in scope:
        end = at + 2 + scope.index("without")
    doubted = bool(v.REPORTING & set(scope[:4]))
    begin = at + 1
    if tokens[at].lower in v.NOT and set(scope[:2]) & v.HAPPENING:
        begin = clause_begin(tokens, at)
    if lower(tokens, 0) in v.CLAUSE_STARTER | {"if"} and "," in scope:
        end = min(end, at + 1 + scope.index(","))
    return Cue("doubted" if doubted else "denied", at, begin, end)


def _exception_cue(tokens: Sequence[Token], at: int) -> Cue | None:
    """Read `instead of X`, `without X` and `all but X`, which end where X does."""
    word, after = tokens[at].lower, lower(tokens, at + 1)
    width = 2 if (word, after) in v.EXCEPTING_PAIR else 1 if word in v.LEAVES_OUT else 0
    if word == "far" and after == "from" and (at == 0 or lower(tokens, at - 1) in v.BE):
        width = 2
    before = {token.lower for token in tokens[:at]}
    if word == "contrary" and lower(tokens, at - 1) not in ("", ","):
        width = 0
    if (
        word == "but"
        and lower(tokens, at - 1) != ","
        and v.EVERY & {token.lower for token in tokens[max(0, at - 3) : at]}
    ):
        width = 0 if after in v.SUBJECT_PRONOUN or has_verb(tokens, at + 1) else 1
    leaves_out = word in ("except", "excluding", "apart", "aside", "other", "save", "but")
    if not width or (leaves_out and before & (v.NOBODY | v.NOT | {"no"})):
        return None
    begin = at + width
    if lower(tokens, begin).endswith("ing"):
        return Cue("denied", at, begin, scope_end(tokens, begin))
    gerund = _gerund(tokens, begin) if word == "without" else 0
    if gerund:
        return Cue("denied", at, begin, scope_end(tokens, gerund))
    return Cue("denied", at, begin, _phrase_end(tokens, begin, word), lexical=word == "without")


def _gerund(tokens: Sequence[Token], begin: int) -> int:
    """Return the place after the gerund of `without X, who is Y, doing it`, 0 where there is none.

    Only a subject with a determiner or a capital has one.
    """
    if not (lower(tokens, begin) in v.DETERMINER or tokens[begin : begin + 1]):
        return 0
    for at in range(begin + 1, min(begin + SHORT + 2, len(tokens))):
        word = tokens[at].lower
        if word in BREAKS or word in v.AUXILIARY:
            return 0
        if len(word) > 5 and word.endswith("ing") and not tokens[at].is_capital:
            return at + 1
    return 0


def _phrase_end(tokens: Sequence[Token], begin: int, word: str) -> int:
    end = begin
    stops = {",", *BREAKS}
    while end < len(tokens) and tokens[end].lower not in stops and end - begin < SHORT:
        token = tokens[end].lower
        if end > begin and token in (v.AUXILIARY | v.CONJUNCTION) - {"and", "or", "&"}:
            break
        if end > begin and token in ("and", "or") and not tokens[end + 1 : end + 2]:
            break
        if end > begin and token in v.RELATIVE | {"like", "such", "that"}:
            break
        if end > begin and token in ("by", "in", "on", "at", "for") and word != "contrary":
            break
        end += 1
    if word == "contrary" and lower(tokens, end) == "," and lower(tokens, end + 1) in v.RELATIVE:
        end = clause_end(tokens, end + 1)
    return end
