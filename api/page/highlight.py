"""Marks the words of a query in a text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text, marked or not."""

    text: str
    marked: bool = False


def highlighted(text: str, query: str) -> Iterator[Piece]:
    """Yield a text in pieces; words with a stem of the query's are marked.

    >>> [piece.text for piece in highlighted("The ferries sail.", "a ferry") if piece.marked]
    ['ferries']
    """
    wanted = query_stems(query)
    plain = 0
    for match in _WORD.finditer(text):
        if wanted.isdisjoint(_stems(match[0])):
            continue
        if match.start() > plain:
            yield Piece(text[plain : match.start()])
        yield Piece(match[0], marked=True)
        plain = match.end()
    if plain < len(text):
        yield Piece(text[plain:])


def excerpt(pieces: Iterable[Piece], reach: int) -> list[Piece]:
    """Cut pieces to some `reach` code points, from shortly before the first that is marked.

    >>> pieces = [Piece("a b c d e f"), Piece("ferry", True), Piece(" sails to Marlow")]
    >>> "".join(piece.text for piece in excerpt(pieces, 20))
    '… e f ferry sails …'
    """
    found = list(pieces)
    if sum(len(piece.text) for piece in found) <= reach:
        return found
    first = next((n for n, piece in enumerate(found) if piece.marked), 0)
    before = "".join(piece.text for piece in found[:first])
    cut: list[Piece] = []
    if before:
        left = before if len(before) <= reach // 4 else f"… {_last(before, reach // 4)} "
        cut.append(Piece(left))
    for piece in found[first:]:
        room = reach - sum(len(each.text) for each in cut)
        if len(piece.text) > room:
            cut.append(Piece(f"{piece.text[:room].rpartition(' ')[0]} …"))
            break
        cut.append(piece)
    return cut


def _last(text: str, reach: int) -> str:
    return text[-reach:].partition(" ")[2].rstrip(" ")


def query_stems(query: str) -> frozenset[str]:
    """Return the stems of a query's words, without those that only carry its grammar."""
    from index.lexical.analysis import STOPWORDS, terms

    found = terms(query)
    content = [term.stem for term in found if term.plain not in STOPWORDS]
    return frozenset(content or (term.stem for term in found))


@lru_cache(maxsize=20_000)
def _stems(word: str) -> frozenset[str]:
    from index.lexical.analysis import terms

    return frozenset(term.stem for term in terms(word))
