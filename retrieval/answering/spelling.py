"""Misspelt words of a question, read as the passages spell them.

A network that never saw a word takes it for another thing than the one the passage names: one
wrong letter in a name is enough for it to say that the passage does not answer. So a word that
neither the network's vocabulary nor the passages know is read as the passages' nearest word, when
there is one within a letter or two. A name's slip may be a word, or another name (Caleb Moor, Tony
Fernandez): that is told by its other half, where the passages have it beside a word one letter off.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from retrieval.answering.appearance import mixed_scripts

_WORD = re.compile(r"[^\W\d_]{4,}")
_LETTERS = re.compile(r"[^\W\d_]+")
_ASKING = ("which", "where", "when", "what", "whose")
_SOUNDS = (
    ("k", "c"), ("k", "ch"), ("c", "k"), ("s", "c"), ("c", "s"), ("f", "ph"), ("ie", "ei"),
    ("ei", "ie"), ("z", "s"), ("a", "e"), ("e", "a"), ("i", "e"), ("e", "i"), ("er", "or"),
    ("or", "er"), ("ar", "er"), ("y", "i"), ("i", "y"), ("u", "o"), ("o", "u"), ("j", "g"),
)  # fmt: skip
"""Letters that are written for others of their sound: charakter, recieve, proffesor."""
_CODE = re.compile(r"(?<![\w.-])[A-Z]{1,4}-?\d{1,5}(?![\w.-])(?!\.\d)")
"""Few capitals and figures: C204, LK-441."""
_LONG_NAME = 8
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
    doubtful = [w for w in dict.fromkeys(_mendable(question)) if not known(w)]
    halves = list(_halves(question))
    codes = [match.group() for match in _CODE.finditer(question)]
    if not (doubtful or halves or codes):
        return question, {}
    texts = list(passages)
    written = {code: other for code in codes if (other := _otherwise(code, texts))}
    found = dict.fromkeys(word for text in texts for word in _WORD.findall(text))
    words = [word for word in found if word.isascii() or not mixed_scripts(word)]
    said = {word.casefold() for word in words}
    changes = {
        w: _asking(w) or _nearest(w, words, _most(w)) for w in doubtful if w.casefold() not in said
    }
    for word, beside in halves:
        if _WORD.fullmatch(word) and word.casefold() not in said and not changes.get(word):
            others = [other for text in texts for other in beside.findall(text)]
            changes[word] = _nearest(word, others, 1)
    for word in doubtful:
        if changes.get(word) is None and word.islower() and word.casefold() not in said:
            changes[word] = _common(word, known)
    made = {word: nearest for word, nearest in changes.items() if nearest is not None}
    spelt = _WORD.sub(lambda match: made.get(match.group(), match.group()), question)
    for code, other in written.items():
        spelt = re.sub(rf"(?<!\w){re.escape(code)}(?!\w)", other, spelt)
    return spelt, made | written


def _otherwise(code: str, texts: Sequence[str]) -> str | None:
    """Return a code as the texts write it where that is with other joints: C204, C-204, C 204."""
    if any(re.search(rf"(?<!\w){re.escape(code)}(?!\w)", text, re.IGNORECASE) for text in texts):
        return None
    parts = re.findall(r"[A-Za-z]+|\d+", code)
    pattern = r"[- ]?".join(map(re.escape, parts))
    for text in texts:
        if other := re.search(rf"(?<![\w-]){pattern}(?![\w-])", text):
            return other.group()
    return None


def _mendable(question: str) -> list[str]:
    """Return the words that may be misspelt; one in capitals, among others, is a code or initials.

    Another code is no slip of it: EBADF and EBADR.
    """
    words = _WORD.findall(question)
    codes = [word for word in words if word.isupper()]
    return words if 2 * len(codes) > len(words) else [word for word in words if word not in codes]


def _most(word: str) -> int:
    """Return how many letters a word may be off; a short name that is two off is another."""
    return 1 if word[0].isupper() and len(word) < _LONG_NAME else 2


def _asking(word: str) -> str | None:
    """Return the question word that a word is a slip of: wich, whitch, whos."""
    from rapidfuzz.distance import OSA

    near = [other for other in _ASKING if OSA.distance(word, other, score_cutoff=1) <= 1]
    return near[0] if len(near) == 1 and word[0] == near[0][0] else None


def _common(word: str, known: Callable[[str], bool]) -> str | None:
    """Return the one known word that a usual slip makes this one of; None where there is none.

    A letter for another of its sound, one doubled or left single, two that changed places: the
    first kind of slip by which a word is known decides.
    """
    for slips in (_sounds, _doubles, _swaps):
        found = sorted({other for other in slips(word) if other != word and known(other)})
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _sounds(word: str) -> Iterator[str]:
    for wrong, right in _SOUNDS:
        for at in range(len(word)):
            if word.startswith(wrong, at):
                yield word[:at] + right + word[at + len(wrong) :]


def _doubles(word: str) -> Iterator[str]:
    for at, letter in enumerate(word):
        yield word[:at] + letter + word[at:]
        if at and word[at - 1] == letter:
            yield word[:at] + word[at + 1 :]


def _swaps(word: str) -> Iterator[str]:
    for at in range(1, len(word) - 1):
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _halves(question: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield each half of the question's names, and what finds the words that passages have there.

    The question's first word is no name.
    """
    asked = _LETTERS.findall(question)[1:]
    for one, other in pairwise(asked):
        if one[0].isupper() and other[0].isupper():
            yield one, re.compile(rf"([^\W\d_]+)\s+{other}\b")
            yield other, re.compile(rf"\b{one}\s+([^\W\d_]+)")


def _nearest(word: str, words: Sequence[str], most: int) -> str | None:
    """Return the word that is fewest edits away, the first of equals, and at most `most`.

    It keeps its first letter.
    """
    from rapidfuzz.distance import OSA

    def distances() -> Iterator[tuple[int, int]]:
        for at, other in enumerate(words):
            if other[0].casefold() == word[0].casefold():
                edits = OSA.distance(word.casefold(), other.casefold(), score_cutoff=most)
                # "postgres" is no slip for "PostgreSQL".
                longer = edits > 1 and other.casefold().startswith(word.casefold())
                if edits <= most and not longer and len(word) >= _FEWEST_LETTERS[edits]:
                    yield edits, at

    found = min(distances(), default=None)
    return None if found is None else words[found[1]]
