"""The subject of a verb, found without a parser.

The speaker's noun phrase is what stands between a reporting verb and the next clause boundary,
after appositives, relative clauses and introductory phrases are set aside.
"""

from retrieval.attribution.syntax.phrases import (
    name_at,
    noun_phrase_before,
    noun_phrase_from,
    opening_parenthesis,
    skip_adverbs_left,
    stretch,
    without_introduction,
    without_time,
)
from retrieval.attribution.syntax.tokens import REACH, Phrase, Sentence
from retrieval.attribution.vocabulary import Tag

_STOPS = (";", ":")
_NESTED = 3
"""How many relative clauses a subject may be looked for behind."""


def subject(sentence: Sentence, verb: int) -> Phrase | None:
    """Find the noun phrase of which the verb at `verb` says something."""
    subject = _subject(sentence, verb)
    return None if subject is None else without_time(sentence, subject)


def _subject(sentence: Sentence, verb: int) -> Phrase | None:
    at = skip_adverbs_left(sentence, verb - 1)
    if at < 0:
        return None
    token = sentence.tokens[at]
    if token.lower == "to" or token.has(Tag.CONJUNCTION):
        return main_subject(sentence, at)
    if token.lower == ",":
        return _behind_comma(sentence, at)
    if token.has(Tag.RELATIVE) or token.lower == "that":
        complement = token.lower == "that" and not (at > 0 and sentence.is_nominal(at - 1))
        return None if complement else antecedent(sentence, at)
    if token.text == ")":
        at = opening_parenthesis(sentence, at) - 1
    return _directly_before(sentence, at)


def antecedent(sentence: Sentence, relative: int) -> Phrase | None:
    """Return the noun phrase that a relative pronoun stands for."""
    at = relative - 1
    if at >= 0 and sentence.lower(at) == ",":
        at -= 1
    if at >= 0 and sentence.lower(at) == ")":
        at = opening_parenthesis(sentence, at) - 1
    if at < 0:
        return None
    who = _directly_before(sentence, at)
    if who is not None and who.last == at + 1:
        return who
    return noun_phrase_before(sentence, at)


def main_subject(sentence: Sentence, before: int) -> Phrase | None:
    """Return the subject of the clause that a coordinated or non-finite verb belongs to."""
    at = _clause_start(sentence, before)
    while at < before:
        token = sentence.tokens[at]
        manner = token.lower.endswith("ly") and sentence.lower(at + 1) == ","
        light = token.has(Tag.CONJUNCTION) or token.has(Tag.ADVERBIAL) or manner
        if light or not token.is_word:
            at += 1
        elif token.text.isdigit() and sentence.lower(at + 1) == ",":
            at += 2
        elif _introduces(sentence, at):
            after = _after_comma(sentence, at, before)
            if after is None:
                return _inside_introduction(sentence, at, before)
            at = after
        else:
            return _named(sentence, noun_phrase_from(sentence, at))
    return None


def _named(sentence: Sentence, who: Phrase | None) -> Phrase | None:
    """Return the name between commas after a subject, where it is one: Her uncle, Jo Lee, …."""
    if who is None or sentence.lower(who.last) != "," or _is_name(sentence, who):
        return who
    name = noun_phrase_from(sentence, who.last + 1)
    if name is None or not _is_name(sentence, name) or sentence.lower(name.last) != ",":
        return who
    return who if sentence.is_capital(name.last + 1) else name  # Her sons, Jo, Al and …


def _inside_introduction(sentence: Sentence, at: int, before: int) -> Phrase | None:
    """Find the subject after an introduction without a comma (In 2013 the ministry …)."""
    for start in range(at + 2, min(before, at + 15)):
        opens = sentence.has(start, Tag.DETERMINER | Tag.SUBJECT_PRONOUN)
        if opens and not sentence.has(start - 1, Tag.PREPOSITION | Tag.DETERMINER):
            return noun_phrase_from(sentence, start)
    return noun_phrase_from(sentence, at + 1)


def _clause_start(sentence: Sentence, before: int) -> int:
    low, quoted = max(0, before - REACH * 2), any(sentence.quoted[before : before + 1])
    for at in range(before - 1, low, -1):
        lower = sentence.lower(at)
        speech = sentence.quoted[at] and sentence.quoted[max(0, at - 5)]
        if lower in _STOPS or (speech and not quoted):
            return at + 1
        if lower in ("while", "whereas", "although", "though", "because", "but") and (
            sentence.lower(at - 1) == ","
        ):
            return at + 1
    return low


def _introduces(sentence: Sentence, at: int) -> bool:
    """Return whether an introductory phrase or clause starts here (On Tuesday, Describing …)."""
    lower = sentence.lower(at)
    if sentence.has(at, Tag.OPENER):
        return True
    long = len(lower) > 5 or (len(lower) == 5 and lower.endswith("ed") and lower[-3] != "e")
    participle = lower.endswith(("ing", "ed")) and long and not sentence.is_capital(at + 1)
    return participle and not sentence.has(at + 1, Tag.AUXILIARY)


def _after_comma(sentence: Sentence, at: int, before: int) -> int | None:
    for comma in range(at, min(before, at + REACH)):
        if sentence.lower(comma) == "," and not sentence.quoted[comma]:
            return comma + 1
    return None


def _directly_before(sentence: Sentence, end: int, depth: int = 0) -> Phrase | None:
    """Return the subject that ends at token `end`, right before its verb."""
    first = stretch(sentence, end)
    if first > end:
        return _past_verb(sentence, end, None, depth)
    own = without_introduction(sentence, first, end)
    left = first - 1
    if left >= 0 and sentence.tokens[left].is_word and sentence.has(left, Tag.VERB):
        if own is not None and sentence.has(left, Tag.CLAUSE_TAKER):
            return own
        return _past_verb(sentence, left, own, depth)
    if own is None:
        return name_at(sentence, first, end)
    return _with_open_apposition(sentence, own) or own


def _with_open_apposition(sentence: Sentence, own: Phrase) -> Phrase | None:
    """Return the name before an appositive whose comma was left out: Proudhon, theorist wrote."""
    comma, plain = own.first - 1, not sentence.tokens[own.first].is_capital
    if comma < 1 or sentence.lower(comma) != "," or not plain:
        return None
    definite = sentence.has(own.first, Tag.SUBJECT_PRONOUN | Tag.DETERMINER)
    if definite and sentence.lower(own.first) not in ("a", "an"):
        return None
    start = _segment_start(sentence, comma - 1)
    name = _segment_subject(sentence, start, comma - 1)
    if name is None or name.first != start or not _is_name(sentence, name):
        return None
    return name


def _past_verb(sentence: Sentence, verb: int, own: Phrase | None, depth: int) -> Phrase | None:
    """Look behind a reduced or full relative clause: a source quoted in the paper said."""
    if depth >= _NESTED:
        return own
    for at in range(verb, max(-1, verb - 25), -1):
        lower = sentence.lower(at)
        that = lower == "that" and at > 0 and (own is None or sentence.is_nominal(at - 1))
        if that or sentence.has(at, Tag.RELATIVE):
            return _directly_before(sentence, at - 1 - (sentence.lower(at - 1) == ","), depth + 1)
        if lower in (",", ";", ":") or sentence.tokens[at].is_quote:
            break
    participle = sentence.lower(verb).endswith(("ed", "ing", "en", "wn", "id", "ade"))
    head = verb - 1
    if participle and own is None and head >= 0 and sentence.is_nominal(head):
        return _directly_before(sentence, head, depth + 1)
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
        if phrase is not None and phrase.first > start and not _is_light(sentence, start):
            break
        end = start - 2
    names = [phrase for phrase in candidates if _is_name(sentence, phrase)]
    return names[-1] if names else candidates[-1] if candidates else None


def _is_light(sentence: Sentence, at: int) -> bool:
    return sentence.has(at, Tag.ADVERBIAL) or sentence.has(at, Tag.CONJUNCTION)


def _segment_start(sentence: Sentence, end: int) -> int:
    at = end
    while at >= 0 and end - at < REACH:
        lower = sentence.lower(at)
        if lower == ")":
            at = opening_parenthesis(sentence, at)
        elif lower in (",", ";", ":") or (sentence.tokens[at].is_quote and sentence.quoted[at]):
            break
        at -= 1
    return at + 1


def _segment_subject(sentence: Sentence, start: int, end: int) -> Phrase | None:
    if sentence.lower(end) == ")":
        end = opening_parenthesis(sentence, end) - 1
    if end < start or (_introduces(sentence, start) and not sentence.is_capital(end)):
        return None
    if sentence.tokens[start].text.isdigit() or sentence.has(start, Tag.RELATIVE):
        return None
    first = max(start, stretch(sentence, end))
    if first > end:
        return None
    if first > start and (
        sentence.has(first - 1, Tag.VERB | Tag.RELATIVE) or sentence.lower(first - 1) == "that"
    ):
        return None
    return without_introduction(sentence, first, end)


def _is_name(sentence: Sentence, phrase: Phrase) -> bool:
    """Return whether a phrase is a bare name, perhaps with titles."""
    tokens = sentence.tokens[phrase.first : phrase.last]
    starts = tokens[0].is_capital and not tokens[0].has(Tag.DETERMINER)
    possessive = any(token.lower == "'s" for token in tokens)
    return starts and tokens[-1].is_capital and not possessive
