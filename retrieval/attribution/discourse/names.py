"""Names of speakers: titles set aside, surnames completed from earlier in the document."""

import re

from index.types import Span
from retrieval.attribution.vocabulary import Tag, has
from retrieval.types import Words

PERSONAL = frozenset(("he", "she"))
_WINDOW = 4000
_NAME = r"(?:[^\W\d_a-z][\w'\u2019.-]*[^\S\n]+){1,4}"


def bare(name: str) -> list[str]:
    """Return the words of a name without determiners, titles and the possessive ending."""
    plain = re.sub(r"['\u2019]s\b|['\u2019]$", "", name)
    parts = plain.replace(",", " ").split()
    while parts and has(parts[0].lower(), Tag.DETERMINER):
        parts.pop(0)
    titles = [i for i, part in enumerate(parts[:-1]) if has(part.lower(), Tag.TITLE)]
    return parts[titles[-1] + 1 :] if titles else parts


def is_personal(name: str) -> bool:
    """Return whether words can be one person's name, so that he or she may stand for it."""
    parts = name.split()
    small = Tag.DETERMINER | Tag.SUBJECT_PRONOUN
    if not 1 <= len(parts) <= 8 or has(parts[0].lower(), small):
        return False
    last = parts[-1]
    return parts[0][0].isupper() and last[0].isupper() and not (len(last) > 1 and last.isupper())


def fuller_name(text: str, speaker: Words | None) -> Words | None:
    """Find a fuller form of a surname in the text before it; None if it is full already.

    Looks back at most 4,000 code points: Rubio -> Marco Rubio.
    """
    if speaker is None or speaker.span is None:
        return None
    own = bare(speaker.text)
    if len(own) != 1 or not own[0][:1].isupper() or own[0].isupper():
        return None
    if has(speaker.text.split()[0].lower(), Tag.DETERMINER):
        return None
    window = Span(max(0, speaker.span.start - _WINDOW), speaker.span.start)
    pattern = re.compile(_NAME + re.escape(own[0]) + r"\b(?!['\u2019]?\w)")
    names = [_trimmed(match) for match in pattern.finditer(text, window.start, window.end)]
    full = [span for span in names if span is not None]
    return Words(full[-1].of(text), full[-1]) if full else None


def _trimmed(match: re.Match[str]) -> Span | None:
    """Cut what is no part of the name off its left: Secretary of State Marco Rubio."""
    parts = list(re.finditer(r"\S+", match.group()))
    keep = 0
    for i, part in enumerate(parts[:-1]):
        lower = part.group().lower()
        ends = part.group()[-1] in "." and len(part.group()) > 3
        if ends or has(lower, Tag.TITLE | Tag.SMALL):
            keep = i + 1
    if len(parts) - keep < 2:
        return None
    return Span(match.start() + parts[keep].start(), match.end())
