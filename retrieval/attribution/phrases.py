"""Noun phrases and subjects, found from small words, capitals and punctuation.

No tagger: the speaker's noun phrase is what stands between a reporting verb and the next
clause boundary, after appositives, relative clauses and introductory phrases are set aside.
Every walk is bounded by `REACH` tokens, so a sentence costs linear time.
"""

from typing import NamedTuple

from retrieval.attribution import lexicon as words
from retrieval.attribution.tokens import Sentence, Token

REACH = 60
_STOPS = frozenset((";", ":"))
_BOUNDARY = words.SUBORDINATOR - {"since", "after", "before", "until", "as"} | {"as"}


class Phrase(NamedTuple):
    """A run of tokens: from `first` up to, not including, `last`."""

    first: int
    last: int


def is_verb(sentence: Sentence, at: int) -> bool:
    """Guess whether the token is a verb that is finite or a participle."""
    token = sentence.tokens[at]
    if token.lower in words.AUXILIARY or token.lower in words.FINITE:
        return True
    if not token.is_word or token.is_capital:
        return False
    if token.lower in words.verb_forms():
        return not is_noun_slot(sentence, at)
    return token.lower.endswith("ed") and len(token.lower) > 4 and not is_noun_slot(sentence, at)


def is_noun_slot(sentence: Sentence, at: int) -> bool:
    """Tell whether a word that may be a noun or a verb stands where a noun would."""
    before = sentence.lower(at - 1)
    return before in words.DETERMINER - {"all", "both", "some", "many", "several", "most"} or (
        before in words.PREPOSITION - {"to"} or before == "\u2019s" or before == "'s"
    )


def is_nominal(sentence: Sentence, at: int) -> bool:
    """Tell whether a token can be part of a noun phrase."""
    token = sentence.tokens[at]
    if sentence.quoted[at] and not token.is_word:
        return False
    if not token.is_word:
        return token.lower in ("'s", "\u2019s", "'", "\u2019", "&", "%", "$", "/", "#")
    if token.lower in words.SUBORDINATOR - words.PREPOSITION or token.lower in words.CONJUNCTION:
        return False
    return not is_verb(sentence, at)


def skip_adverbs_left(sentence: Sentence, at: int) -> int:
    """Return the first token at or left of `at` that is no adverb, auxiliary or negation."""
    while at >= 0:
        token = sentence.tokens[at]
        lower = token.lower
        if lower in words.TIME and sentence.lower(at - 1) in words.RECENCY:
            at -= 2
        elif lower in words.AUXILIARY or lower in words.NEGATION or lower in words.ADVERB:
            at -= 1
        elif lower.endswith("ly") and not token.is_capital and len(lower) > 4:
            at -= 1
        elif lower in words.TIME and token.is_capital and at > 0 and sentence.lower(at - 1) != "on":
            at -= 1
        else:
            break
    return at


def subject(sentence: Sentence, verb: int) -> Phrase | None:
    """Find the noun phrase of which the verb at `verb` says something."""
    at = skip_adverbs_left(sentence, verb - 1)
    if at < 0:
        return None
    token = sentence.tokens[at]
    if token.lower == "to" or token.lower in words.CONJUNCTION:
        return main_subject(sentence, at)
    if token.lower == ",":
        return _behind_comma(sentence, at)
    if token.lower in words.RELATIVE or token.lower == "that":
        return antecedent(sentence, at)
    if token.text == ")":
        at = _opening_parenthesis(sentence, at) - 1
    return _directly_before(sentence, at)


def antecedent(sentence: Sentence, relative: int) -> Phrase | None:
    """Return the noun phrase that a relative pronoun stands for."""
    at = relative - 1
    if at >= 0 and sentence.lower(at) == ",":
        at -= 1
    return _directly_before(sentence, at) if at >= 0 else None


def main_subject(sentence: Sentence, before: int) -> Phrase | None:
    """Return the subject of the clause that a coordinated or non-finite verb belongs to."""
    at = _clause_start(sentence, before)
    while at < before:
        token = sentence.tokens[at]
        if not token.is_word or token.lower in words.CONJUNCTION or _is_adverb(token):
            at += 1
        elif _introduces(sentence, at):
            after = _after_comma(sentence, at, before)
            if after is None:
                return _inside_introduction(sentence, at, before)
            at = after
        else:
            return noun_phrase_from(sentence, at)
    return None


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
        follows = sentence.lower(at + 1) in words.DETERMINER or _capital(sentence, at + 1)
        return follows and (lower in ("of", "for") or not after_by)
    if lower in ("and", "&"):
        return at > first and _capital(sentence, at - 1) and _capital(sentence, at + 1)
    if lower in words.PREPOSITION and lower not in words.PARTICLES:
        return False
    if lower in words.SUBJECT_PRONOUN or (_is_adverb(token) and at > first):
        return False
    if token.is_capital and lower in words.TIME and at > first:
        return False
    if lower in words.DETERMINER and at > first and before not in words.PREPOSITION | {"all"}:
        return False
    if _third_person(sentence, at):
        return False
    return is_nominal(sentence, at)


def _third_person(sentence: Sentence, at: int) -> bool:
    """Tell whether a lower-case word in -s right after a name is its verb (Clark posts)."""
    lower = sentence.lower(at)
    if not sentence.tokens[at].text.islower() or not lower.endswith("s") or lower.endswith("ss"):
        return False
    after = sentence.lower(at + 1)
    clause = after in words.DETERMINER or after in ("that", "to") or _capital(sentence, at + 1)
    return _capital(sentence, at - 1) and at > 0 and clause


def _is_trailing(sentence: Sentence, at: int) -> bool:
    lower = sentence.lower(at)
    return lower in words.PREPOSITION or lower in words.CONJUNCTION or not lower[0].isalnum()


def _capital(sentence: Sentence, at: int) -> bool:
    return 0 <= at < len(sentence.tokens) and sentence.tokens[at].is_capital


def _is_adverb(token: Token) -> bool:
    lower = token.lower
    return lower in words.ADVERB or (lower.endswith("ly") and len(lower) > 4 and token.text.islower())


def _introduces(sentence: Sentence, at: int) -> bool:
    """Tell whether an introductory phrase or clause starts here (On Tuesday, Describing …)."""
    lower = sentence.lower(at)
    if lower in words.PREPOSITION or lower in words.SUBORDINATOR:
        return True
    participle = lower.endswith(("ing", "ed")) and len(lower) > 5 and not _capital(sentence, at + 1)
    return participle and sentence.lower(at + 1) not in words.AUXILIARY


def _after_comma(sentence: Sentence, at: int, before: int) -> int | None:
    for comma in range(at, min(before, at + REACH)):
        if sentence.lower(comma) == "," and not sentence.quoted[comma]:
            return comma + 1
    return None


def _inside_introduction(sentence: Sentence, at: int, before: int) -> Phrase | None:
    """Find the subject after an introduction without a comma (In 2013 the ministry …)."""
    for start in range(at + 2, min(before, at + 15)):
        lower, previous = sentence.lower(start), sentence.lower(start - 1)
        opens = lower in words.DETERMINER or lower in words.SUBJECT_PRONOUN
        if opens and previous not in words.PREPOSITION and previous not in words.DETERMINER:
            return noun_phrase_from(sentence, start)
    return noun_phrase_from(sentence, at + 1)


def _clause_start(sentence: Sentence, before: int) -> int:
    low = max(0, before - REACH * 2)
    for at in range(before - 1, low, -1):
        lower = sentence.lower(at)
        if lower in _STOPS or (sentence.quoted[at] != sentence.quoted[before]):
            return at + 1
        if lower in ("while", "whereas", "although", "though", "because", "but") and (
            sentence.lower(at - 1) == ","
        ):
            return at + 1
    return low


def _opening_parenthesis(sentence: Sentence, at: int) -> int:
    for left in range(at, max(-1, at - REACH), -1):
        if sentence.lower(left) == "(":
            return left
    return at


def _directly_before(sentence: Sentence, end: int) -> Phrase | None:
    """Return the subject that ends at token `end`, right before its verb."""
    first = _stretch(sentence, end)
    if first > end:
        return _past_verb(sentence, end, None)
    own = _without_introduction(sentence, first, end)
    left = first - 1
    if left >= 0 and sentence.tokens[left].is_word and is_verb(sentence, left):
        if own is not None and sentence.lower(left) in words.CLAUSE_TAKERS:
            return own
        return _past_verb(sentence, left, own)
    if own is None:
        return _name_at(sentence, first, end)
    return own


def _stretch(sentence: Sentence, end: int) -> int:
    """Return where the nominal run that ends at `end` starts (`end + 1` if there is none)."""
    at = end
    while at >= 0 and end - at < REACH:
        lower = sentence.lower(at)
        if lower in words.SUBJECT_PRONOUN:
            return at if at == end else at + 1
        if lower in ("and", "&"):
            joined = at < end and 0 < at and is_nominal(sentence, at - 1)
            if not joined or not sentence.tokens[at + 1].is_word:
                break
        elif lower == ")":
            at = _opening_parenthesis(sentence, at)
        elif lower == "that" or lower in _BOUNDARY or not is_nominal(sentence, at):
            break
        at -= 1
    return at + 1


def _without_introduction(sentence: Sentence, first: int, end: int) -> Phrase | None:
    """Drop a leading prepositional phrase from a nominal run; null if nothing is left."""
    while first <= end and (
        _is_adverb(sentence.tokens[first]) or sentence.lower(first) in words.CONJUNCTION
    ):
        first += 1
    if first > end:
        return None
    if sentence.lower(first) not in words.PREPOSITION:
        return Phrase(first, end + 1)
    for start in range(first + 2, end + 1):
        lower, previous = sentence.lower(start), sentence.lower(start - 1)
        fresh = lower in words.DETERMINER and previous not in words.PREPOSITION
        dated = previous in words.TIME or previous.isdigit()
        if fresh or (dated and lower not in words.PREPOSITION and not lower.isdigit()):
            if lower in words.TIME:
                continue
            return Phrase(start, end + 1)
    return None


def _name_at(sentence: Sentence, first: int, end: int) -> Phrase | None:
    """Return the capitalised run that ends at `end`, if there is one."""
    start = end
    while start >= first and (_capital(sentence, start) or sentence.lower(start) in words.PARTICLES):
        start -= 1
    return Phrase(start + 1, end + 1) if start < end else None


def _past_verb(sentence: Sentence, verb: int, own: Phrase | None) -> Phrase | None:
    """Look behind a reduced or full relative clause: a source quoted in the paper said."""
    for at in range(verb, max(-1, verb - 25), -1):
        lower = sentence.lower(at)
        if lower in words.RELATIVE or (lower == "that" and at > 0 and own is None):
            return _directly_before(sentence, at - 1 - (sentence.lower(at - 1) == ","))
        if lower in (",", ";", ":") or sentence.tokens[at].is_quote:
            break
    participle = sentence.lower(verb).endswith(("ed", "ing", "en", "wn", "id", "ade"))
    head = verb - 1
    if participle and own is None and head >= 0 and is_nominal(sentence, head):
        return _directly_before(sentence, head)
    return own


def _behind_comma(sentence: Sentence, comma: int) -> Phrase | None:
    """Return the subject before a parenthesis: Holsey, commander of …, stated."""
    candidates, end = list[Phrase](), comma - 1
    for depth in range(6):
        start = _segment_start(sentence, end)
        if start > end:
            break
        phrase = _segment_subject(sentence, start, end)
        if phrase is not None:
            candidates.append(phrase)
        if start == 0 or sentence.lower(start - 1) != ",":
            break
        if phrase is None and depth > 0 and _introduces(sentence, start):
            break
        if phrase is not None and phrase.first > start:
            break
        end = start - 2
    names = [phrase for phrase in candidates if _is_name(sentence, phrase)]
    return names[-1] if names else candidates[-1] if candidates else None


def _segment_start(sentence: Sentence, end: int) -> int:
    at = end
    while at >= 0 and end - at < REACH:
        lower = sentence.lower(at)
        if lower == ")":
            at = _opening_parenthesis(sentence, at)
        elif lower in (",", ";", ":") or (sentence.tokens[at].is_quote and sentence.quoted[at]):
            break
        at -= 1
    return at + 1


def _segment_subject(sentence: Sentence, start: int, end: int) -> Phrase | None:
    if sentence.lower(end) == ")":
        end = _opening_parenthesis(sentence, end) - 1
    if end < start or (_introduces(sentence, start) and not _capital(sentence, end)):
        return None
    if sentence.tokens[start].text.isdigit() or sentence.lower(start) in words.RELATIVE:
        return None
    first = max(start, _stretch(sentence, end))
    if first > end:
        return None
    if first > start and is_verb(sentence, first - 1):
        return None
    return _without_introduction(sentence, first, end)


def _is_name(sentence: Sentence, phrase: Phrase) -> bool:
    """Tell whether a phrase is a bare name, perhaps with titles."""
    tokens = sentence.tokens[phrase.first : phrase.last]
    starts = tokens[0].is_capital and tokens[0].lower not in words.DETERMINER
    possessive = any(token.lower in ("'s", "\u2019s") for token in tokens)
    return starts and tokens[-1].is_capital and not possessive
