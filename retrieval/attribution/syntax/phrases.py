"""Noun phrases, read from where they start or back from where they end.

Every walk is bounded by `REACH` tokens, so a sentence costs linear time.
"""

from retrieval.attribution.syntax.tokens import REACH, Phrase, Sentence
from retrieval.attribution.vocabulary import Tag

_TIMED = Tag.TIME | Tag.RECENCY
_TEMPORAL = ("since", "after", "before", "until")


def before_adverbs(sentence: Sentence, at: int) -> int:
    """Return the token at or left of `at` that is no adverb (-1 where all are)."""
    while at >= 0 and sentence.has(at, Tag.ADVERBIAL):
        at -= 1
    return at


def after_adverbs(sentence: Sentence, at: int) -> int:
    """Return the token at or right of `at` that is no adverb."""
    while sentence.has(at, Tag.ADVERBIAL):
        at += 1
    return at


def skip_adverbs_left(sentence: Sentence, at: int) -> int:
    """Return the first token at or left of `at` that is no adverb, auxiliary or negation."""
    while at >= 0:
        lower = sentence.lower(at)
        recent = sentence.has(at, Tag.TIME) and sentence.has(at - 1, Tag.RECENCY)
        if recent or (lower == "well" and sentence.lower(at - 1) == "as"):
            at -= 2
        elif lower == "'s" and not sentence.has(at, Tag.VERB):
            break
        elif sentence.has(at, Tag.AUXILIARY | Tag.NEGATION | Tag.ADVERBIAL) or _is_day(
            sentence, at
        ):
            at -= 1
        else:
            break
    return at


def _is_day(sentence: Sentence, at: int) -> bool:
    """Read the day in `the ministry Tuesday said`."""
    day = at > 0 and sentence.has(at, Tag.TIME) and sentence.is_capital(at)
    return day and sentence.lower(at - 1) != "on"


def opening_parenthesis(sentence: Sentence, at: int) -> int:
    """Return where the parenthesis that closes at `at` opens (`at` if out of reach)."""
    for left in range(at, max(-1, at - REACH), -1):
        if sentence.lower(left) == "(":
            return left
    return at


def verb_follows(sentence: Sentence, at: int) -> bool:
    """Return whether the token at `at` exists and looks like a verb."""
    return sentence.has(at, Tag.VERB) and sentence.tokens[at].is_word


def noun_phrase_from(sentence: Sentence, at: int, *, after_by: bool = False) -> Phrase | None:
    """Return the noun phrase that starts at `at`, up to its verb, comma or clause."""
    first, limit = at, min(len(sentence.tokens), at + REACH)
    if at < limit and sentence.has(at, Tag.SUBJECT_PRONOUN):
        return Phrase(at, at + 1)
    while at < limit and _continues(sentence, first, at, after_by=after_by):
        at += 1
    while at > first and _is_trailing(sentence, at - 1):
        at -= 1
    return Phrase(first, at) if at > first else None


def _continues(sentence: Sentence, first: int, at: int, *, after_by: bool) -> bool:
    token, inside = sentence.tokens[at], at > first
    if inside and token.lower in ("of", "for", "at", "in"):
        follows = sentence.has(at + 1, Tag.DETERMINER) or sentence.is_capital(at + 1)
        return follows and (token.lower in ("of", "for") or not after_by)
    if token.lower in ("and", "&"):
        return inside and sentence.is_capital(at + 1)
    if token.has(Tag.PREPOSITION) and not token.has(Tag.PARTICLE):
        return False
    if token.has(Tag.SUBJECT_PRONOUN) or (inside and token.has(Tag.ADVERBIAL)):
        return False
    if inside and token.is_capital and token.has(Tag.TIME):
        return False
    joined = sentence.has(at - 1, Tag.DETERMINER | Tag.PREPOSITION)
    if inside and token.has(Tag.DETERMINER) and not joined:
        return False
    return not _third_person(sentence, at) and sentence.is_nominal(at)


def _third_person(sentence: Sentence, at: int) -> bool:
    """Return whether a lower-case word in -s right after a name is its verb (Clark posts)."""
    token = sentence.tokens[at]
    if not (sentence.is_capital(at - 1) and token.is_word and token.text.islower()):
        return False
    if not token.lower.endswith("s") or token.lower.endswith("ss"):
        return False
    after = sentence.lower(at + 1)
    clause = sentence.has(at + 1, Tag.DETERMINER) or after in ("that", "to")
    return clause or sentence.is_capital(at + 1)


def _is_trailing(sentence: Sentence, at: int) -> bool:
    small = sentence.has(at, Tag.PREPOSITION | Tag.CONJUNCTION)
    return small or not sentence.lower(at)[0].isalnum()


def stretch(sentence: Sentence, end: int) -> int:
    """Return where the nominal run that ends at `end` starts (`end + 1` if there is none)."""
    at = end
    while at >= 0 and end - at < REACH:
        lower = sentence.lower(at)
        if sentence.has(at, Tag.SUBJECT_PRONOUN):
            return at if at == end else at + 1
        if lower in ("and", "&"):
            joined = 0 < at < end and sentence.is_nominal(at - 1)
            if not (joined and _joins(sentence, at + 1)):
                break
        elif lower == ")":
            at = opening_parenthesis(sentence, at)
        elif _bounds(sentence, at) or not sentence.is_nominal(at):
            break
        at -= 1
    return at + 1


def _bounds(sentence: Sentence, at: int) -> bool:
    """Return whether a clause starts here, rather than a time: since 2011."""
    lower = sentence.lower(at)
    if lower in _TEMPORAL:
        return lower in ("since", "until") and not _dated(sentence, at + 1)
    return lower in ("as", "that") or sentence.has(at, Tag.SUBORDINATOR)


def _dated(sentence: Sentence, at: int) -> bool:
    timed = sentence.has(at, Tag.DETERMINER) and sentence.has(at + 1, _TIMED)
    return timed or sentence.lower(at).isdigit() or sentence.has(at, Tag.TIME)


def _joins(sentence: Sentence, after: int) -> bool:
    return sentence.tokens[after].is_word and not sentence.has(after, Tag.ADVERBIAL)


def without_introduction(sentence: Sentence, first: int, end: int) -> Phrase | None:
    """Drop a leading prepositional phrase from a nominal run; None if nothing is left."""
    while first <= end and sentence.has(first, Tag.ADVERBIAL | Tag.CONJUNCTION):
        first += 1
    if first > end:
        return None
    if not sentence.has(first, Tag.PREPOSITION):
        timed = sentence.has(first + 1, Tag.TIME) and first + 2 <= end
        fresh = sentence.has(first + 2, Tag.DETERMINER)
        return Phrase(first + 2 if timed and fresh else first, end + 1)
    for start in range(first + 2, end + 1):
        small = sentence.has(start, Tag.PREPOSITION) or sentence.lower(start).isdigit()
        fresh = sentence.has(start, Tag.DETERMINER) and not sentence.has(start - 1, Tag.PREPOSITION)
        year = sentence.lower(start - 1).removesuffix("s").isdigit()
        dated = (year or sentence.has(start - 1, Tag.TIME)) and not small
        if (fresh or dated) and not sentence.has(start, Tag.TIME):
            return Phrase(start, end + 1)
    return None


def noun_phrase_before(sentence: Sentence, end: int) -> Phrase | None:
    """Return the noun phrase that ends at token `end`, back to the preposition before it."""
    low, first = stretch(sentence, end), end + 1
    while first > low and (
        not sentence.has(first - 1, Tag.PREPOSITION) or sentence.lower(first - 1) == "of"
    ):
        first -= 1
    return Phrase(first, end + 1) if first <= end else None


def without_time(sentence: Sentence, phrase: Phrase) -> Phrase:
    """Drop when it was said from the end of a subject: Janet Yellen on Tuesday."""
    last = phrase.last
    while last > phrase.first + 1 and (
        sentence.has(last - 1, _TIMED) or sentence.lower(last - 1).isdigit()
    ):
        last -= 1
    dated = last < phrase.last and sentence.lower(last - 1) in ("on", "in", "at", "early", "late")
    return Phrase(phrase.first, last - 1) if dated and last - 1 > phrase.first else phrase


def name_at(sentence: Sentence, first: int, end: int) -> Phrase | None:
    """Return the capitalised run that ends at `end`, if there is one."""
    start = end
    while start >= first and (sentence.is_capital(start) or sentence.has(start, Tag.PARTICLE)):
        start -= 1
    return Phrase(start + 1, end + 1) if start < end else None
