"""How text becomes terms, the same for passages and questions.

Text is NFKC-normalised, cut at everything that is not a letter, digit or mark, lower-cased and
folded to ASCII where it has a Latin base letter, so that `Nicolás`, `NICOLÁS` and `nicolas` are
one term. The scored fields are stemmed as well (Snowball English); the `exact` field is not.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

MAX_TERM_BYTES = 80
"""Longer runs of letters are noise (encoded data); they are neither indexed nor asked for."""

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e0fff]"
)
"""Soft hyphens, zero-width spaces, joiners, marks of direction: they part no word for a reader."""

TERM = r"[\p{L}\p{N}\p{M}]+"

_FUNCTION_WORDS = """
a about am an and any are as at be been being but by can could d did do does for from had has have
he how i if in into is it its ll m me my no not of on or our s shall she should so such t than that
the their them then there these they this those to ve was we were what when where which who whom
whose why will with would you your
"""

STOPWORDS = frozenset(_FUNCTION_WORDS.split())
"""Words that carry a question's grammar, not its subject; kept when a question has no others."""


class Term(NamedTuple):
    """One word of a question: as it is looked up exactly, and as it is scored."""

    plain: str
    stem: str


def normalise(text: str) -> str:
    """Return `text` in NFKC, so that composed and decomposed letters give the same terms.

    Soft hyphens and zero-width characters are left out: they stand inside words.
    Lone surrogates, which tantivy cannot be given, become question marks.
    """
    if text.isascii():
        return text
    text = _INVISIBLE.sub("", text)
    return unicodedata.normalize("NFKC", text).encode("utf-8", "replace").decode()


def _base() -> TextAnalyzerBuilder:
    return (
        TextAnalyzerBuilder(Tokenizer.regex(TERM))
        .filter(Filter.remove_long(MAX_TERM_BYTES))
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
    )


@lru_cache(maxsize=1)
def plain_analyzer() -> TextAnalyzer:
    """Return the analyzer of the `exact` field."""
    return _base().build()


@lru_cache(maxsize=1)
def stemming_analyzer() -> TextAnalyzer:
    """Return the analyzer of the scored fields."""
    return _base().filter(Filter.stemmer("English")).build()


def terms(text: str) -> list[Term]:
    """Return the terms of `text` in order, repeats and stop words included."""
    folded = normalise(text)
    plain = plain_analyzer().analyze(folded)
    return [Term(*pair) for pair in zip(plain, stemming_analyzer().analyze(folded), strict=True)]


def content_terms(text: str) -> list[Term]:
    """Return the terms of `text` without stop words, or all of them when there are no others."""
    every = terms(text)
    return [term for term in every if term.plain not in STOPWORDS] or every
