"""`read_assertion`: which cue bears on an answer, and whether the question asks for just that."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.types import Span
from retrieval.assertion import vocabulary as v
from retrieval.attribution import words
from retrieval.attribution.tokens import Token, tokenize
from retrieval.types import Polarity, Words

_BREAKS = (";", ":", ".", "?", "!", "—", "–", ")", "(", "--")
_FAR = 15
_OPENING = 3
_LIST = 4
"""A part between commas of at most so many tokens is an item of a list."""


class Assertion(NamedTuple):
    """How a document asserts an answer; `cue` is None where it is affirmed.

    `in_report` says that the answer is the content of a report that is denied or doubted: nobody
    said so, or somebody said the opposite.
    """

    polarity: Polarity
    cue: Words | None = None
    in_report: bool = False


class Cue(NamedTuple):
    """A cue: its token, the tokens from `begin` up to `end` in its scope, its word's use."""

    polarity: Polarity
    at: int
    begin: int
    end: int
    lexical: bool = False
    weak: bool = False


def read_assertion(text: str, sentence: Span, answer: Span, question: str) -> Assertion:
    """Return how a sentence asserts an answer in it to a question.

    Spans are code points of `text`. Deterministic; never raises for spans inside `text`.
    """
    tokens = tokenize(text, sentence)
    inside = [i for i, t in enumerate(tokens) if t.start < answer.end and t.end > answer.start]
    if not inside:
        return Assertion("affirmed")
    asked = tokenize(question, Span(0, len(question)))
    cues = _without_double(tokens, list(_cues(tokens)))
    for cue in cues:
        if _bears(cue, tokens, inside, asked) and not _is_asked(cue, tokens, asked, question):
            token = tokens[cue.at]
            reported = cue.polarity == "doubted" or (cue.polarity == "denied" and cue.lexical)
            cited = Words(token.text, Span(token.start, token.end))
            return Assertion(cue.polarity, cited, reported)
    return Assertion("affirmed")


def _lower(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].lower if 0 <= at < len(tokens) else ""


def _cues(tokens: Sequence[Token]) -> Iterator[Cue]:
    for at in range(len(tokens)):
        cue = _negation(tokens, at) or _lexical(tokens, at) or _unreal(tokens, at)
        cue = cue or _former(tokens, at)
        if cue is not None:
            yield cue


def _negation(tokens: Sequence[Token], at: int) -> Cue | None:
    lower, after = _lower(tokens, at), _lower(tokens, at + 1)
    if lower == "no":
        if after == "time" and _lower(tokens, at - 1) == "in":
            return None
        if after in v.HARMLESS_AFTER_NO or after[:1].isdigit() or _lower(tokens, at - 1) == "with":
            return None
        if _lower(tokens, at - 1) == "or":
            return None
        if _lower(tokens, at + 1) == "one" and _lower(tokens, at + 2) in ("but", "other"):
            return None
    elif lower in v.NOBODY:
        if after in ("but", "other", "except", "less", "short") or lower == "nor":
            return None
    elif lower in v.SCARCELY:
        if not after.startswith(("any", "ever")):
            return None
    elif lower in v.NOT:
        if after in v.HARMLESS_AFTER_NOT or _lower(tokens, at - 1) in ("or", "if"):
            return None
    else:
        return _short(tokens, at)
    end = _scope_end(tokens, at + 1)
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
    doubted = bool(v.REPORTED & set(scope[:4]))
    if _lower(tokens, 0) in v.STARTERS | {"if"} and "," in scope:
        end = min(end, at + 1 + scope.index(","))
    return Cue("doubted" if doubted else "denied", at, at + 1, end)


def _short(tokens: Sequence[Token], at: int) -> Cue | None:
    """Read `instead of X`, `rather than X` and `without X`, which end where X does."""
    lower = _lower(tokens, at)
    width = 2 if (lower, _lower(tokens, at + 1)) in v.SHORT else 1 if lower == "without" else 0
    if not width:
        return None
    if _lower(tokens, at + width).endswith("ing"):
        return Cue("denied", at, at + width, _scope_end(tokens, at + width))
    end = at + width
    while end < len(tokens) and tokens[end].lower not in (",", *_BREAKS) and end - at < 8:
        if end > at + width and tokens[end].lower in words.AUXILIARY | words.CONJUNCTION:
            break
        if end > at + width and tokens[end].lower in ("by", "in", "on", "at", "for"):
            break
        end += 1
    return Cue("denied", at, at + width, end, lexical=lower == "without")


def _lexical(tokens: Sequence[Token], at: int) -> Cue | None:
    lower = _lower(tokens, at)
    if lower in v.UNTRUE_AFTER:
        begin = _claimed_before(tokens, at)
        if begin is not None:
            return Cue("denied", at, begin, at, lexical=True)
    if lower in v.NEGATIVE_VERBS:
        if _lower(tokens, at - 1) == "no" or not _is_denying(tokens, at):
            return None
    elif lower in v.NEGATIVE_ADJECTIVES:
        near = {_lower(tokens, at + 1), _lower(tokens, at + 2)}
        if not near & {"that", "to", "to_be"} and not lower.endswith("ly"):
            return None
    else:
        return None
    polarity: Polarity = "doubted" if lower in v.DOUBTED else "denied"
    return Cue(polarity, at, at + 1, _scope_end(tokens, at + 1), lexical=True)


def _claimed_before(tokens: Sequence[Token], at: int) -> int | None:
    """Return where the clause of a claim begins that is then said to be untrue."""
    if not any(
        t.lower in words.BE | {"proved", "a", "proven"} for t in tokens[max(0, at - 3) : at]
    ):
        return None
    for place in range(at - 2, 0, -1):
        if tokens[place].lower == "that" and _lower(tokens, place - 1) in v.CLAIM_NOUNS:
            return place + 1
    return None


def _is_denying(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a verb of denying has a complement to deny, rather than an object."""
    lower = _lower(tokens, at)
    near = [_lower(tokens, i) for i in range(at + 1, at + 7)]
    if lower.startswith(v.TO_TAKERS):
        return "to" in near[:2]
    if lower.startswith(("prevent", "forb", "prohibit")):
        return "from" in near or "to" in near
    if lower.startswith(("lack", "ceas", "avoid")):
        return lower != "lack" or _lower(tokens, at - 1) in words.SUBJECT_PRONOUN
    if _lower(tokens, at - 1) in words.DETERMINER | words.PREPOSITION - {"to"}:
        return near[:1] == ["that"]
    return bool({"that", "whether", "having", "being"} & set(near)) or near[0].endswith("ing")


def _unreal(tokens: Sequence[Token], at: int) -> Cue | None:
    lower, after = _lower(tokens, at), _lower(tokens, at + 1)
    end = _scope_end(tokens, at + 1)
    later = {token.lower for token in tokens[at + 1 : at + 4]}
    if lower in ("would", "could", "might", "should") and "have" in later:
        return Cue("hypothetical", at, at + 1, end)
    if lower == "might":
        return Cue("hypothetical", at, at + 1, end, weak=True)
    if lower == "would" and any(token.lower == "if" for token in tokens):
        return Cue("hypothetical", at, at + 1, end)
    if lower in ("if", "unless", "whether") and after not in ("not", "any"):
        return Cue("hypothetical", at, at + 1, _clause_end(tokens, at + 1), weak=False)
    if lower in v.ALMOST and (after in words.FINITE or after.endswith("ed")):
        return Cue("hypothetical", at, at + 1, end)
    if lower in ("close", "verge", "brink", "point") and after in ("to", "of"):
        if _lower(tokens, at + 2).endswith("ing"):
            return Cue("hypothetical", at, at + 1, end)
        return None
    called_off = any(t.lower in v.CANCELLED or t.lower == "off" for t in tokens[at:])
    if lower in ("was", "were") and after == "to" and called_off:
        return Cue("planned", at, at + 1, end)
    if lower == "will" or (lower in ("going", "yet") and after == "to"):
        return Cue("planned", at, at + 1, end)
    if lower in ("was", "were") and after == "to" and _lower(tokens, at + 2) == "have":
        return Cue("planned", at, at + 1, end)
    if lower in v.PLANS:
        infinitive = "to" in (after, _lower(tokens, at + 2))
        if lower in v.NEEDS_INFINITIVE and not infinitive:
            return None
        if lower in v.NEEDS_GERUND and not after.endswith("ing"):
            return None
        return Cue("planned", at, at + 1, end, weak=lower in v.WEAK_PLANS)
    return None


def _former(tokens: Sequence[Token], at: int) -> Cue | None:
    """Read what is said of an earlier time; only a question about the present minds."""
    lower, after = _lower(tokens, at), _lower(tokens, at + 1)
    used = lower == "used" and after == "to" and _lower(tokens, at - 1) not in words.BE
    if lower in ("stopped", "ceased", "quit") and after.endswith("ing"):
        return Cue("former", at, at + 1, _scope_end(tokens, at + 1))
    opens = at == 0 and lower in ("until", "before", "originally", "formerly", "previously")
    mid = lower in ("formerly", "previously", "former") and _lower(tokens, at - 1) != "the"
    if not (used or opens or mid):
        return None
    end = _scope_end(tokens, at + 1) if not opens else _sentence_end(tokens, at)
    return Cue("former", at, at + 1, end)


def _sentence_end(tokens: Sequence[Token], at: int) -> int:
    return next((i for i in range(at, len(tokens)) if tokens[i].lower in (";", "but")), len(tokens))


def _clause_end(tokens: Sequence[Token], begin: int) -> int:
    stops = (",", *_BREAKS)
    return next((i for i in range(begin, len(tokens)) if tokens[i].lower in stops), len(tokens))


def _scope_end(tokens: Sequence[Token], begin: int) -> int:
    """Return where the scope of a cue before `begin` ends: at another clause or predicate."""
    for at in range(begin, len(tokens)):
        lower = tokens[at].lower
        if lower in _BREAKS or lower == "but" or _starts_clause(tokens, at):
            return at
        if lower in v.RELATIVE and not _reports(tokens, at):
            return at
        if lower == "that" and at > begin and not _reports(tokens, at):
            return at
        if lower == "due" and _lower(tokens, at + 1) == "to":
            return at
        if lower in ("and", ",") and at > begin and _is_new_predicate(tokens, at):
            return at
    return len(tokens)


def _starts_clause(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a word opens an adverbial clause, which is not denied with what precedes."""
    lower = tokens[at].lower
    if lower in ("after", "before", "since"):
        near = tokens[at + 1 : at + 7]
        return any(t.lower in words.AUXILIARY | words.FINITE or t.lower[-2:] == "ed" for t in near)
    return lower in v.STARTERS


def _reports(tokens: Sequence[Token], at: int) -> bool:
    """Return whether the words before a `that` take a clause that is denied with them."""
    before = {token.lower for token in tokens[max(0, at - 3) : at]}
    if before & v.FACTIVE:
        return False
    takers = v.REPORTED | v.NEGATIVE_ADJECTIVES | v.NEGATIVE_VERBS | v.PLANS
    return bool(before & (takers | words.CLAUSE_TAKERS | {"likely", "possible", "case", "fact"}))


def _is_new_predicate(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a comma or `and` opens a predicate of its own, not the item of a list."""
    after = at + 1
    if _lower(tokens, after) in ("and", "or"):
        after += 1
    near = tokens[after : after + _LIST]
    for place, token in enumerate(near):
        if token.lower in (",", ";"):
            return False
        if token.lower in words.AUXILIARY or token.lower in words.FINITE:
            return True
        endings = ("ed", "ing") if place == 0 else ("ed",)
        if len(token.lower) > 4 and token.lower.endswith(endings):
            return True
        following = _lower(tokens, after + place + 1)
        if place < 2 and _is_present(token, following) and not _lower(tokens, at - 1).endswith("s"):
            return True
    return _lower(tokens, after) in words.SUBJECT_PRONOUN


def _is_present(token: Token, following: str) -> bool:
    plain = token.lower.endswith("s") and not token.is_capital and len(token.lower) > 3
    return plain and following in words.PREPOSITION | words.DETERMINER


def _without_double(tokens: Sequence[Token], cues: list[Cue]) -> list[Cue]:
    """Drop a denial and the denying word that it denies: nobody doubts, did not fail to."""
    gone = set[int]()
    denials = [cue for cue in cues if cue.polarity in ("denied", "doubted")]
    for outer in denials:
        for inner in denials:
            reach = outer.end - outer.at if tokens[inner.at].lower == "without" else 3
            near = outer.at < inner.at <= outer.at + reach
            if inner.lexical and near and not {outer.at, inner.at} & gone:
                gone |= {outer.at, inner.at}
    return [cue for cue in cues if cue.at not in gone]


def _bears(cue: Cue, tokens: Sequence[Token], inside: Sequence[int], asked: list[Token]) -> bool:
    """Return whether the answer, or what the question asks of it, stands in a cue's scope."""
    if cue.at in inside:
        named = {"who", "whom", "whose", "where", "when"} & {token.lower for token in asked}
        return bool(named) and len(inside) > 1
    if any(cue.begin <= at < cue.end for at in inside):
        return True
    if tokens[cue.at].lower in v.ONLY_INSIDE or _is_parted(tokens, inside, cue):
        return False
    first, last = _segment(tokens, cue.at)
    if not any(first <= at < cue.at for at in inside) or _comes_between(tokens, inside, cue):
        return False
    terms = {_stem(token.lower) for token in asked if token.is_word} - v.STOP
    held = {
        at
        for at in range(first, last)
        if at not in inside and tokens[at].lower not in v.STOP and _stem(tokens[at].lower) in terms
    }
    under = {at for at in held if cue.begin <= at < cue.end}
    other = {at for at in held - under if at >= cue.end or _is_verbal(tokens, at)}
    other = {at for at in other if not _is_report_of(tokens, at, asked)}
    return bool(under) and len(under) >= len(other)


def _is_parted(tokens: Sequence[Token], inside: Sequence[int], cue: Cue) -> bool:
    """Return whether another clause parts a cue from an answer before it."""
    between = range(max(inside) + 1, cue.at)
    if len(between) > _FAR or any(_parts(tokens, at) for at in between):
        return True
    commas = [at for at in between if tokens[at].lower == ","]
    opens = len(commas) == 1 and min(inside) <= _OPENING
    return bool(commas) and not opens and len(commas) != 2


def _parts(tokens: Sequence[Token], at: int) -> bool:
    lower = tokens[at].lower
    return lower in ("and", "(") or (lower == "that" and not _reports(tokens, at))


def _comes_between(tokens: Sequence[Token], inside: Sequence[int], cue: Cue) -> bool:
    """Return whether a relative clause that the answer does not share holds the cue."""
    last = next((i for i in range(cue.at, -1, -1) if tokens[i].lower in v.RELATIVE), -1)
    return max(inside) < last and any(
        tokens[i].lower == "," for i in range(cue.end - 1, len(tokens))
    )


def _is_verbal(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].lower.endswith("ed") or tokens[at].lower in words.FINITE


def _is_report_of(tokens: Sequence[Token], at: int, asked: list[Token]) -> bool:
    """Return whether a word is the saying in a question who said something."""
    who = bool(asked) and asked[0].lower in ("who", "which", "whose")
    return who and tokens[at].lower in v.REPORTED | words.CLAUSE_TAKERS


def _segment(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    """Return the independent clause around a token."""
    stops = (";", "but", "—", "–")
    first = next((i + 1 for i in range(at, -1, -1) if tokens[i].lower in stops), 0)
    last = next((i for i in range(at, len(tokens)) if tokens[i].lower in stops), len(tokens))
    return first, last


def _is_asked(cue: Cue, tokens: Sequence[Token], asked: list[Token], question: str) -> bool:
    """Return whether a question asks for just what is denied, planned, supposed or past."""
    said = {token.lower for token in asked}
    past = v.PAST.search(question) is not None
    if cue.polarity in ("denied", "doubted"):
        opposite = {w for w in said if w in v.Q_OPPOSITES or w.startswith(("un", "non"))}
        opposite -= {token.lower for token in tokens}
        negative = said & v.Q_NEGATIVE or opposite
        return bool(negative) or (_lower(tokens, cue.at + 1) == "longer" and past)
    if cue.polarity == "former":
        return past or bool(said & v.Q_FORMER)
    if said & v.Q_UNREAL:
        return True
    token = tokens[cue.at].lower
    if token == "had" or (token in ("would", "could", "might") and not cue.weak):
        return False
    return not past and not cue.weak and token not in v.ALMOST


def _stem(word: str) -> str:
    plain = word.rstrip("'")
    for ending in ("ing", "ed", "es", "s", "e"):
        if plain.endswith(ending) and len(plain) - len(ending) >= 3:
            plain = plain[: -len(ending)]
            break
    return plain[:6]
