"""Words and marks of one sentence, with where they stand.

The pattern is linear: no token can be split in two ways, so a word of 100,000 characters
costs one pass.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from index.types import Span
from retrieval.attribution import words

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


class Token(NamedTuple):
    """A word or mark; `start` and `end` are code points of the whole text."""

    text: str
    lower: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """Tell whether this is a word or number, not a mark."""
        return self.text[0].isalnum()

    @property
    def is_capital(self) -> bool:
        """Tell whether it starts with a capital letter."""
        return self.text[0].isupper()

    @property
    def is_quote(self) -> bool:
        """Tell whether it is a quotation mark of some kind."""
        return self.text in _MARKS


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

    def span(self, phrase: Phrase) -> Span:
        """Return the span of a phrase that is not empty."""
        return Span(self.tokens[phrase.first].start, self.tokens[phrase.last - 1].end)


def tokenize(text: str, span: Span) -> list[Token]:
    """Return the tokens of `text` inside `span`, in order."""
    found = _TOKEN.finditer(text, span.start, span.end)
    tokens = [Token(m.group(), _fold(m.group()), m.start(), m.end()) for m in found]
    for at, token in enumerate(tokens):
        if token.lower in words.NAMES_TOO and token.is_capital and _is_name(tokens, at):
            tokens[at] = token._replace(lower=token.text)
    return tokens


def _is_name(tokens: Sequence[Token], at: int) -> bool:
    """Tell Theresa May and Will Smith from May, will and headlines in capitals.

    Such a word keeps its capital when it is folded, so that it is in no list of small words.
    """
    before = tokens[at - 1] if at > 0 else None
    if tokens[at].lower == "day" and _is_date(tokens, at):
        return False
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if after is not None and _may_be_named(after):
        given = tokens[at].lower in words.GIVEN_NAMES and tokens[-1].text != "?"
        dated = before is not None and before.lower in words.PREPOSITION | words.RECENCY
        return given and not dated
    if after is not None and after.text[0].isdigit():
        return False
    alone = after is not None and _is_alone(tokens[at], after)
    return alone or (before is not None and _may_be_named(before))


def _is_date(tokens: Sequence[Token], day: int) -> bool:
    """Tell Christmas Day, on Waitangi Day and the Day from Doris Day."""
    before = [token.lower for token in tokens[max(0, day - 2) : day]]
    if before and before[-1] in words.FEASTS | words.DETERMINER | words.RECENCY | words.DATING:
        return True
    return len(before) > 1 and before[0] in words.DETERMINER | words.RECENCY | words.DATING


def _is_alone(token: Token, after: Token) -> bool:
    """Tell May said and Will has from what may be said and will be."""
    acts = after.lower.endswith("ed") or after.lower in words.FINITE | words.HAVE - {"have"}
    return acts and token.lower in ("may", "will", "rose", "drew", "day")


def _may_be_named(token: Token) -> bool:
    """Tell whether a token can be the other half of a name."""
    if not token.is_capital or token.text.isupper():
        return token.text.endswith(".") and token.is_capital  # R. M. Hare
    small = words.PREPOSITION | words.DETERMINER | words.CONJUNCTION | words.SUBORDINATOR
    return token.lower not in small | words.SUBJECT_PRONOUN | words.TIME | words.NAMES_TOO


def _fold(word: str) -> str:
    if word in _ACRONYMS:
        return word
    return word.lower().replace("\u2019", "'")
