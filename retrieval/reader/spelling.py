"""Misspelt words of a question, read as the passages spell them.

A network that never saw a word takes it for another thing than the one the passage names: one
wrong letter in a name is enough for it to say that the passage does not answer. So a word that
neither the network's vocabulary nor the passages know is read as the passages' nearest word, when
there is one within a letter or two.
"""

import re
from collections.abc import Callable, Iterable, Iterator

_WORD = re.compile(r"[^\W\d_]{4,}")
_FEWEST_LETTERS = {1: 4, 2: 6}
"""How long a word must be for so many edits (a swap of neighbours is one)."""


def respelt(
    question: str, passages: Iterable[str], known: Callable[[str], bool]
) -> tuple[str, dict[str, str]]:
    """Return the question as it should be read, and what was changed: word to spelling.

    Args:
        question: as it was asked.
        passages: the texts that were found for it, best first.
        known: whether a word is spelt in a way that the reader was taught.
    """
    doubtful = [w for w in dict.fromkeys(_WORD.findall(question)) if not known(w)]
    if not doubtful:
        return question, {}
    words = list(dict.fromkeys(word for text in passages for word in _WORD.findall(text)))
    said = {word.casefold() for word in words}
    changes = {
        word: nearest
        for word in doubtful
        if word.casefold() not in said and (nearest := _nearest(word, words)) is not None
    }
    return _WORD.sub(lambda match: changes.get(match.group(), match.group()), question), changes


def _nearest(word: str, words: list[str]) -> str | None:
    """Return the word that is fewest edits away, the first of equals; it keeps its first letter."""
    from rapidfuzz.distance import OSA

    def distances() -> Iterator[tuple[int, int]]:
        for at, other in enumerate(words):
            if other[0].casefold() == word[0].casefold():
                edits = OSA.distance(word.casefold(), other.casefold(), score_cutoff=2)
                # "postgres" is no slip for "PostgreSQL".
                longer = edits > 1 and other.casefold().startswith(word.casefold())
                if not longer and len(word) >= _FEWEST_LETTERS.get(edits, len(word) + 1):
                    yield edits, at

    found = min(distances(), default=None)
    return None if found is None else words[found[1]]
