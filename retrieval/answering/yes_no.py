"""What a sentence decides of a question for yes or no, where that is safe.

Safe is where the sentence has every word that the question has for the matter, or its opposite:
then it says yes, or no where it denies them. What is doubted, planned or supposed decides nothing,
nor does a sentence that leaves a word of the question open, or that denies something else. Where it
is asked what may or must be, the sentence has to say so in a word for that.
"""

import re
from collections.abc import Sequence

from index.lexical.analysis import content_terms
from index.types import Span
from retrieval.types import Answer, Decision

YES_OR_NO = "yes or no is asked: whether these words mean the one or the other is for you to read"
DECIDED = "yes or no is asked: the sentence says {}"
UNDECIDED = "yes or no is asked: no sentence that was read decides it"
BEFORE = 300
"""Code points before a sentence in which its pronouns may have their nouns."""
DECIDES = 4.0
"""Nats that a sentence gains which decides the question."""
_REPLY = re.compile(r"\W*(yes|no)\b(?=[,.;:!]|\s+[-–—])", re.IGNORECASE)
_NEGATED = re.compile(r"n['’]t\b|\b(?:not|never|no|nobody|nothing|without|cannot)\b", re.IGNORECASE)
_EXACT = frozenset(
    "all every always only both each most more less fewer than equal first largest biggest last"
    " until before after again still already alone usually often sometimes mostly any else"
    " true".split()
)
"""Words of a question that a sentence must have too: it may say less than all."""
_MEASURED = re.compile(r"\b(?:most|least|first|last|only|\w{3,}est) \w+", re.IGNORECASE)
"""What is the most of its kind is so of this kind alone: the largest ship, not third largest."""
_PERMITS = frozenset(
    "can cannot may could able allow allows allowed permit permits permitted possible free welcome"
    " let lets legal entitled".split()
)
_REQUIRES = frozenset(
    "must need needs needed require requires required requiring have has necessary shall obliged"
    " mandatory compulsory".split()
)
_ASKS_LEAVE = re.compile(
    r"\W*(?:can|may|could|am i|are \w+ allowed|is it (?:ok|okay|possible))\b", re.I
)
_ASKS_NEED = re.compile(
    r"\W*(?:must|do(?:es)? .{1,60}?\b(?:need|have to|require))\b", re.IGNORECASE | re.DOTALL
)
_HEDGED = re.compile(
    r"\b(?:goal|aim|among|analogous|similar|like|some|most|many|few|usually|often|sometimes|generally"
    r"|normally|mostly|rarely|seldom|partly|except|unless|only|if|but|however|although|though|whereas"
    r"|while|may|might|could|should|probably|perhaps|possibly|likely|until|rather|instead|unlike"
    r"|proposed|fictional|fictitious|former|formerly|demand(?:s|ed)?|illustrated|figuratively"
    r"|discontinued|apparently|cancel(?:s|led|ling)|moratorium|ineligible)\b",
    re.IGNORECASE,
)
_OPPOSITES = tuple(
    tuple(side.split() for side in line.split("|"))
    for line in """
    allowed permitted welcome legal lawful | forbidden prohibited banned illegal unlawful
    open | closed shut
    free | charged
    possible able | impossible unable
    required necessary mandatory compulsory obligatory | optional unnecessary voluntary
    safe | unsafe dangerous
    alive living | dead
    true right correct | false wrong incorrect untrue
    included | excluded
    accept accepts accepted | reject rejects rejected refuse refuses refused
    succeed succeeded | fail failed
    present | absent
    public | private
    same | different
    """.strip().splitlines()
)
_ASIDE = frozenset(
    "do does did is are was were be been being has have had can could may might must shall should"
    " will would i you we he she it they my your our ever there right true get need one someone"
    " anybody anyone please really actually considered".split()
)
_BE = frozenset("is are was were be been am".split())
_HAVE = frozenset("has have had having with".split())
_TRULY = re.compile(r"^\W*is it true\b", re.IGNORECASE)
_EXISTS = re.compile(r"\W*(?:is|are|was|were|has|have) there\b", re.IGNORECASE)
_PRONOUN = re.compile(r"\W*(?:it|they|he|she|this|these)\b", re.IGNORECASE)
_BY_WHOM = 3
_ORDERED = 3
"""So many words of a question stand in its order where they mean the same."""


def decides(question: str, sentence: str, before: str = "") -> Decision | None:
    """Return what a sentence decides, "yes" or "no"; None where that is not safe.

    Args:
        question: as it is read.
        sentence: the one that is cited.
        before: what stands before it, where its pronouns have their nouns.

    >>> decides("Are dogs welcome on the upper deck?", "Dogs are welcome on the upper deck.")
    'yes'
    >>> decides("Do members pay a fee?", "Members pay no fee.")
    'no'
    >>> decides("Is the hall heated?", "The hall has an oven.") is None
    True
    """
    if _NEGATED.search(question) is not None or re.search(r"\bsame\b", question) is not None:
        return None
    reply = _REPLY.match(sentence)
    if reply is not None:
        return "yes" if reply[1].lower() == "yes" else "no"
    if _says_other(question, sentence):
        return None
    asked = _terms(question)
    said = _terms(sentence)
    missing = asked - said
    opposed = [each for each in _opposed(question, sentence) if each[0] in missing]
    missing -= {stem for stem, _ in opposed}
    held = (asked & said) | {stem for _, stem in opposed}
    if missing and _PRONOUN.match(sentence) and len(missing) <= len(held):
        missing -= _terms(before)
    if missing or not held or not _runs_alike(question, sentence, asked & said):
        return None
    polarity = _polarity(sentence, held, question)
    if polarity is None or (polarity and _NEGATED.search(sentence) is not None):
        return None
    return "yes" if polarity is (len(opposed) % 2 == 0) else "no"


def decision_notes(asks: bool, answers: Sequence[Answer]) -> tuple[str, ...]:
    """Return what to tell people of what the first answer decides, if yes or no is asked."""
    if not asks:
        return ()
    if not answers:
        return (UNDECIDED,)
    decided = answers[0].decides
    return (YES_OR_NO if decided is None else DECIDED.format(decided),)


def _says_other(question: str, sentence: str) -> bool:
    """Return whether a sentence limits what it says, or the question, in another word."""
    plain = {word.casefold() for word in re.findall(r"\w+", _TRULY.sub("", question))}
    there = {word.casefold() for word in re.findall(r"\w+", sentence)}
    if (plain & _EXACT) - there:
        return True
    measured = _MEASURED.search(question)
    if measured is not None and not _is_measured(measured, sentence):
        return True
    leave = _ASKS_LEAVE.match(question) is not None
    if (leave and not there & _PERMITS) or (_ASKS_NEED.match(question) and not there & _REQUIRES):
        return True
    plain |= _PERMITS if leave else set()
    return any(match.group().casefold() not in plain for match in _HEDGED.finditer(sentence))


def _is_measured(asked: re.Match[str], sentence: str) -> bool:
    """Return whether a sentence calls the same thing the most, and not the third most."""
    said = re.search(rf"(?:(\w+)\s+)?\b{re.escape(asked.group())}", sentence, re.IGNORECASE)
    return said is not None and re.search(r"(?:st|nd|rd|th|ten|of)$", said[1] or "") is None


def _terms(text: str) -> set[str]:
    return {term.stem for term in content_terms(text)} - _ASIDE


def _runs_alike(question: str, sentence: str, stems: set[str]) -> bool:
    """Return whether a sentence has the question's words in its order, and its verb.

    A word that the question has twice is part of a name: is a binary tree a search tree?
    """
    asked = [stem for stem in map(_stem, _words(question)) if stem in stems]
    if len(asked) > len(set(asked)):
        return False
    words = _words(sentence)
    said = [_stem(word) for word in words]
    places = [said.index(stem) for stem in asked if stem in said]
    if not places:
        return True
    exists = _EXISTS.match(question) is not None
    moved = places != sorted(places) and len(places) >= _ORDERED
    if moved and not (exists or _may_be_turned(question) or _is_passive(words, places[0])):
        return False
    return exists or _has_verb(_words(question), words[: max(places) + 1])


def _is_passive(words: Sequence[str], subject: int) -> bool:
    """Return whether a sentence names after *by* who does what is asked about."""
    by = next((at for at, word in enumerate(words[:subject]) if word == "by"), None)
    if by is None or subject - by > _BY_WHOM:
        return False
    before = words[:by]
    return bool(_BE & set(before)) and any(word[-2:] in ("ed", "en", "et") for word in before)


def _may_be_turned(question: str) -> bool:
    """Return whether a question means the same in another order: it says what one thing is."""
    names = re.findall(r"(?<=\w )[A-Z]\w+(?: [A-Z]\w+)*", question)
    return _words(question)[0] in ("is", "are") and len(names) < 2 and " than " not in question


def _has_verb(question: list[str], said: list[str]) -> bool:
    """Return whether the verb is there where it is one of the small ones: is it a ship, has it."""
    if question[0] in ("is", "are") and {"was", "were"} & set(said):
        return False
    if question[0] in _BE and not any(word[-2:] in ("ed", "en", "ng") for word in question):
        return bool(_BE & set(said))
    has = "have" in question[1:] or question[0] in ("has", "had", "have")
    return not has or bool(_HAVE & set(said))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _opposed(question: str, sentence: str) -> list[tuple[str, str]]:
    """Return the stems of the question's words whose opposites a sentence has, with these."""
    asked = {word.casefold() for word in re.findall(r"\w+", question)}
    said = {word.casefold() for word in re.findall(r"\w+", sentence)}
    found = []
    for one, other in _OPPOSITES:
        for left, right in ((one, other), (other, one)):
            mine, theirs = asked & set(left), said & set(right)
            if mine and theirs:
                found.append((_stem(min(mine)), _stem(min(theirs))))
    return found


def _stem(word: str) -> str:
    return next((term.stem for term in content_terms(word)), word)


def _polarity(sentence: str, stems: set[str], question: str) -> bool | None:
    """Return whether a sentence affirms its words for the matter; None where it does neither."""
    from retrieval.assertion.cues import cues
    from retrieval.attribution.syntax.tokens import Token, tokenize

    tokens: Sequence[Token] = tokenize(sentence, Span(0, len(sentence)))
    places = [at for at, token in enumerate(tokens) if _stem(token.lower) in stems]
    known = {*question.lower().split(), *(_PERMITS if _ASKS_LEAVE.match(question) else ())}
    denied = False
    for cue in cues(tokens):
        covered = [at for at in places if cue.begin <= at < cue.end]
        if not covered:
            continue
        if cue.polarity == "denied":
            denied = not denied
        elif tokens[cue.at].lower not in known:
            return None
    return not denied
