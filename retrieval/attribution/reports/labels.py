"""Who a label before a colon names: Merkel: "…", and in transcripts SMITH: …."""

import re

from retrieval.attribution.reports.people import is_people
from retrieval.attribution.syntax.phrases import noun_phrase_from
from retrieval.attribution.syntax.tokens import Phrase, Sentence, parse_unquoted
from retrieval.attribution.vocabulary import Tag, has

LONGEST = 6
"""A name before a colon, its titles included, has fewer tokens than this."""

_SPOKEN = 5
"""A quotation is speech from this many tokens on, marks included."""

_FIRST_PERSON = re.compile(r"(?<![.@])\b(?:[Ii]|[Mm]y|[Mm]e|[Mm]yself)\b(?![-.)@+]|\s+[A-Z$@%])")
_CAPITAL_BEFORE = re.compile(r"\b[A-Z]\w*\s\Z")
_NEAR = 30
"""The word before an I is looked for in so many code points."""

_NOBODY = ("me", "us", "him", "them")
_SMALL_WORD = Tag.SMALL | Tag.SUBJECT_PRONOUN | Tag.TIME
_LABEL = Tag.LABEL | Tag.LAW | Tag.SOURCE
_NO_NAME = Tag.OPENER | Tag.CONJUNCTION | Tag.ADVERB | Tag.AUXILIARY


def names_somebody(label: str) -> bool:
    """Return whether a label is a name, rather than a heading or only a title."""
    parsed = parse_unquoted(label)
    return _names_somebody(parsed, 0, len(parsed.tokens))


def is_own_voice(spoken: str) -> bool:
    """Return whether words say I, my or me, rather than World War I or My Fair Lady."""
    for match in _FIRST_PERSON.finditer(spoken):
        before = _CAPITAL_BEFORE.search(spoken, max(0, match.start() - _NEAR), match.start())
        if before is None or has(before.group().strip().lower(), _NO_NAME):
            return True
    return False


def label_speaker(sentence: Sentence, colon: int) -> Phrase | None:
    """Return whose turn a line is: a name and a colon before a quotation or somebody's own voice.

    Without quotation marks, a name in capitals speaks only in the first person: headings are in
    capitals too.
    """
    if any(sentence.quoted[colon + 1 : colon + 2]):
        first = 0 if sentence.form(0) is None else 1  # Said Old Ben: "…"
        named = _names_somebody(sentence, first, colon) and _is_speech(sentence, colon + 1)
        if named:
            return Phrase(first, colon)
        office = noun_phrase_from(sentence, 0) == (0, colon) and is_people(
            sentence, Phrase(0, colon)
        )
        return Phrase(0, colon) if office and _is_speech(sentence, colon + 1) else None
    if not _names_somebody(sentence, 0, colon):
        return None
    label = " ".join(token.text for token in sentence.tokens[:colon])
    spoken = " ".join(token.text for token in sentence.tokens[colon + 1 :])
    return Phrase(0, colon) if is_shouted(label) and is_own_voice(spoken) else None


def is_shouted(label: str) -> bool:
    """Tell a name in capitals from initials and from the letter of a question (Q: …)."""
    return label == label.upper() and any(len(part) > 2 for part in label.split())


def _names_somebody(sentence: Sentence, first: int, colon: int) -> bool:
    """Return whether what stands before a colon is a name, rather than only a title."""
    if not first < colon < LONGEST:
        return False
    names = all(_is_name(sentence, at) for at in range(first, colon))
    return names and any(not sentence.has(at, Tag.TITLE) for at in range(first, colon))


def _is_name(sentence: Sentence, at: int) -> bool:
    token = sentence.tokens[at]
    if (token.lower == "." and sentence.has(at - 1, Tag.TITLE)) or token.text == "THE":
        return True
    plain = token.lower.rstrip("0123456789").removesuffix("s")  # Q1, authors
    label = token.noun is not None or token.has(_LABEL) or has(plain, _LABEL)
    small = token.has(_SMALL_WORD) or token.lower in _NOBODY
    return token.is_capital and not label and not small


def _is_speech(sentence: Sentence, begin: int) -> bool:
    """Tell a quotation that is a sentence from one that is a title (Smith: "On Bridges")."""
    end, size = begin, len(sentence.tokens)
    while end < size and sentence.quoted[end]:
        end += 1
    closing = end - 2 if sentence.tokens[end - 1].is_quote else end - 1
    return end - begin >= _SPOKEN and sentence.lower(closing) in (".", "!", "?", ",", "\u2026")
