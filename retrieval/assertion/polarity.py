"""`read_assertion`: which cue bears on an answer, and whether the question asks for just that."""

from collections.abc import Sequence
from typing import NamedTuple

from index.types import Span
from retrieval.assertion import vocabulary as v
from retrieval.assertion.cue import Cue
from retrieval.assertion.cues import cues
from retrieval.assertion.scope import BREAKS, lower, reports, segment
from retrieval.attribution.syntax.tokens import Token, tokenize
from retrieval.types import Polarity, Words

_FAR = 15
_OPENING = 3
_NAMED = frozenset({"who", "whom", "whose", "where", "when"})
_ASKING = _NAMED | {"what", "which", "why", "how"}


class Assertion(NamedTuple):
    """How a document asserts an answer; `cue` is None where it is affirmed.

    `in_report` says that the answer is the content of a report that is denied or doubted: nobody
    said so, or somebody said the opposite.
    """

    polarity: Polarity
    cue: Words | None = None
    in_report: bool = False


def read_assertion(text: str, sentence: Span, answer: Span, question: str) -> Assertion:
    """Return how a sentence asserts an answer in it to a question.

    Spans are code points of `text`. Deterministic; never raises for spans inside `text`.
    """
    tokens = tokenize(text, sentence)
    inside = [i for i, t in enumerate(tokens) if t.start < answer.end and t.end > answer.start]
    if not inside:
        return Assertion("affirmed")
    asked = tokenize(question, Span(0, len(question)))
    for cue in cues(tokens):
        if _applies(cue, tokens, inside, asked) and not _is_asked(cue, tokens, asked, question):
            token = tokens[cue.at]
            reported = cue.polarity == "doubted" or (cue.polarity == "denied" and cue.lexical)
            cited = Words(token.text, Span(token.start, token.end))
            return Assertion(cue.polarity, cited, reported)
    return Assertion("affirmed")


def _applies(cue: Cue, tokens: Sequence[Token], inside: Sequence[int], asked: list[Token]) -> bool:
    """Return whether the answer, or what the question asks of it, stands in a cue's scope."""
    kind = next((token.lower for token in asked if token.lower in _ASKING), "")
    if kind == "why" and cue.polarity == "planned":
        return False
    if cue.at in inside and lower(tokens, inside[0]) in v.CLAUSE_STARTER | {"if"}:
        return False  # If you fail to pay: it answers when.
    if inside[0] < cue.at <= inside[-1] and tokens[cue.at].lower in v.LEAVES_OUT:
        return False  # Daily except on Sundays: the answer says so itself.
    if cue.at in inside:
        related = any(tokens[at].lower in v.RELATIVE for at in range(inside[0], cue.at))
        led = (
            cue.at == inside[0] and tokens[cue.at].lower in v.NOT and _is_value(tokens, cue.at + 1)
        )
        says_it = kind not in ("who", "whom") and _is_clause(tokens, inside, cue)
        return (kind in _NAMED or led) and len(inside) > 1 and not (related or says_it)
    if any(cue.begin <= at < cue.end for at in inside):
        return not (_restricts(tokens, cue) and not _held(tokens, asked, cue.begin, cue.end))
    if tokens[cue.at].lower in v.INSIDE_ONLY or _is_separated(tokens, inside, cue):
        return False
    opens = cue.at == 0 and lower(tokens, cue.end) == "," and min(inside) <= cue.end + _OPENING
    if opens and tokens[0].lower == "far":
        return True
    first, last = segment(tokens, cue.at)
    if not any(first <= at < cue.at for at in inside) or _comes_between(tokens, inside, cue):
        return False
    held = _held(tokens, asked, first, max(last, cue.end)) - set(inside)
    under = {at for at in held if cue.begin <= at < cue.end}
    other = {at for at in held - under if at >= cue.end or _is_verbal(tokens, at)}
    other = {at for at in other if not _is_report_of(tokens, at, asked)}
    return bool(under) and len(under) >= len(other)


def _is_clause(tokens: Sequence[Token], inside: Sequence[int], cue: Cue) -> bool:
    """Return whether an answer is a clause, all that it denies in it: *when it is not yet paid*."""
    verb = any(at != cue.at and tokens[at].lower in v.FINITE for at in inside)
    beyond = range(inside[-1] + 1, cue.end)
    return verb and not any(tokens[at].is_word for at in beyond)


def _held(tokens: Sequence[Token], asked: list[Token], first: int, last: int) -> set[int]:
    """Return the places of a stretch where a word of the question stands."""
    terms = {_stem(token.lower) for token in asked if token.is_word} - v.STOP
    return {
        at
        for at in range(first, last)
        if tokens[at].lower not in v.STOP and _stem(tokens[at].lower) in terms
    }


def _restricts(tokens: Sequence[Token], cue: Cue) -> bool:
    """Return whether a denial only says of whom a rule speaks: a member who has not paid."""
    opens = next((i for i in range(cue.at, 0, -1) if tokens[i].lower in v.RELATIVE), 0)
    head = {lower(tokens, i) for i in range(max(0, opens - 3), opens)}
    return 0 < cue.at - opens < _OPENING and bool(head & v.ANYBODY) and "," not in head


def _is_value(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a number or name stands at a place: not 30 crowns."""
    return at < len(tokens) and (tokens[at].is_capital or tokens[at].text[0].isdigit())


def _is_separated(tokens: Sequence[Token], inside: Sequence[int], cue: Cue) -> bool:
    """Return whether another clause parts a cue from an answer before it."""
    between = range(max(inside) + 1, cue.at)
    joint = next((at for at in reversed(between) if tokens[at].lower == "and"), cue.at)
    small = v.AUXILIARY | v.ADVERB
    if min(inside) <= _OPENING and all(tokens[at].lower in small for at in between if at > joint):
        between = range(max(inside) + 1, cue.at) if joint == cue.at else range(0)
    if len(between) > _FAR or any(_separates(tokens, at) for at in between):
        return True
    commas = [at for at in between if tokens[at].lower == ","]
    opens = len(commas) == 1 and min(inside) <= _OPENING
    return bool(commas) and not opens and len(commas) != 2


def _separates(tokens: Sequence[Token], at: int) -> bool:
    word = tokens[at].lower
    return word in ("and", "than", *BREAKS) or (word == "that" and not reports(tokens, at))


def _comes_between(tokens: Sequence[Token], inside: Sequence[int], cue: Cue) -> bool:
    """Return whether a relative clause that the answer does not share holds the cue."""
    last = next((i for i in range(cue.at, -1, -1) if tokens[i].lower in v.RELATIVE), -1)
    return max(inside) < last and any(
        tokens[i].lower == "," for i in range(cue.end - 1, len(tokens))
    )


def _is_verbal(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].lower.endswith("ed") or tokens[at].lower in v.IRREGULAR


def _is_report_of(tokens: Sequence[Token], at: int, asked: list[Token]) -> bool:
    """Return whether a word is the saying in a question who said something."""
    who = bool(asked) and asked[0].lower in ("who", "which", "whose")
    return who and tokens[at].lower in v.REPORTING | v.CLAUSE_TAKER


def _is_asked(cue: Cue, tokens: Sequence[Token], asked: list[Token], question: str) -> bool:
    """Return whether a question asks for just what is denied, planned, supposed or past."""
    said = {token.lower for token in asked}
    strict = v.STRICTLY_PAST.search(question) is not None
    now = v.ASKS_NOW.search(question)
    now = now if now and not v.PAST.search(now.group()) else None
    past = strict or (v.PAST.search(question) is not None and now is None)
    if cue.polarity in ("denied", "doubted"):
        opposite = {w for w in said if w in v.ASKED_OPPOSITE or _is_opposite(w)}
        opposite -= {token.lower for token in tokens}
        beside = {token.lower for i, token in enumerate(tokens) if i != cue.at}
        own = tokens[cue.at].lower
        if own in said:
            return True
        negative = (said & v.ASKED_NEGATIVE) - beside or opposite
        return bool(negative) or (lower(tokens, cue.at + 1) == "longer" and past)
    if cue.polarity == "former":
        named = tokens[cue.at].lower in said - v.STOP
        return past or named or bool(said & v.ASKED_FORMER) or v.PRESENT.search(question) is None
    if said & v.ASKED_UNREAL:
        return True
    token = tokens[cue.at].lower
    if cue.polarity == "planned" and token not in v.FUTURE and v.STATE.search(question):
        return False
    if token in v.PERHAPS:
        return False
    if token in v.POSSIBLE and cue.begin == cue.at + 1:
        return not strict and lower(tokens, cue.at + 1) != "have"
    if token in said - v.STOP and cue.polarity == "planned":
        return True
    if token == "if" and lower(tokens, cue.at - 1) == "as":
        return False
    if token in v.SUPPOSING | {"had", "before", "dream", "though"} or (
        token in ("would", "could") and not cue.weak
    ):
        return False
    return not past and not cue.weak and token not in v.ALMOST


def _is_opposite(word: str) -> bool:
    return word.startswith(("un", "non")) and v.NO_DENIAL.match(word) is None


def _stem(word: str) -> str:
    plain = word.rstrip("'")
    for ending in ("ing", "ed", "es", "s", "e"):
        if plain.endswith(ending) and len(plain) - len(ending) >= 3:
            plain = plain[: -len(ending)]
            break
    return plain[:6]
