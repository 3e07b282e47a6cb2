"""What makes a quote look like other words than it holds, in notes for whoever reads it.

A quote is exact, so that it keeps characters that reorder, hide or imitate others: the same words
can be shown as a different name or amount (Boucher and Anderson, "Trojan Source", 2021; Unicode
Technical Standard 39).
"""

import re
import unicodedata
from collections.abc import Iterable

_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LETTERS = "A-Za-zÀ-ɏͰ-ϿЀ-ӿ"
_WIDTHLESS = re.compile(
    f"(?<=[{_LETTERS}0-9])[\u200b-\u200d\u2060-\u2064\ufeff]+(?=[{_LETTERS}0-9])"
)
_TAGS = re.compile("(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]+")
_WORD = re.compile(f"[{_LETTERS}]{{3,}}")
_GREEK_ALIKE = frozenset("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαγικνορτυχ")


def appearance_notes(quotes: Iterable[str]) -> tuple[str, ...]:
    """Return a note on each quote that may be shown as other words than it holds.

    >>> appearance_notes(["plain words", "p\u0430ypal"])
    ('«p\u0430ypal» mixes Latin and Cyrillic letters that look alike',)
    """
    return tuple(dict.fromkeys(note for quote in quotes for note in _notes(quote)))


def _notes(quote: str) -> Iterable[str]:
    if quote.isascii():
        return
    shown = _visible(quote)
    if characters := _REORDERING.findall(quote):
        yield (
            f"«{shown}» has characters that reorder what is shown ({_codes(characters)}): "
            "it may look other than it is"
        )
    if characters := _WIDTHLESS.findall(quote):
        yield f"«{shown}» has characters without width inside a word ({_codes(characters)})"
    if characters := _TAGS.findall(quote):
        yield f"«{shown}» has tag characters, which nobody sees ({_codes(characters)})"
    for word in _WORD.findall(quote):
        if scripts := mixed_scripts(word):
            yield f"«{word}» mixes {scripts} letters that look alike"


def mixed_scripts(word: str) -> str:
    """Return which scripts a word mixes whose letters can be taken for one another; "" for none."""
    scripts = {_script(letter) for letter in word}
    if {"LATIN", "CYRILLIC"} <= scripts:
        return "Latin and Cyrillic"
    if {"GREEK", "CYRILLIC"} <= scripts:
        return "Greek and Cyrillic"
    if {"GREEK", "LATIN"} <= scripts and any(letter in _GREEK_ALIKE for letter in word):
        return "Latin and Greek"
    return ""


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def _visible(quote: str) -> str:
    """Return a quote's beginning with what cannot be seen as spaces, so that a note is plain."""
    plain = "".join(
        " " if unicodedata.category(c) in ("Cf", "Cc", "Zl", "Zp") else c for c in quote
    )
    return plain if len(plain) <= 60 else plain[:59] + "…"


def _codes(characters: Iterable[str]) -> str:
    codes = dict.fromkeys(f"U+{ord(letter):04X}" for each in characters for letter in each)
    return ", ".join(list(codes)[:4])
