"""Names of speakers: titles set aside, surnames completed from earlier in the document."""

import re

from index.types import Span
from retrieval.attribution import words
from retrieval.attribution.words import word_set
from retrieval.types import Words

PERSONAL = frozenset(("he", "she"))
_WINDOW = 4000
TITLES = word_set(
    "president prime minister secretary state defense defence foreign interior finance justice"
    " senator governor admiral rear vice general captain colonel major sergeant lieutenant"
    " detective inspector sir lord lady dame judge professor pope king queen prince princess"
    " emperor chancellor mayor coach head chief officer director chairman chairwoman speaker"
    " representative congressman congresswoman commander commissioner ambassador bishop"
    " archbishop cardinal saint former acting deputy attorney spokesman spokeswoman leader"
    " mr mr. mrs mrs. ms ms. dr dr. prof prof. gen gen. col lt sgt sen sen. rep rep. gov gov. rev"
    " adm adm. analyst historian philosopher economist author director-general coordinator"
)
_NAME = r"(?:[^\W\d_a-z][\w'\u2019.-]*[^\S\n]+){1,4}"


def bare(name: str) -> list[str]:
    """Return the words of a name without determiners, titles and the possessive ending."""
    plain = re.sub(r"['\u2019]s\b|['\u2019]$", "", name)
    parts = plain.replace(",", " ").split()
    while parts and parts[0].lower() in words.DETERMINER:
        parts.pop(0)
    titles = [i for i, part in enumerate(parts[:-1]) if part.lower() in TITLES]
    return parts[titles[-1] + 1 :] if titles else parts


def is_personal(name: str) -> bool:
    """Tell whether words can be one person's name, so that he or she may stand for it."""
    parts = name.split()
    if not 1 <= len(parts) <= 8 or parts[0].lower() in words.DETERMINER | words.SUBJECT_PRONOUN:
        return False
    last = parts[-1]
    return parts[0][0].isupper() and last[0].isupper() and not (len(last) > 1 and last.isupper())


def fuller_name(text: str, speaker: Words | None) -> Words | None:
    """Find a fuller form of a surname in the text before it; null if it is full already.

    Looks back at most 4,000 code points: Rubio -> Marco Rubio.
    """
    if speaker is None or speaker.span is None:
        return None
    own = bare(speaker.text)
    if len(own) != 1 or not own[0][:1].isupper() or own[0].isupper():
        return None
    if speaker.text.split()[0].lower() in words.DETERMINER:
        return None
    window = Span(max(0, speaker.span.start - _WINDOW), speaker.span.start)
    pattern = re.compile(_NAME + re.escape(own[0]) + r"\b(?!['\u2019]?\w)")
    found = [_trimmed(match) for match in pattern.finditer(text, window.start, window.end)]
    full = [span for span in found if span is not None]
    return Words(full[-1].of(text), full[-1]) if full else None


def _trimmed(match: re.Match[str]) -> Span | None:
    """Cut what is no part of the name off its left: Secretary of State Marco Rubio."""
    parts = list(re.finditer(r"\S+", match.group()))
    keep = 0
    for i, part in enumerate(parts[:-1]):
        lower = part.group().lower()
        ends = part.group()[-1] in "." and len(part.group()) > 3 and lower not in TITLES
        if lower in TITLES or lower in _LEADING or ends:
            keep = i + 1
    if len(parts) - keep < 2:
        return None
    return Span(match.start() + parts[keep].start(), match.end())


_LEADING = words.DETERMINER | words.PREPOSITION | words.SUBORDINATOR | words.CONJUNCTION
