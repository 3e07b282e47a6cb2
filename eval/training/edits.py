"""Adversarial unanswerables: answerable questions edited so that their passage no longer answers.

The kinds are those SQuAD 2.0 lists (Rajpurkar et al., 2018): an entity or a number swapped for one
from elsewhere in the article, a negation put in, an antonym, an impossible condition. An edit is
kept only if what it puts in does not stand in the passage.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache

from numpy.random import Generator

from eval.training.labelled_rows import Row

_PAIRS = """
before after; first last; largest smallest; increase decrease; increased decreased; north south;
northern southern; east west; eastern western; most least; more less; highest lowest;
oldest youngest; old new; early late; earlier later;
won lost; win lose; above below; accepted rejected;
maximum minimum; majority minority; began ended; begin end; started stopped; start stop; rise fall;
rose fell; positive negative; male female; men women; son daughter; father mother; king queen;
public private; same different; major minor; strong weak; stronger weaker; increasing decreasing;
allowed forbidden; support oppose; supported opposed; success failure; successful unsuccessful;
best worst; better worse; longest shortest; long short; higher lower; high low; bigger smaller;
larger smaller; large small; upper lower; inside outside; internal external; import export;
gained lost; built destroyed; created destroyed; joined left; buy sell; bought sold; hot cold;
fast slow; rich poor; always never; common rare; cheap expensive; legal illegal;
possible impossible; easy difficult; advantage disadvantage; advantages disadvantages;
friend enemy; victory defeat; attack defend; arrive depart; open close; opened closed;
added removed; modern ancient; summer winter; spring autumn; city country; husband wife;
brother sister; direct indirect; formal informal; include exclude; included excluded
"""
_ANTONYMS = {
    a: b
    for pair in _PAIRS.split(";")
    for a, b in (tuple(pair.split()), tuple(reversed(pair.split())))
}
_AUXILIARIES = {
    "was": "wasn't", "were": "weren't", "is": "isn't", "are": "aren't", "did": "didn't",
    "does": "doesn't", "do": "don't", "has": "hasn't", "have": "haven't", "had": "hadn't",
    "can": "can't", "could": "couldn't", "will": "won't", "would": "wouldn't",
}  # fmt: skip
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_ENTITY = re.compile(r"(?<![.?!] )(?<!^)\b[A-Z][\w'’-]+(?: (?:of |de |the )?[A-Z][\w'’-]+)*")
_LAST_WORD = re.compile(r"(\w+) $")
_WORD = re.compile(r"[a-z]+")
_PREPOSITIONS = ("in", "at", "from", "by", "of", "to", "for", "with")

_Edit = Callable[[Row, Generator], str | None]


class Editor:
    """Edits questions with what the other passages of their article say."""

    def __init__(self, rows: Sequence[Row]) -> None:
        """Gather the numbers and the names of every article in ``rows``."""
        contexts: defaultdict[str, set[str]] = defaultdict(set)
        for row in rows:
            contexts[row.title].add(row.context)
        self._numbers = {title: _numbers(texts) for title, texts in contexts.items()}
        self._entities = {title: _entities(texts) for title, texts in contexts.items()}

    def edit(self, row: Row, rng: Generator) -> Row | None:
        """Return ``row`` made unanswerable by one edit, or ``None`` when no edit applies."""
        kinds: list[_Edit] = [self._swap_number, self._swap_entity, _antonym]
        order = [kinds[i] for i in rng.permutation(len(kinds))]
        # Last resorts are a small share: they leave a trace that a reader could learn by itself.
        if rng.random() < 0.5:
            order.append(_negate if rng.random() < 0.5 else self._impossible)
        for kind in order:
            question = kind(row, rng)
            if question is not None and question != row.question:
                return Row(row.title, row.context, question, ())
        return None

    def _swap_number(self, row: Row, rng: Generator) -> str | None:
        found = list(_NUMBER.finditer(row.question))
        if not found:
            return None
        old = found[int(rng.integers(len(found)))]
        kind = _number_kind(old.group())
        pool = [n for n in self._numbers[row.title] if _number_kind(n) == kind]
        return _replace(row, old.span(), pool, rng)

    def _swap_entity(self, row: Row, rng: Generator) -> str | None:
        found = [m for m in _ENTITY.finditer(row.question) if m.group() in row.context]
        if not found:
            return None
        old = found[int(rng.integers(len(found)))]
        known = self._entities[row.title]
        kinds = known.get(old.group(), frozenset())
        pool = [name for name, other in known.items() if kinds & other]
        return _replace(row, old.span(), pool, rng)

    def _impossible(self, row: Row, rng: Generator) -> str | None:
        known = [n for n, kinds in self._entities[row.title].items() if "in" in kinds]
        end = len(row.question.rstrip(" ?"))
        appended = Row(row.title, row.context, row.question[:end] + " in ?", ())
        return _replace(appended, (end + 4, end + 4), known, rng)


def _replace(row: Row, span: tuple[int, int], pool: Sequence[str], rng: Generator) -> str | None:
    folded = (row.context + row.question).casefold()
    usable = [new for new in pool if new.casefold() not in folded]
    if not usable:
        return None
    new = usable[int(rng.integers(len(usable)))]
    return row.question[: span[0]] + new + row.question[span[1] :]


def _antonym(row: Row, rng: Generator) -> str | None:
    found = [m for m in _WORD.finditer(row.question) if m.group() in _ANTONYMS]
    if not found:
        return None
    old = found[int(rng.integers(len(found)))]
    return _replace(row, old.span(), [_ANTONYMS[old.group()]], rng)


def _negate(row: Row, rng: Generator) -> str | None:
    del rng
    for word in _WORD.finditer(row.question):
        if word.group() in _AUXILIARIES and "n't" not in row.question:
            start, end = word.span()
            return row.question[:start] + _AUXILIARIES[word.group()] + row.question[end:]
    return None


@cache
def _number_kind(number: str) -> str:
    """Years swap with years, and other numbers with numbers of as many digits."""
    if re.fullmatch(r"1\d{3}|20\d\d", number):
        return "year"
    return str(len(number))


def _numbers(texts: set[str]) -> list[str]:
    return sorted({number for text in texts for number in _NUMBER.findall(text)})


def _entities(texts: set[str]) -> dict[str, frozenset[str]]:
    """Names, each with its kinds: the prepositions seen before it, and its number of words."""
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for text in sorted(texts):
        for name in _ENTITY.finditer(text):
            before = _LAST_WORD.search(text, max(0, name.start() - 16), name.start())
            word = before.group(1).lower() if before else ""
            if word in _PREPOSITIONS:
                kinds[name.group()].add(word)
            else:
                kinds[name.group()].add(f"{len(name.group().split())} words")
    return {name: frozenset(found) for name, found in kinds.items()}
