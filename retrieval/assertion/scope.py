"""Where the scope of a cue ends: at another clause, at a predicate of its own, after an aside."""

from collections.abc import Sequence

from retrieval.assertion import vocabulary as v
from retrieval.attribution.syntax.tokens import Token

BREAKS = (";", ":", ".", "?", "!", "—", "–", ")", "(", "--")
_LIST = 4
"""A part between commas of at most so many tokens is an item of a list."""
_ASIDE = 7
"""A comma is followed so soon by another, or by `and`, in a list or an aside."""
_CLAUSE = 8
"""The verb of a clause that `and` opens stands within so many tokens."""


def lower(tokens: Sequence[Token], at: int) -> str:
    """Return the folded word at a place, "" outside the sentence."""
    return tokens[at].lower if 0 <= at < len(tokens) else ""


def clause_end(tokens: Sequence[Token], begin: int) -> int:
    """Return where a subordinate clause ends: at its comma or mark."""
    stops = (",", *BREAKS)
    return next((i for i in range(begin, len(tokens)) if tokens[i].lower in stops), len(tokens))


def sentence_end(tokens: Sequence[Token], begin: int) -> int:
    """Return where the independent clause ends."""
    stops = (";", "but")
    return next((i for i in range(begin, len(tokens)) if tokens[i].lower in stops), len(tokens))


def segment(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    """Return the independent clause around a token."""
    stops = (";", "but", "—", "–")
    shared = lower(tokens, at - 1) == "but" or lower(tokens, at - 2) == "but"
    begin = at - 3 if shared and lower(tokens, at - 1) in v.AUXILIARY | {"but"} else at
    first = next((i + 1 for i in range(begin, -1, -1) if tokens[i].lower in stops), 0)
    last = next((i for i in range(at, len(tokens)) if tokens[i].lower in stops), len(tokens))
    return first, last


def scope_end(tokens: Sequence[Token], begin: int) -> int:
    """Return where the scope of a cue before `begin` ends."""
    last = _relative_end(tokens, begin)
    listing, aside_end = False, -1
    for at in range(begin, last):
        word = tokens[at].lower
        if word in BREAKS or word == "but" or _starts_clause(tokens, at):
            return at
        names = word == "who" and lower(tokens, at - 1) in ("one", "ones", "person")
        if word in v.RELATIVE and not reports(tokens, at) and not names:
            return at
        if word in ("that", "where") and at > begin and not reports(tokens, at):
            return at
        if word == "due" and lower(tokens, at + 1) == "to":
            return at
        if word == ",":
            closes = at == aside_end and lower(tokens, at + 1) not in ("and", "instead")
            if not closes and _ends_at_comma(tokens, at, listing):
                return at
            near = range(at + 1, min(at + 1 + _ASIDE, last))
            aside_end = next((i for i in near if tokens[i].lower == ","), -1)
            listing = True
        if word == "and" and at > begin and _is_new_predicate(tokens, at):
            return at
    return last


def _ends_at_comma(tokens: Sequence[Token], at: int, listing: bool) -> bool:
    """Return whether a comma ends a scope, rather than parting a list or setting off an aside."""
    after = lower(tokens, at + 1)
    if after == "that" and reports(tokens, at + 1):
        return False
    near = [lower(tokens, i) for i in range(at + 1, min(at + 1 + _ASIDE, len(tokens)))]
    if listing and after in ("and", "or", "nor"):
        return _is_new_predicate(tokens, at)
    if after in ("and", "instead", "it", "he", "she", "they", "we", "you", "i"):
        return True
    if "instead" in near[:5]:
        return True
    goes_on = next((word for word in near[1:] if word in (",", "and", "or", "nor")), "")
    return not goes_on or (goes_on != "," and _is_new_predicate(tokens, at))


def _relative_end(tokens: Sequence[Token], begin: int) -> int:
    """Return where the relative clause ends that a cue stands in, else the sentence's end.

    *who had not slept* signed the form; debts *that cannot be repaid*, and more.
    """
    opens = next(
        (
            i
            for i in range(begin - 2, max(-1, begin - 5), -1)
            if tokens[i].lower in v.RELATIVE
            or (tokens[i].lower == "that" and i and not reports(tokens, i))
        ),
        -1,
    )
    if opens < 0 or (opens == 0 and lower(tokens, 0) == "who"):
        return len(tokens)
    end = clause_end(tokens, begin)
    parted = lower(tokens, opens - 1) == ","
    if parted:
        return end
    verb = begin
    while verb < end and tokens[verb].lower in v.AUXILIARY | v.ADVERB:
        verb += 1
    for at in range(verb + 1, end):
        before = lower(tokens, at - 1)
        if before in v.AUXILIARY | {"to", "and", "or", "the", "a", "an", "of", "by"}:
            continue
        if _is_verb(tokens[at]):
            return at
    return end


def _is_verb(token: Token) -> bool:
    word = token.lower
    return word in v.FINITE or (len(word) > 4 and word.endswith("ed"))


def _starts_clause(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a word opens an adverbial clause, which is not denied with what precedes."""
    word = tokens[at].lower
    if word in ("after", "before", "since", "as"):
        if word == "as" and lower(tokens, at + 1) not in v.SUBJECT_PRONOUN | {"the"}:
            return False
        near = tokens[at + 1 : at + 7]
        if word == "after" and any(_names(t.lower) for t in tokens[max(0, at - 6) : at]):
            return False
        return any(_is_verb(token) or token.lower[-2:] == "ed" for token in near)
    return word in v.CLAUSE_STARTER


def _names(word: str) -> bool:
    """Return whether a word is one of naming, whose *after* opens no clause."""
    return word.startswith(("nam", "renam", "call", "christen", "model"))


def reports(tokens: Sequence[Token], at: int) -> bool:
    """Return whether the words before a `that` take a clause that is denied with them."""
    before = {token.lower for token in tokens[max(0, at - 5) : at]}
    if before & v.FACTIVE:
        return False
    takers = v.REPORTING | v.DENYING_ADJECTIVE | v.DENYING_VERB | v.PLAN | v.CLAIM_NOUN
    return bool(before & (takers | v.CLAUSE_TAKER | {"likely", "possible", "case", "fact"}))


def _is_new_predicate(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a comma or `and` opens a predicate of its own, not the item of a list."""
    after = at + 1
    if lower(tokens, after) in ("and", "or"):
        after += 1
    if lower(tokens, after) in v.SUBJECT_PRONOUN:
        return True
    near = tokens[after : after + _LIST]
    for place, token in enumerate(near):
        if token.lower in (",", ";"):
            return False
        if token.lower in v.AUXILIARY or token.lower in v.IRREGULAR:
            return True
        endings = ("ed", "ing") if place == 0 else ("ed",)
        if len(token.lower) > 4 and token.lower.endswith(endings):
            return True
        following = lower(tokens, after + place + 1)
        before = tokens[at - 1]
        plural = before.lower.endswith("s") and not before.is_capital
        if place < 2 and _is_present(token, following) and not plural:
            return True
    return _is_clause(tokens, after)


def _is_clause(tokens: Sequence[Token], begin: int) -> bool:
    """Return whether a subject and its verb stand from here on, with no other mark between."""
    if begin >= len(tokens) or lower(tokens, begin) not in v.DETERMINER - {"no"}:
        return False
    for token in tokens[begin : begin + _CLAUSE]:
        if token.lower in (",", "and", "or", *BREAKS, *v.RELATIVE) or _clause_word(token.lower):
            return False
        if token.lower in v.FINITE:
            return True
    return False


def _clause_word(word: str) -> bool:
    return word in v.CLAUSE_STARTER or word == "that"


def _is_present(token: Token, following: str) -> bool:
    plain = token.lower.endswith("s") and not token.is_capital and len(token.lower) > 3
    return plain and following in v.PREPOSITION | v.DETERMINER
