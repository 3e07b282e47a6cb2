"""The words of a sentence that deny, doubt, plan, suppose or set in the past, with their scopes."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from retrieval.assertion import vocabulary as v
from retrieval.assertion.scope import BREAKS, clause_end, lower, scope_end, sentence_end
from retrieval.attribution.syntax.tokens import Token
from retrieval.attribution.vocabulary import Tag
from retrieval.types import Polarity

_RANGE = frozenset(("between", "daily"))
_LINKS = v.BE | {"proved", "proven"}
_SHORT = 8
"""What *instead of* and the like leave out has at most so many tokens."""


class Cue(NamedTuple):
    """A cue: its token, the tokens from `begin` up to `end` in its scope, its word's use."""

    polarity: Polarity
    at: int
    begin: int
    end: int
    lexical: bool = False
    weak: bool = False


def cues(tokens: Sequence[Token]) -> list[Cue]:
    """Return the cues of a sentence in order, without those that deny each other."""
    return _without_double_negation(tokens, list(_all_cues(tokens)))


def _all_cues(tokens: Sequence[Token]) -> Iterator[Cue]:
    for at in range(len(tokens)):
        if not _may_be_cue(tokens[at].lower) or _is_named(tokens, at):
            continue
        cue = _negation_cue(tokens, at) or _lexical_cue(tokens, at) or _unreal_cue(tokens, at)
        cue = cue or _former_cue(tokens, at)
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


def _negation_cue(tokens: Sequence[Token], at: int) -> Cue | None:
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
        near = {token.lower for token in tokens[at + 1 : at + _SHORT]}
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
        begin = _clause_begin(tokens, at)
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
        width = 0 if after in v.SUBJECT_PRONOUN or _has_verb(tokens, at + 1) else 1
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


def _has_verb(tokens: Sequence[Token], begin: int) -> bool:
    near = tokens[begin : clause_end(tokens, begin)]
    return any(token.lower in v.FINITE for token in near)


def _gerund(tokens: Sequence[Token], begin: int) -> int:
    """Return the place after the gerund of `without X, who is Y, doing it`, 0 where there is none.

    Only a subject with a determiner or a capital has one.
    """
    if not (lower(tokens, begin) in v.DETERMINER or tokens[begin : begin + 1]):
        return 0
    for at in range(begin + 1, min(begin + _SHORT + 2, len(tokens))):
        word = tokens[at].lower
        if word in BREAKS or word in v.AUXILIARY:
            return 0
        if len(word) > 5 and word.endswith("ing") and not tokens[at].is_capital:
            return at + 1
    return 0


def _phrase_end(tokens: Sequence[Token], begin: int, word: str) -> int:
    end = begin
    stops = {",", *BREAKS}
    while end < len(tokens) and tokens[end].lower not in stops and end - begin < _SHORT:
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


def _lexical_cue(tokens: Sequence[Token], at: int) -> Cue | None:
    word = tokens[at].lower
    begin = _claim_start(tokens, at) if word in v.UNTRUE_AFTER else None
    if begin is not None:
        return Cue("denied", at, begin, at, lexical=True)
    if (word, lower(tokens, at + 1)) in v.DENYING_PAIR:
        return Cue("denied", at, at + 2, scope_end(tokens, at + 2), lexical=True)
    said = _unsaid_start(tokens, at)
    if said:
        return Cue("doubted", at, said, scope_end(tokens, said + 1), lexical=True)
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
    for place in range(at + 1, min(at + _SHORT - 1, len(tokens) - 1)):
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


def _fallen_through_start(tokens: Sequence[Token], at: int) -> int | None:
    """Return where begins what came to nothing or is a plan: the sale to Ost fell through."""
    word, after, before = tokens[at].lower, lower(tokens, at + 1), lower(tokens, at - 1)
    passive = before in v.BE and lower(tokens, at + 1) != "by"
    if (word, after) in v.FAILING_PAIR or (word in v.CANCELLED | v.PROPOSED and passive):
        return _clause_begin(tokens, at)
    return None


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


def _unreal_cue(tokens: Sequence[Token], at: int) -> Cue | None:
    word, after = tokens[at].lower, lower(tokens, at + 1)
    supposed = _hypothesis_cue(tokens, at, word, after)
    if supposed is not None:
        return supposed
    return _plan_cue(tokens, at, word, after)


def _hypothesis_cue(tokens: Sequence[Token], at: int, word: str, after: str) -> Cue | None:
    end = scope_end(tokens, at + 1)
    if word in ("would", "could", "might", "should", "ought") and _has_participle(tokens, at):
        return Cue("hypothetical", at, at + 1, end)
    if word in v.POSSIBLE:
        return Cue("hypothetical", at, at + 1, end, weak=word == "might")
    if word == "would" and (
        any(token.lower == "if" for token in tokens) or lower(tokens, 0) in v.INVERTED
    ):
        return Cue("hypothetical", at, at + 1, end)
    wished = at == 0 and (word, after) == ("if", "only")
    if wished or (
        word in ("if", "unless", "whether") and after not in ("not", "any", "only", "ever")
    ):
        stop = (
            len(tokens)
            if at == 0 and word != "whether" and _holds_now(tokens)
            else clause_end(tokens, at + 1)
        )
        return Cue("hypothetical", at, at + 1, stop)
    if at < 3 and word == "dream" and tokens[0].lower == "in":
        return Cue("hypothetical", at, at + 1, len(tokens))
    if word in v.PERHAPS and not after[:1].isdigit():
        return Cue("hypothetical", at, at + 1, end)
    if word in ("could", "may", "might") and after == "be" and lower(tokens, at + 2) == "that":
        return Cue("hypothetical", at, at + 3, scope_end(tokens, at + 3))
    if at == 0 and word in v.INVERTED - {"if"}:
        return Cue("hypothetical", at, at + 1, clause_end(tokens, at + 1))
    if word == "before" and "could" in {token.lower for token in tokens[at + 1 : at + 7]}:
        return Cue("hypothetical", at, at + 1, clause_end(tokens, at + 1))
    if word == "though" and lower(tokens, at - 1) == "as":
        return Cue("hypothetical", at, at + 1, end)
    if word in v.SUPPOSING and (at == 0 or lower(tokens, at - 1) in ("us", "to")):
        return Cue("hypothetical", at, at + 1, len(tokens))
    if word in v.ALMOST and (after in v.IRREGULAR or after.endswith("ed")):
        return Cue("hypothetical", at, at + 1, end)
    near = word in ("close", "verge", "brink", "point") and after in ("to", "of")
    gerunds = {second for first, second in _pairs_after(tokens, at) if first == "of"}
    within = word == "within" and any(each.endswith("ing") for each in gerunds)
    if within or (near and lower(tokens, at + 2).endswith("ing")):
        return Cue("hypothetical", at, at + 1, end)
    return None


def _pairs_after(tokens: Sequence[Token], at: int) -> Iterator[tuple[str, str]]:
    return pairwise(token.lower for token in tokens[at + 1 : at + _SHORT])


def _holds_now(tokens: Sequence[Token]) -> bool:
    """Return whether what follows a condition is in the present, so that nothing tells it was."""
    comma = next((at for at, token in enumerate(tokens) if token.lower == ","), 0)
    main = [token.lower for token in tokens[comma + 1 :]]
    return comma > 0 and bool({"is", "are"} & set(main)) and not {"was", "were", "had"} & set(main)


def _has_participle(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a modal is followed by `have` and a participle: would not have moved."""
    near = [token.lower for token in tokens[at + 1 : at + 5]]
    if "have" not in near or near[0] == "only":
        return False
    participle = near[near.index("have") + 1 :] or [lower(tokens, at + 5)]
    first = next((word for word in participle if word not in v.ADVERB), "")
    return first.endswith(("ed", "en", "n", "t", "d")) or first in v.IRREGULAR | {
        "been", "come", "become", "run", "won", "begun", "sung", "gone", "done",
    }  # fmt: skip


def _plan_cue(tokens: Sequence[Token], at: int, word: str, after: str) -> Cue | None:
    end = scope_end(tokens, at + 1)
    called_off = any(t.lower in v.CANCELLED or t.lower == "off" for t in tokens[at:])
    if word in ("was", "were") and after == "to":
        dropped = any(token.lower == "but" for token in tokens[at:])
        if called_off or dropped or lower(tokens, at + 2) == "have":
            return Cue("planned", at, at + 1, end)
        return None
    if word == "will" or (word in ("going", "yet") and after == "to"):
        return Cue("planned", at, at + 1, end)
    if word == "would" and after in ("like", "love", "prefer", "wish", "rather"):
        return Cue("planned", at, at + 1, end)
    if word in v.PROSPECT and after == "of" and lower(tokens, at + 2).endswith("ing"):
        return Cue("planned", at, at + 1, end)
    if word in v.WANTING and _wants_done(tokens, at):
        return Cue("planned", at, at + 1, end)
    if word in v.PERMISSION and after == "to" and lower(tokens, at - 1) != "to":
        return Cue("planned", at, at + 1, end)
    if word in v.OFFERED and lower(tokens, at - 1) in v.BE:
        return Cue("planned", at, at + 1, end, weak=True)
    if word in v.WISHING and "had" in {token.lower for token in tokens[at + 1 : at + _SHORT]}:
        return Cue("hypothetical", at, at + 1, end)
    begin = _fallen_through_start(tokens, at)
    if begin is not None:
        return Cue("planned", at, begin, end, weak=word in v.WEAK_PLAN)
    if word in v.PLAN and _plans(tokens, at, word):
        return Cue("planned", at, at + 1, end, weak=word in v.WEAK_PLAN)
    return None


def _wants_done(tokens: Sequence[Token], at: int) -> bool:
    """Return whether somebody is wanted to do something: wants Ms Holt to paint it."""
    if lower(tokens, at - 1) in v.BE | v.DETERMINER or lower(tokens, at + 1) in v.ASKING:
        return False
    near = range(at + 2, min(at + _SHORT, len(tokens)))
    to = next((i for i in near if tokens[i].lower in ("to", "that", "for", ",", *BREAKS)), at)
    return lower(tokens, to) == "to" and lower(tokens, to + 1) not in v.DETERMINER


def _plans(tokens: Sequence[Token], at: int, word: str) -> bool:
    """Return whether a word of planning has what is planned after it."""
    after, second = lower(tokens, at + 1), lower(tokens, at + 2)
    before = [token.lower for token in tokens[max(0, at - 3) : at]]
    if word in v.AFTER_BE and not (
        set(before[-2:]) & v.BE
        and before[-1:] != ["on"]
        and second not in v.DETERMINER | v.POSSESSIVE
    ):
        return False
    if {"won", "winning", "successful", "secured", "more", "most", "less"} & set(before):
        return False
    if at == 0 and word == "considering":
        return False
    if word in v.OPEN_VERB and {"will", "would"} & {t.lower for t in tokens[at + 1 : at + 8]}:
        return True
    if word.startswith("consider") and after in ("a", "an"):  # considered a sale
        return not {*before[-1:]} & (v.BE | v.HAVE | {",", "been", "widely", "often"})
    needed = v.FOLLOWERS.get(word)
    if needed is None:
        return True
    if "that-be" in needed and after == "that":
        return any(token.lower == "be" for token in tokens[at + 2 : at + 14])
    if needed == ("of-ing",):
        return after == "of" and second.endswith("ing")
    if "ing" in needed and after.endswith("ing"):
        return True
    # One word may stand between: planned recently to, wanted them to.
    infinitive = second == "to" and after not in v.PREPOSITION and "to" in needed
    return after in needed or infinitive


def _former_cue(tokens: Sequence[Token], at: int) -> Cue | None:
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
    held = before == "the" and _is_title(tokens, at + 1)
    title = word == "former" and (before != "the" or held)
    title = title or (word in v.EARLIER and held) or (word.startswith("ex-") and len(word) > 3)
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
        return Cue("former", at, _clause_begin(tokens, at), clause_end(tokens, at))
    dated = word in ("until", "till", "before") or (word, after) == ("up", "to")
    if dated and _is_aside_value(tokens, at):
        return Cue("former", at, _clause_begin(tokens, at), at)
    if word in ("until", "till", "before") and _was_before(tokens, at):
        return Cue("former", at, _clause_begin(tokens, at), at)
    return None


def _is_changed(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a value is the one before a change: raised from 4 marks to 6."""
    changes = any(token.lower in v.CHANGE for token in tokens[max(0, at - 4) : at])
    near = [token.lower for token in tokens[at + 1 : at + _SHORT]]
    return changes and "to" in near and not _RANGE & set(near)


def _is_dated_until(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a state has its end: was warden from 1990 to 1998; the warden at the time."""
    clause = [token.lower for token in tokens[at + 1 : clause_end(tokens, at)]]
    before = [token.lower for token in tokens[max(0, at - 3) : at]]
    dated = any(
        first == "from" and third in ("to", "until", "till") and second[:1].isdigit()
        for parts in (clause, [token.lower for token in tokens[: min(at, _SHORT)]])
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


def _clause_begin(tokens: Sequence[Token], at: int) -> int:
    return next((i + 1 for i in range(at - 1, -1, -1) if tokens[i].lower in (",", ";")), 0)


def _is_aside_value(tokens: Sequence[Token], at: int) -> bool:
    """Return whether an aside is an earlier value: the limit, 30 days up to release 6, is …."""
    begin = _clause_begin(tokens, at)
    ends = clause_end(tokens, at)
    numbers = [token.text[0].isdigit() for token in (tokens[begin], tokens[ends - 1])]
    return begin > 0 and all(numbers) and lower(tokens, ends) == "," and ends - begin < _SHORT


def _was_before(tokens: Sequence[Token], at: int) -> bool:
    """Return whether the clause before `until` says what was, so that something else is now."""
    clause = {token.lower for token in tokens[_clause_begin(tokens, at) : at]}
    if tokens[at].lower == "before" and not _has_verb(tokens, at + 1):
        return False
    return bool(clause & v.PAST_STATE)


def _without_double_negation(tokens: Sequence[Token], found: list[Cue]) -> list[Cue]:
    """Drop a denial and the denying word that it denies: nobody doubts, did not fail to."""
    gone = set[int]()
    denials = [cue for cue in found if cue.polarity in ("denied", "doubted")]
    for outer in denials:
        for inner in denials:
            without = tokens[inner.at].lower == "without"
            reach = outer.end - outer.at if without else 3
            between = {token.lower for token in tokens[outer.at : inner.at]}
            near = outer.at < inner.at <= outer.at + reach and "nor" not in between
            if inner.lexical and near and not {outer.at, inner.at} & gone:
                gone |= {outer.at, inner.at}
                # Could not have been staged without her: it was.
                gone |= {cue.at for cue in found if without and outer.at - 2 <= cue.at < outer.at}
    return [cue for cue in found if cue.at not in gone]
