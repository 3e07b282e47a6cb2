"""Cues of what was so once: former, ex-, used to, until."""

from collections.abc import Sequence

from retrieval.assertion import vocabulary as v
from retrieval.assertion.cue import SHORT, Cue, clause_begin, has_verb
from retrieval.assertion.scope import BREAKS, clause_end, lower, scope_end, sentence_end
from retrieval.attribution.syntax.tokens import Token
from retrieval.attribution.vocabulary import Tag

_RANGE = frozenset(("between", "daily"))


def former_cue(tokens: Sequence[Token], at: int) -> Cue | None:
    """Read what is said of an earlier time; only a question about the present minds."""
    word, after, before = tokens[at].lower, lower(tokens, at + 1), lower(tokens, at - 1)
    if word in ("stopped", "ceased", "quit") and (after.endswith("ing") or after == "to"):
        return Cue("former", at, at + 1, scope_end(tokens, at + 1))
    if word == "used" and after == "to" and _is_habit(tokens, at):
        return Cue("former", at, at + 1, scope_end(tokens, at + 1))
    if at == 0 and word in ("until", "before", "originally", "formerly", "previously"):
        return Cue("former", at, at + 1, sentence_end(tokens, at))
    if at == 0 and word == "up" and after == "to" and lower(tokens, 2)[:1].isdigit():
        return Cue("former", at, at + 1, sentence_end(tokens, at))
    if word in ("formerly", "previously"):
        return Cue("former", at, at + 1, scope_end(tokens, at + 1))
    if word == "from" and _is_changed(tokens, at):
        to = next(i for i in range(at, len(tokens)) if tokens[i].lower == "to")
        return Cue("former", at, at + 1, to)
    titled = before == "the" and _is_title(tokens, at + 1)
    title = word == "former" and (before != "the" or titled)
    title = title or (word in v.EARLIER and titled) or (word.startswith("ex-") and len(word) > 3)
    if title or (word == "late" and before == "the" and _is_title(tokens, at + 1)):
        return Cue("former", at, at + 1, _title_end(tokens, at + 1))
    if _was_then(tokens, at):
        return Cue("former", at, at + 1, sentence_end(tokens, at))
    if word == "had" and after == "been" and lower(tokens, at + 2).endswith("ing"):
        return Cue("former", at, at + 1, scope_end(tokens, at + 1))
    parted = _has_left(tokens, at) if word in ("was", "were") else None
    if parted is not None:
        return Cue("former", at, at + 1, parted)
    if word == "once" and (after == "the" or (after in ("a", "an") and before in ("", ","))):
        return Cue("former", at, at + 1, clause_end(tokens, at + 1))
    if word == "once" and _is_past(tokens, at + 1) and before not in ("at", "than"):
        return Cue("former", at, at + 1, scope_end(tokens, at + 1))
    if word in ("was", "were", "served") and _is_dated_until(tokens, at):
        return Cue("former", at, clause_begin(tokens, at), clause_end(tokens, at))
    dated = word in ("until", "till", "before") or (word, after) == ("up", "to")
    if dated and _is_aside_value(tokens, at):
        return Cue("former", at, clause_begin(tokens, at), at)
    if word in ("until", "till", "before") and _was_before(tokens, at):
        return Cue("former", at, clause_begin(tokens, at), at)
    return None


def _is_changed(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a value is the one before a change: raised from 4 marks to 6."""
    changes = any(token.lower in v.CHANGE for token in tokens[max(0, at - 4) : at])
    near = [token.lower for token in tokens[at + 1 : at + SHORT]]
    return changes and "to" in near and not _RANGE & set(near)


def _is_dated_until(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a state has its end: was warden from 1990 to 1998; the warden at the time."""
    clause = [token.lower for token in tokens[at + 1 : clause_end(tokens, at)]]
    before = [token.lower for token in tokens[max(0, at - 3) : at]]
    dated = any(
        first == "from" and third in ("to", "until", "till") and second[:1].isdigit()
        for parts in (clause, [token.lower for token in tokens[: min(at, SHORT)]])
        for first, second, third in zip(parts, parts[1:], parts[2:], strict=False)
    )
    then = [*before, "", *clause]
    return dated or any(
        each in (("at", "the", "time"), ("in", "those", "days")) and then[i + 3 : i + 4] != ["of"]
        for i, each in enumerate(zip(then, then[1:], then[2:], strict=False))
    )


def _is_title(tokens: Sequence[Token], at: int) -> bool:
    """Return whether an office follows, of something: the former captain of the team."""
    return at < len(tokens) and tokens[at].has(Tag.PERSON | Tag.TITLE)


def _was_then(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a sentence opens with an earlier time: back in 1990, in its first year."""
    word, after, second = tokens[at].lower, lower(tokens, at + 1), lower(tokens, at + 2)
    if at or not v.PAST_STATE & {token.lower for token in tokens}:
        return False
    if word == "in" and after in v.DETERMINER:
        owned = lower(tokens, 3) == "'s" and lower(tokens, 4) in v.EARLY
        return owned or second in v.EARLY or (after == "those" and second in ("days", "years"))
    return (word, after) == ("back", "in") or (word == "at" and second == "time")


def _has_left(tokens: Sequence[Token], at: int) -> int | None:
    """Return where a state ends that is no more: was editor for years and left; was 4 and is 6."""
    near = range(at + 1, min(at + 30, len(tokens)))
    over = [("and", word) for word in (*v.LEFT, "is", "are", "now")]
    return next((i for i in near if (lower(tokens, i), lower(tokens, i + 1)) in over), None)


def _is_habit(tokens: Sequence[Token], at: int) -> bool:
    """Return whether `used to` tells of a habit: not is used to, nor the cycle used to … is."""
    before = [token.lower for token in tokens[max(0, at - 2) : at]]
    if set(before) & v.BE:
        return False
    clause = tokens[at + 2 : clause_end(tokens, at + 2)]
    return not any(token.lower in v.BE - {"be", "being", "'s"} for token in clause)


def _is_past(tokens: Sequence[Token], at: int) -> bool:
    word = lower(tokens, at)
    return word in v.IRREGULAR or word.endswith("ed")


def _title_end(tokens: Sequence[Token], begin: int) -> int:
    """Return where the noun phrase ends that *former* stands before, or what is said of it."""
    ends = ((i, tokens[i].lower) for i in range(begin, len(tokens)))
    verb = next((i for i, word in ends if word in v.FINITE or word in (",", *BREAKS)), len(tokens))
    if lower(tokens, verb) in v.BE and begin == 2:  # The former captain of the team is …
        return sentence_end(tokens, verb)
    stops = v.AUXILIARY | v.PREPOSITION | v.CONJUNCTION | v.IRREGULAR | {",", *BREAKS}
    return next((i for i in range(begin, len(tokens)) if tokens[i].lower in stops), len(tokens))


def _is_aside_value(tokens: Sequence[Token], at: int) -> bool:
    """Return whether an aside is an earlier value: the limit, 30 days up to release 6, is …."""
    begin = clause_begin(tokens, at)
    ends = clause_end(tokens, at)
    numbers = [token.text[0].isdigit() for token in (tokens[begin], tokens[ends - 1])]
    return begin > 0 and all(numbers) and lower(tokens, ends) == "," and ends - begin < SHORT


def _was_before(tokens: Sequence[Token], at: int) -> bool:
    """Return whether the clause before `until` says what was, so that something else is now."""
    clause = {token.lower for token in tokens[clause_begin(tokens, at) : at]}
    if tokens[at].lower == "before" and not has_verb(tokens, at + 1):
        return False
    return bool(clause & v.PAST_STATE)
