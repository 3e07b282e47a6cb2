"""Words and marks of one sentence, where they stand, and the classes that each is of there.

The pattern is linear: no token can be split in two ways, so a word of 100,000 characters
costs one pass.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from index.types import Span
from retrieval.attribution.vocabulary import Form, Tag, entry
from retrieval.types import Stance

_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}"  # U.S.
    r"|(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Sgt|Capt|Adm|Sen|Rep|Gov|Rev|Hon|St|Jr|Sr|Maj|Cmdr)\."
    r"|(?<!\w)[A-Z]\.(?=\s[A-Z])"  # R. M. Hare
    r"|\d{1,3}(?:,\d{3})+(?![^\W_])"  # 3,000
    r"|\d{1,2}:\d\d(?![^\W_])"  # 11:57
    r"|[^\W_]+(?:[-.&][^\W_]+)*"
    r"|['\u2019](?:s|S|ve|re|ll|d|m|t)\b"
    r"|--+|\.\.+"
    r"|[^\w\s]|_+"
)
REACH = 60
"""No walk along a sentence takes more tokens, so that time stays linear in its length."""

_ACRONYMS = ("WHO", "US", "IT")
_MARKS = "\"'`\u2018\u2019\u201c\u201d\u00ab\u00bb\u201e"
_NOUN_MARKS = ("'s", "'", "&", "%", "$", "/", "#")
_SENTENCE_VERBS = ("may", "will", "rose", "drew", "day")
_DATED = Tag.DETERMINER | Tag.RECENCY | Tag.BEFORE_DATE
_NOT_ALWAYS_VERBS = ("am", "'s", "may")
Lexical = tuple[str, bool, bool, int, Form | None, Stance | None, Stance | None]


class Token(NamedTuple):
    """A word or mark; `start` and `end` are code points of the whole text.

    `tags` are the classes of the word and of its place, `form` the reporting verb that it may be.
    """

    text: str
    start: int
    end: int
    lower: str
    is_word: bool
    is_capital: bool
    tags: int
    form: Form | None = None
    noun: Stance | None = None
    adverb: Stance | None = None

    @property
    def is_quote(self) -> bool:
        """Return whether it is a quotation mark of some kind."""
        return self.text in _MARKS

    def has(self, tags: int) -> bool:
        """Return whether it is of any of these classes."""
        return bool(self.tags & tags)


class Phrase(NamedTuple):
    """A run of tokens: from `first` up to, not including, `last`."""

    first: int
    last: int


class Sentence(NamedTuple):
    """The tokens of one sentence, and for each whether it stands in a direct quotation."""

    tokens: Sequence[Token]
    quoted: Sequence[bool]

    def lower(self, index: int) -> str:
        """Return the folded word at `index`, or an empty string outside the sentence."""
        return self.tokens[index].lower if 0 <= index < len(self.tokens) else ""

    def has(self, index: int, tags: int) -> bool:
        """Return whether the token at `index` exists and is of any of these classes."""
        return 0 <= index < len(self.tokens) and bool(self.tokens[index].tags & tags)

    def form(self, index: int) -> Form | None:
        """Return the reporting verb that the token at `index` may be."""
        return self.tokens[index].form if 0 <= index < len(self.tokens) else None

    def is_capital(self, index: int) -> bool:
        """Return whether the token at `index` exists and starts with a capital letter."""
        return 0 <= index < len(self.tokens) and self.tokens[index].is_capital

    def is_nominal(self, index: int) -> bool:
        """Return whether the token at `index` can be part of a noun phrase."""
        token = self.tokens[index]
        if not token.is_word:
            return not self.quoted[index] and token.lower in _NOUN_MARKS
        clause = token.has(Tag.SUBORDINATOR) and not token.has(Tag.PREPOSITION)
        return not (clause or token.has(Tag.CONJUNCTION | Tag.VERB))

    def span(self, phrase: Phrase) -> Span:
        """Return the span of a phrase that is not empty."""
        return Span(self.tokens[phrase.first].start, self.tokens[phrase.last - 1].end)


def parse_unquoted(text: str) -> Sentence:
    """Return a text that is one sentence without quotations, such as a question."""
    tokens = tokenize(text, Span(0, len(text)))
    return Sentence(tokens, [False] * len(tokens))


def tokenize(text: str, span: Span) -> list[Token]:
    """Return the tokens of `text` inside `span`, in order, each tagged where it stands."""
    matches = _TOKEN.finditer(text, span.start, span.end)
    tokens = [Token(m.group(), m.start(), m.end(), *_lexical(m.group())) for m in matches]
    for at, token in enumerate(tokens):
        if token.is_capital and token.tags & Tag.NAME_TOO and _is_name(tokens, at):
            tokens[at] = token._replace(lower=token.text, tags=0, form=None)
    for at, token in enumerate(tokens):
        if token.tags & Tag.MAY_BE_VERB and _is_verb(tokens, at):
            tokens[at] = token._replace(tags=token.tags | Tag.VERB)
    return tokens


@lru_cache(maxsize=1 << 14)
def _lexical(text: str) -> Lexical:
    """Return what a token is wherever it stands."""
    lower = text if text in _ACRONYMS else text.lower().replace("\u2019", "'")
    word, capital = text[0].isalnum(), text[0].isupper()
    tags, form, noun, adverb = entry(lower)
    plain = lower.endswith("ly") and len(lower) > 4 and not capital and not tags & Tag.NOT_ADVERB
    if plain or tags & Tag.ADVERB:
        tags |= Tag.ADVERBIAL
    if tags & (Tag.AUXILIARY | Tag.IRREGULAR):
        tags |= Tag.MAY_BE_VERB if lower in _NOT_ALWAYS_VERBS else Tag.VERB
    elif word and not capital and (form is not None or _ends_as_past(lower)):
        tags |= Tag.MAY_BE_VERB
    return lower, word, capital, tags, form, noun, adverb


def _ends_as_past(lower: str) -> bool:
    return lower.endswith("ed") and not lower.endswith("eed") and len(lower) > 3


def _is_verb(tokens: Sequence[Token], at: int) -> bool:
    """Guess whether a token that may be a verb is one that is finite or a participle."""
    token, before = tokens[at], tokens[at - 1] if at else None
    if token.lower == "am":
        return before is None or not before.text[0].isdigit()  # 11:57 am
    if token.lower == "'s":
        return before is not None and _takes_is(before)
    if token.lower == "may":
        return not (token.is_capital and at > 0)  # On May 5
    if before is not None and before.has(Tag.OPENS_NOUN):
        return False
    form = token.form
    return form is None or not (form.has(Tag.NOUNISH) and _is_rather_noun(tokens, at, form.form))


def _takes_is(before: Token) -> bool:
    plain = before.lower in ("that", "there", "here", "what", "this")
    return plain or before.has(Tag.SUBJECT_PRONOUN | Tag.RELATIVE)


def _is_rather_noun(tokens: Sequence[Token], at: int, form: str) -> bool:
    """Return whether a word such as `report` or `claims` has nothing of a verb around it."""
    before = tokens[at - 1] if at else None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    follows = "" if after is None else after.lower
    if form == "base":
        verbal = before is not None and (
            before.has(Tag.MODAL | Tag.DO | Tag.SUBJECT_PRONOUN) or before.lower in ("to", "not")
        )
        return not verbal and follows != "that"
    clause = follows in ("that", "to", ":") or (
        after is not None and (after.is_capital or after.has(Tag.DETERMINER | Tag.SUBJECT_PRONOUN))
    )
    return form == "s" and not clause


def _is_name(tokens: Sequence[Token], at: int) -> bool:
    """Tell Theresa May and Will Smith from May, will and headlines in capitals.

    Such a word keeps its capital when it is folded and is of no class of small words.
    """
    token, before = tokens[at], tokens[at - 1] if at > 0 else None
    if token.lower == "day" and _is_date(tokens, at):
        return False
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if after is not None and _may_be_named(after):
        given = token.has(Tag.GIVEN_NAME) and tokens[-1].text != "?"
        return given and not (before is not None and before.has(Tag.PREPOSITION | Tag.RECENCY))
    if after is not None and after.text[0].isdigit():
        return False
    alone = after is not None and _is_alone(token, after)
    return alone or (before is not None and _may_be_named(before))


def _is_date(tokens: Sequence[Token], day: int) -> bool:
    """Tell Christmas Day, on Waitangi Day and the Day from Doris Day."""
    before = tokens[max(0, day - 2) : day]
    if before and before[-1].has(Tag.HOLIDAY | _DATED):
        return True
    return len(before) > 1 and before[0].has(_DATED)


def _is_alone(token: Token, after: Token) -> bool:
    """Tell May said and Will has from what may be said and will be."""
    finite = after.has(Tag.IRREGULAR | Tag.HAVE) and after.lower != "have"
    return token.lower in _SENTENCE_VERBS and (finite or after.lower.endswith("ed"))


def _may_be_named(token: Token) -> bool:
    """Return whether a token can be the other half of a name."""
    if not token.is_capital or token.text.isupper():
        return token.text.endswith(".") and token.is_capital  # R. M. Hare
    return not token.has(Tag.SMALL | Tag.SUBJECT_PRONOUN | Tag.TIME | Tag.NAME_TOO)
