"""The closed vocabulary that attribution reads by: tables of words, loaded once.

`words.tsv` gives every word its classes, `verbs.tsv` the verbs that report, with their inflected
forms, `nouns.tsv` the nouns and adverbs that report, with their stance. Lines that begin with `#`
say what the columns are.
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple, cast

from retrieval.types import Stance

CHARGED = {"accuse": ("of",), "blame": ("for", "on")}
"""What comes before a charge: accused them of it, blamed them for it, blamed it on them."""

PERSON_ENDINGS = ("er", "ers", "or", "ors", "ist", "ists", "ian", "ians", "man", "men", "ee", "ees")
"""Endings of nouns for people, as in writer or actor; `thing` are those that are not."""


class Tag:
    """Classes of words, one bit each, so that a token's classes are tested at once.

    Plain integers: the operators of `enum.IntFlag` cost more than the lookup that they save.
    """

    (
        BE, HAVE, DO, MODAL, CLIPPED, NEGATION, REFUSAL, SUBJECT_PRONOUN, INDEFINITE_PRONOUN,
        OBJECT_PRONOUN, POSSESSIVE, DETERMINER, PREPOSITION, CONJUNCTION, RELATIVE, SUBORDINATOR,
        ADVERB, NOT_ADVERB, TIME, RECENCY, PARTICLE, IRREGULAR, GIVEN_NAME, NAME_TOO, BEFORE_DATE,
        HOLIDAY, CLAUSE_TAKER, NOBODY, PERSON, COUNT, THING, LAW, MEASURE, SINGLE_SOURCE, FINDER,
        SOURCE, TITLE, ALLEGED, CONCERN, VIEW, GRANT, INSCRIBED, COUNTED, LABEL, INTENT,
        CLAUSE_OPENER, RECIPIENT, APPROXIMATE, ADJUNCT, UNNAMED, INTRODUCES_QUESTION,
        POSSIBLE, DOUBTFUL, CONDITION, INVERTING,
    ) = (1 << bit for bit in range(55))  # fmt: skip
    """Of words: irregular verbs are mostly finite; names too are names as well (May, Will)."""

    NOUNISH, QUOTED_NAMING, CRITICISM, QUOTED_ONLY, DEED, QUESTION_DEED, MADE, SENTIENT = (
        1 << bit for bit in range(55, 63)
    )
    """Of verbs: nounish ones are as often nouns; a deed may be done without saying anything; what
    is sentient only somebody does.
    """

    OPENS_NOUN, CUE = (1 << bit for bit in range(63, 65))
    """Of words: a noun, not a verb, stands after them; they may report without being verbs."""

    ADVERBIAL, MAY_BE_VERB, VERB = (1 << bit for bit in range(65, 68))
    """Of a token: an adverb by list or ending; a verb where it stands, or by its form."""

    AUXILIARY = BE | HAVE | DO | MODAL | CLIPPED
    PRONOUN = SUBJECT_PRONOUN | INDEFINITE_PRONOUN
    OPENER = PREPOSITION | SUBORDINATOR
    SMALL = DETERMINER | PREPOSITION | SUBORDINATOR | CONJUNCTION


class Form(NamedTuple):
    """What an inflected verb may be: its lemma, frame, stance and form.

    `frame` says what must follow for it to report something: `free` (anything), `clause` (a
    clause or a quotation), `finding` (the same, of a survey or those who look into things),
    `quote` (a quotation, or a clause with `that`), `plain` (anything, if people say it), `claim`
    (a clause, to be, responsibility), `voice` (a concern), `deny`, `reject`, `name` (what X termed
    Y; called for) or `accuse` (Y of).
    `form` is `base`, `s`, `past` or `ing`; past participles count as `past`. `tags` are the
    classes of the lemma.
    """

    lemma: str
    frame: str
    stance: Stance
    form: str
    tags: int

    def has(self, tags: int) -> bool:
        """Return whether the lemma is of any of these classes."""
        return bool(self.tags & tags)


class Entry(NamedTuple):
    """What the tables say of a word: its classes, the verb it may be, its stance as a noun."""

    tags: int = 0
    form: Form | None = None
    noun: Stance | None = None
    adverb: Stance | None = None


NOTHING = Entry()


def rows(package: str, table: str) -> Iterator[list[str]]:
    """Yield the cells of each line of a table below its header."""
    lines = files(package).joinpath(table).read_text("utf-8").splitlines()
    body = (line.split("\t") for line in lines if not line.startswith("#"))
    next(body)
    yield from body


@cache
def entries() -> dict[str, Entry]:
    """Return what the tables say of each word, by its folded form."""
    entries = {word: Entry(_tags(classes)) for word, classes in rows(__name__, "words.tsv")}
    for lemma, frame, stance, third, past, participle, gerund, *classes in rows(
        __name__, "verbs.tsv"
    ):
        tags = _tags(*classes)
        forms = {past: "past", participle: "past", third: "s", gerund: "ing", lemma: "base"}
        for word, form in forms.items():
            verb = Form(lemma, frame, cast(Stance, stance), form, tags)
            entries[word] = entries.get(word, NOTHING)._replace(form=verb)
    for word, part, stance in rows(__name__, "nouns.tsv"):
        each, stance_of = entries.get(word, NOTHING), cast(Stance, stance)
        each = each._replace(tags=each.tags | Tag.CUE)
        entries[word] = (
            each._replace(noun=stance_of) if part == "noun" else each._replace(adverb=stance_of)
        )
    return entries


def entry(word: str) -> Entry:
    """Return what the tables say of a folded word."""
    return entries().get(word, NOTHING)


def has(word: str, tags: int) -> bool:
    """Return whether a folded word is of any of these classes."""
    return bool(entry(word).tags & tags)


def is_reporting_verb(word: str) -> bool:
    """Return whether a folded word is a form of a verb that reports."""
    return entry(word).form is not None


@cache
def words(tags: int) -> frozenset[str]:
    """Return all words of these classes."""
    return frozenset(word for word, each in entries().items() if each.tags & tags)


def _tags(classes: str = "") -> int:
    tags = 0
    for name in classes.split():
        tags |= cast(int, getattr(Tag, name.upper()))
    return tags
