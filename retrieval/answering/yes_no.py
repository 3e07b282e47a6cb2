"""What a sentence decides of a question for yes or no, where that is safe.

Safe is where the sentence has every word that the question has for the matter, or its opposite:
then it says yes, or no where it denies them. What is doubted, planned or supposed decides nothing,
nor does a sentence that leaves a word of the question open.
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
_NEGATED = re.compile(r"n['’]t\b|\b(?:not|never|no|nobody|nothing|without)\b", re.IGNORECASE)
_EXACT = frozenset(
    "all every always only both each most more less fewer than equal first largest biggest last"
    " until before after again still already alone usually often sometimes mostly any else".split()
)
"""Words of a question that a sentence must have too: it may say less than all."""
_HEDGED = re.compile(
    r"\b(?:goal|aim|among|analogous|similar|like|some|most|many|few|usually|often|sometimes|generally|normally|mostly|rarely|seldom"
    r"|partly|except|unless|only|if|but|however|although|though|whereas|while|may|might|could"
    r"|should|probably|perhaps|possibly|likely)\b",
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
_LOOSE = 4
"""Other words that may stand between those of the question."""
_PRONOUN = re.compile(r"\W*(?:it|they|he|she)\b", re.IGNORECASE)
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
    if polarity is None:
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
    plain = {word.casefold() for word in re.findall(r"\w+", question)}
    there = {word.casefold() for word in re.findall(r"\w+", sentence)}
    if (plain & _EXACT) - there:
        return True
    return any(match.group().casefold() not in plain for match in _HEDGED.finditer(sentence))


def _terms(text: str) -> set[str]:
    return {term.stem for term in content_terms(text)} - _ASIDE


def _runs_alike(question: str, sentence: str, stems: set[str]) -> bool:
    """Return whether a sentence has the question's words close together and in its order."""
    asked = [stem for stem in map(_stem, _words(question)) if stem in stems]
    words = _words(sentence)
    said = [_stem(word) for word in words]
    places = [said.index(stem) for stem in dict.fromkeys(asked) if stem in said]
    if not places:
        return True
    moved = places != sorted(places) and len(places) >= _ORDERED
    if moved or max(places) - min(places) > len(places) + _LOOSE:
        return False
    return _has_verb(_words(question), words[: max(places) + 1])


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
    denied = False
    for cue in cues(tokens):
        covered = [at for at in places if cue.begin <= at < cue.end]
        if not covered:
            continue
        if cue.polarity == "denied":
            denied = not denied
        elif tokens[cue.at].lower not in question.lower().split():
            return None
    return not denied
