"""Noun phrases, read from where they start or back from where they end.

Every walk is bounded by `REACH` tokens, so a sentence costs linear time.
"""

from retrieval.attribution import words
from retrieval.attribution.parts import is_adverb, is_capital_at, is_nominal, opening_parenthesis
from retrieval.attribution.tokens import REACH, Phrase, Sentence, Token

_BOUNDARY = words.SUBORDINATOR - {"since", "after", "before", "until"} | {"as"}


def noun_phrase_from(sentence: Sentence, at: int, *, after_by: bool = False) -> Phrase | None:
    """Return the noun phrase that starts at `at`, up to its verb, comma or clause."""
    first, limit = at, min(len(sentence.tokens), at + REACH)
    if at < limit and sentence.lower(at) in words.SUBJECT_PRONOUN:
        return Phrase(at, at + 1)
    while at < limit and _continues(sentence, first, at, after_by=after_by):
        at += 1
    while at > first and _is_trailing(sentence, at - 1):
        at -= 1
    return Phrase(first, at) if at > first else None


def _continues(sentence: Sentence, first: int, at: int, *, after_by: bool) -> bool:
    token, before = sentence.tokens[at], sentence.lower(at - 1)
    lower = token.lower
    if lower in ("of", "for", "at", "in") and at > first:
        follows = sentence.lower(at + 1) in words.DETERMINER or is_capital_at(sentence, at + 1)
        return follows and (lower in ("of", "for") or not after_by)
    if lower in ("and", "&"):
        return at > first and is_capital_at(sentence, at + 1)
    if lower in words.PREPOSITION and lower not in words.PARTICLES:
        return False
    if lower in words.SUBJECT_PRONOUN or (is_adverb(token) and at > first):
        return False
    if token.is_capital and lower in words.TIME and at > first:
        return False
    opens = lower in words.DETERMINER and at > first and before not in words.DETERMINER
    if opens and before not in words.PREPOSITION:
        return False
    if _third_person(sentence, at):
        return False
    return is_nominal(sentence, at)


def _third_person(sentence: Sentence, at: int) -> bool:
    """Tell whether a lower-case word in -s right after a name is its verb (Clark posts)."""
    lower = sentence.lower(at)
    if (
        not (sentence.tokens[at].is_word and sentence.tokens[at].text.islower())
        or not lower.endswith("s")
        or lower.endswith("ss")
    ):
        return False
    after = sentence.lower(at + 1)
    clause = after in words.DETERMINER or after in ("that", "to") or is_capital_at(sentence, at + 1)
    return is_capital_at(sentence, at - 1) and at > 0 and clause


def _is_trailing(sentence: Sentence, at: int) -> bool:
    lower = sentence.lower(at)
    return lower in words.PREPOSITION or lower in words.CONJUNCTION or not lower[0].isalnum()


def stretch(sentence: Sentence, end: int) -> int:
    """Return where the nominal run that ends at `end` starts (`end + 1` if there is none)."""
    at = end
    while at >= 0 and end - at < REACH:
        lower = sentence.lower(at)
        if lower in words.SUBJECT_PRONOUN:
            return at if at == end else at + 1
        if lower in ("and", "&"):
            joined = at < end and at > 0 and is_nominal(sentence, at - 1)
            if not joined or not _joins(sentence.tokens[at + 1]):
                break
        elif lower == ")":
            at = opening_parenthesis(sentence, at)
        elif (
            (lower in ("since", "until") and not _dated(sentence, at + 1))
            or lower == "that"
            or lower in _BOUNDARY
            or not is_nominal(sentence, at)
        ):
            break
        at -= 1
    return at + 1


def _dated(sentence: Sentence, at: int) -> bool:
    lower, after = sentence.lower(at), sentence.lower(at + 1)
    timed = lower in words.DETERMINER and after in words.TIME | words.RECENCY
    return lower.isdigit() or lower in words.TIME or timed


def _joins(after: Token) -> bool:
    return after.is_word and not is_adverb(after)


def without_introduction(sentence: Sentence, first: int, end: int) -> Phrase | None:
    """Drop a leading prepositional phrase from a nominal run; null if nothing is left."""
    while first <= end and (
        is_adverb(sentence.tokens[first]) or sentence.lower(first) in words.CONJUNCTION
    ):
        first += 1
    if first > end:
        return None
    if sentence.lower(first) not in words.PREPOSITION:
        timed = sentence.lower(first + 1) in words.TIME and first + 2 <= end
        fresh = sentence.lower(first + 2) in words.DETERMINER
        return Phrase(first + 2 if timed and fresh else first, end + 1)
    for start in range(first + 2, end + 1):
        lower, previous = sentence.lower(start), sentence.lower(start - 1)
        fresh = lower in words.DETERMINER and previous not in words.PREPOSITION
        dated = previous in words.TIME or previous.removesuffix("s").isdigit()
        if fresh or (dated and lower not in words.PREPOSITION and not lower.isdigit()):
            if lower in words.TIME:
                continue
            return Phrase(start, end + 1)
    return None


def noun_phrase_before(sentence: Sentence, end: int) -> Phrase | None:
    """Return the noun phrase that ends at token `end`, back to the preposition before it."""
    low, first = stretch(sentence, end), end + 1
    while first > low and (
        sentence.lower(first - 1) not in words.PREPOSITION or sentence.lower(first - 1) == "of"
    ):
        first -= 1
    return Phrase(first, end + 1) if first <= end else None


def without_time(sentence: Sentence, phrase: Phrase) -> Phrase:
    """Drop when it was said from the end of a subject: Janet Yellen on Tuesday."""
    last = phrase.last
    while last > phrase.first + 1 and (
        sentence.lower(last - 1) in words.TIME | words.RECENCY or sentence.lower(last - 1).isdigit()
    ):
        last -= 1
    dated = last < phrase.last and sentence.lower(last - 1) in ("on", "in", "at", "early", "late")
    return Phrase(phrase.first, last - 1) if dated and last - 1 > phrase.first else phrase


def name_at(sentence: Sentence, first: int, end: int) -> Phrase | None:
    """Return the capitalised run that ends at `end`, if there is one."""
    start = end
    while start >= first and (
        is_capital_at(sentence, start) or sentence.lower(start) in words.PARTICLES
    ):
        start -= 1
    return Phrase(start + 1, end + 1) if start < end else None
