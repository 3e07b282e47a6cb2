"""Who can speak: people and bodies of people, not laws; studies speak for those who made them."""

from collections.abc import Sequence

from retrieval.attribution.syntax.phrases import noun_phrase_from
from retrieval.attribution.syntax.tokens import Phrase, Sentence, Token
from retrieval.attribution.vocabulary import PERSON_ENDINGS, Form, Tag, has

_CIRCUMSTANCE = Tag.DETERMINER | Tag.TIME | Tag.PREPOSITION | Tag.RECENCY
_ONE = ("the", "a", "an", "this", "that", "another", "one")
_IMPERSONAL = ("it", "there", "which", "this", "that", "these", "please")
_PEOPLE_ONLY = ("clause", "finding", "name", "quote", "plain", "voice")


def can_speak(sentence: Sentence, who: Phrase, form: Form) -> bool:
    """Return whether a subject can have said something, rather than a law, a time or a thing."""
    tokens = sentence.tokens[who.first : who.last]
    at = head_at(sentence, who)
    head = sentence.lower(at)
    person, free = sentence.has(at, Tag.PERSON), form.frame == "free"
    law = tokens[0].has(Tag.LAW) and not _is_bill(tokens) and not person
    if law or sentence.has(at, Tag.LAW) or head in _IMPERSONAL:
        return head == "it" and form.lemma == "say" and form.form == "past"
    if all(token.has(_CIRCUMSTANCE) for token in tokens):
        return len(tokens) == 1 and sentence.has(at, Tag.INDEFINITE_PRONOUN)
    if head == "you" or (head in ("i", "we", "one") and not free):
        return False
    if tokens[-1].has(Tag.PREPOSITION) or (head.endswith("ing") and len(tokens) == 1):
        return False
    finder = Tag.FINDER | Tag.SINGLE_SOURCE
    if form.frame == "finding" and not any(token.has(finder) for token in tokens):
        return False
    if not free and sentence.has(at, Tag.MEASURE):
        return False
    if not free and sentence.has(at, Tag.SOURCE) and not person:
        return speaks_itself(sentence, who)
    if form.frame in _PEOPLE_ONLY:
        return is_somebody(sentence, who) or (form.has(Tag.SENTIENT) and _is_one(sentence, who))
    return any(token.text[0].isalpha() for token in tokens)


def _is_one(sentence: Sentence, who: Phrase) -> bool:
    """Return whether a phrase is one thing, of which a verb makes somebody: the abbey insists."""
    noun = sentence.tokens[head_at(sentence, who)]
    thing = noun.has(Tag.SOURCE | Tag.TIME) or has(noun.lower.removesuffix("s"), Tag.THING)
    return sentence.has(who.first, Tag.DETERMINER) and noun.is_word and not thing


def is_measure(sentence: Sentence, who: Phrase) -> bool:
    """Return whether `according to` gives a law, a rule or a measure (Section 4, the schedule)."""
    if sentence.has(head_at(sentence, who), Tag.LAW | Tag.MEASURE):
        return True
    tokens = sentence.tokens[who.first : who.last]
    if tokens[0].has(Tag.DETERMINER):
        tokens = tokens[1:]
    numbered = len(tokens) > 1 and (tokens[1].text.isdigit() or tokens[1].is_capital)
    return numbered and tokens[0].has(Tag.LAW) and not _is_bill(tokens)


def _is_bill(tokens: Sequence[Token]) -> bool:
    """Tell the first name from the draft of a law: Bill Nelson, but not Bill C-21."""
    name = len(tokens) > 1 and tokens[1].is_capital and not tokens[1].text.isupper()
    return name and tokens[0].text == "Bill"


def is_somebody(sentence: Sentence, who: Phrase) -> bool:
    """Return whether a phrase speaks of people, by name or not."""
    return is_people(sentence, who) or is_named(sentence, who)


def is_people(sentence: Sentence, who: Phrase) -> bool:
    """Return whether a phrase without a name speaks of people or a body of them."""
    at = head_at(sentence, who)
    if sentence.has(at, Tag.PERSON | Tag.PRONOUN):
        return True
    head = sentence.lower(at)
    thing = sentence.has(at, Tag.SOURCE) or has(head.removesuffix("s"), Tag.THING)
    return head.endswith(PERSON_ENDINGS) and not thing


def is_named(sentence: Sentence, who: Phrase) -> bool:
    """Return whether a phrase is headed by a name: Fundación También, not a review of Rome."""
    last = who.first + 1
    while last < who.last and not sentence.has(last, Tag.PREPOSITION):
        last += 1
    while last > who.first + 1 and not sentence.tokens[last - 1].is_word:
        last -= 1
    token = sentence.tokens[last - 1]
    plain = token.has(Tag.DETERMINER) or len(token.text) == 1
    return token.is_capital and not plain


def head_at(sentence: Sentence, who: Phrase) -> int:
    """Return the token of the head noun: in `a number of members`, of the members."""
    for at in range(who.first + 1, who.last):
        counted = sentence.lower(at) == "of" and sentence.has(at - 1, Tag.COUNT)
        if sentence.has(at, Tag.PREPOSITION) and not counted:
            return at - 1
    return who.last - 1


def is_source(sentence: Sentence, who: Phrase) -> bool:
    """Return whether a phrase is headed by what tells without being anybody: the survey."""
    return sentence.has(head_at(sentence, who), Tag.SOURCE)


def maker(sentence: Sentence, who: Phrase, at: int) -> Phrase | None:
    """Return whose words they are: for a survey, those who made it, if the sentence says.

    Bond's statement is Bond's word; a survey of which nobody is named the maker is its own.
    """
    if not is_source(sentence, who):
        return who
    for by in range(who.first + 1, at):
        if sentence.lower(by) in ("by", "from") and not sentence.has(by + 1, Tag.TIME):
            return noun_phrase_from(sentence, by + 1, after_by=True) or who
    for mark in range(who.first + 1, who.last - 1):
        owner = Phrase(who.first, mark)
        if sentence.lower(mark) in ("'s", "'") and is_somebody(sentence, owner):
            return owner
    return who if speaks_itself(sentence, who) else None


def speaks_itself(sentence: Sentence, who: Phrase) -> bool:
    """Return whether a source is as good as a speaker: a NASA statement, the report, its survey."""
    if any(sentence.is_capital(at) for at in range(who.first + 1, who.last)):
        return True
    one = sentence.has(who.first, Tag.POSSESSIVE) or sentence.lower(who.first) in _ONE
    one = one or sentence.lower(who.first + 1) in ("'s", "'")
    return one and sentence.has(head_at(sentence, who), Tag.SINGLE_SOURCE)
