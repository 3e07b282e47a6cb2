"""Adversarial unanswerables: answerable questions edited so that their passage no longer answers.

The kinds are those SQuAD 2.0 lists (Rajpurkar et al., 2018): an entity or a number swapped for
another, a negation put in, an antonym, an impossible condition. What is put in does not stand in
the passage, but for two kinds that people use most, and that words alone do not give away: a name
or a year swapped for one from the sentence that answers, and two names that change places.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache

from numpy.random import Generator

from retrieval.reader.training.rows import Gold, Row

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
brother sister; direct indirect; formal informal; include exclude; included excluded;
criticized praised; criticised praised; commended condemned; accept reject; agree disagree;
agreed disagreed; appear disappear; appeared disappeared; raised lowered; raise lower; heavy light;
wide narrow; deep shallow; thick thin; wet dry; urban rural; domestic foreign; peace war;
natural artificial; temporary permanent; mandatory optional; guilty innocent; birth death;
born killed; loved hated; strengthened weakened; encouraged discouraged; encourage discourage;
approved vetoed; present absent; primary secondary; single multiple; simple complex;
similarities differences; similarity difference; benefits drawbacks; cause prevent;
caused prevented; causes prevents; required forbidden; followed preceded; predecessor successor;
ancestor descendant; employer employee; teacher student; top bottom; front back;
expanded shrank; entered left; arrived departed; continued ceased; opponents supporters;
innovation tradition; progress decline; growth decline; profit loss; wealth poverty
"""
_PREFIXES = {
    "un": ("ed", "able", "al", "ing", "ive", "y", "ful"),
    "non": ("al", "ed", "ic", "ive", "ing", "ary", "ous"),
    "non-": ("al", "ed", "ic", "ive", "ing", "ary", "ous", "ish"),
    "in": ("able", "ible", "ate", "ent", "ant", "ive", "ous"),
    "im": ("able", "ible", "ate", "ent", "ure"),
    "ir": ("ar", "ible", "able", "ant"),
    "sub": ("face", "al", "ic", "unit"),
}
"""What turns a word into its opposite, and the endings of words it does so with."""
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
_BEFORE = re.compile(r"(\w+) $")
_WORD = re.compile(r"\b[a-z]+\b")
_DATES = frozenset(
    """
    The January February March April May June July August September October November December
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday
    """.split()
)
_PREPOSITIONS = ("in", "at", "from", "by", "of", "to", "for", "with")

_EVEN = re.compile(r"\b(?:and|or|between|with|both)\b")
"""Words by which two names have the same part, so that nothing changes when they change places."""

_INSIDE = 0.5
"""How often an edit by what the answering sentence itself says is tried first."""

_Edit = Callable[[Row, Generator], str | None]


class Editor:
    """Edits questions with what the other passages of their article say."""

    def __init__(self, rows: Sequence[Row]) -> None:
        """Gather the numbers and the names of every article in ``rows``."""
        contexts: defaultdict[str, set[str]] = defaultdict(set)
        for row in rows:
            contexts[row.article].add(row.context)
        self._numbers = {title: _numbers(texts) for title, texts in contexts.items()}
        self._entities = {title: _entities(texts) for title, texts in contexts.items()}
        self._opposites = _ANTONYMS | _prefixed(
            {word for texts in contexts.values() for text in texts for word in _words(text)}
        )

    def edit(self, row: Row, rng: Generator) -> Row | None:
        """Return ``row`` made unanswerable by one edit, or ``None`` when no edit applies."""
        kinds: list[_Edit] = [self._swap_number, self._swap_entity, self._antonym]
        order = [kinds[i] for i in rng.permutation(len(kinds))]
        if rng.random() < _INSIDE:
            order = [self._swap_inside, self._reverse, *order]
        # Last resorts are a small share: they leave a trace that a reader could learn by itself.
        if rng.random() < 0.5:
            order.append(_negate if rng.random() < 0.5 else self._impossible)
        for kind in order:
            question = kind(row, rng)
            if question is not None and question != row.question:
                return Row(row.article, row.context, question, ())
        return None

    def _swap_number(self, row: Row, rng: Generator) -> str | None:
        found = list(_NUMBER.finditer(row.question))
        if not found:
            return None
        old = found[int(rng.integers(len(found)))]
        kind = _number_kind(old.group())
        pool = [n for n in self._numbers[row.article] if _number_kind(n) == kind]
        return _replace(row, old.span(), pool, rng)

    def _swap_entity(self, row: Row, rng: Generator) -> str | None:
        found = [m for m in _ENTITY.finditer(row.question) if m.group() in row.context]
        if not found:
            return None
        old = found[int(rng.integers(len(found)))]
        known = self._entities[row.article]
        kinds = known.get(old.group(), frozenset())
        pool = [name for name, other in known.items() if kinds & other]
        return _replace(row, old.span(), pool, rng)

    def _swap_inside(self, row: Row, rng: Generator) -> str | None:
        """Swap a name or a year for another from a sentence that answers."""
        said = " ".join(_sentence(row.context, gold) for gold in row.golds)
        taken = [row.question.casefold(), *(answer.casefold() for answer in row.answers)]
        known = self._entities[row.article]
        found: list[tuple[tuple[int, int], list[str]]] = []
        for name in _names(row.question):
            kinds = known.get(name.group(), frozenset())
            others = [m.group() for m in _names(said)]
            found.append((name.span(), [n for n in others if kinds & known.get(n, frozenset())]))
        for number in _NUMBER.finditer(row.question):
            kind = _number_kind(number.group())
            others = _NUMBER.findall(said)
            found.append((number.span(), [n for n in others if _number_kind(n) == kind == "year"]))
        usable = [
            (span, new)
            for span, pool in found
            for new in pool
            if row.question[slice(*span)] not in new
            and not any(new.casefold() in text or text in new.casefold() for text in taken)
        ]
        if not usable:
            return None
        (start, end), new = usable[int(rng.integers(len(usable)))]
        return row.question[:start] + new + row.question[end:]

    def _reverse(self, row: Row, rng: Generator) -> str | None:
        """Let two names of the question change places, unless they stand side by side."""
        del rng
        names = [m for m in _names(row.question) if m.group() in row.context]
        known = self._entities[row.article]
        if len(names) != 2 or _EVEN.search(row.question):
            return None
        first, second = names
        if not known.get(first.group(), frozenset()) & known.get(second.group(), frozenset()):
            return None
        question = row.question
        between = question[first.end() : second.start()]
        before, after = question[: first.start()], question[second.end() :]
        return before + second.group() + between + first.group() + after

    def _antonym(self, row: Row, rng: Generator) -> str | None:
        found = [m for m in _WORD.finditer(row.question) if m.group() in self._opposites]
        if not found:
            return None
        old = found[int(rng.integers(len(found)))]
        return _replace(row, old.span(), [self._opposites[old.group()]], rng)

    def _impossible(self, row: Row, rng: Generator) -> str | None:
        known = [n for n, kinds in self._entities[row.article].items() if "in" in kinds]
        end = len(row.question.rstrip(" ?"))
        appended = Row(row.article, row.context, row.question[:end] + " in ?", ())
        return _replace(appended, (end + 4, end + 4), known, rng)


def _replace(row: Row, span: tuple[int, int], pool: Sequence[str], rng: Generator) -> str | None:
    folded = (row.context + row.question).casefold()
    usable = [new for new in pool if new.casefold() not in folded]
    if not usable:
        return None
    new = usable[int(rng.integers(len(usable)))]
    return row.question[: span[0]] + new + row.question[span[1] :]


def _negate(row: Row, rng: Generator) -> str | None:
    del rng
    for word in _WORD.finditer(row.question):
        if word.group() in _AUXILIARIES and "n't" not in row.question:
            start, end = word.span()
            return row.question[:start] + _AUXILIARIES[word.group()] + row.question[end:]
    return None


def _names(text: str) -> list[re.Match[str]]:
    """Return the names in a text, but for dates and possessives: they have no others like them."""
    found = _ENTITY.finditer(text)
    return [m for m in found if m.group() not in _DATES and not m.group().endswith(("'s", "’s"))]


def _sentence(context: str, gold: Gold) -> str:
    """Return the sentence around an answer, as far as full stops tell."""
    start = context.rfind(". ", 0, gold.start) + 1
    end = context.find(". ", gold.end)
    return context[start : end if end >= 0 else len(context)]


def _words(text: str) -> list[str]:
    return re.findall(r"\bnon-[a-z]+|[a-z]+", text)


def _prefixed(words: set[str]) -> dict[str, str]:
    """Return words and their opposites by a prefix, both ways, where both are used."""
    pairs = [
        (word, prefix + word)
        for prefix, endings in _PREFIXES.items()
        for word in sorted(words)
        if len(word) > 4 and word.endswith(endings) and prefix + word in words
    ]
    return {a: b for pair in pairs for a, b in (pair, pair[::-1])}


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
            before = _BEFORE.search(text, max(0, name.start() - 16), name.start())
            word = before.group(1).lower() if before else ""
            if word in _PREPOSITIONS:
                kinds[name.group()].add(word)
            else:
                kinds[name.group()].add(f"{len(name.group().split())} words")
    return {name: frozenset(found) for name, found in kinds.items()}
