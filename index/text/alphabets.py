"""Which single-byte encoding a text of another alphabet is in, by the letters that it gives.

A few words are enough: in the wrong code page letters are of no language, capitals stand behind
small letters, or signs inside words. Of what is left, the language whose frequent letters are
the frequent ones is taken.
"""

import re
from dataclasses import dataclass

_SIGNS = frozenset("“”„‘’‚‹›«»–—…•†‡€£©®°§№¡¿·ªº½¼¾×±²³µ\xa0\xad")
_WORD = re.compile(r"[^\W\d_]+")
_INNER_SIGN = re.compile(r"[^\W\d_][^\w\s\x00-\x7f’‘“”„«»…·\u00ad–—\ufffd][^\W\d_]")
_LEAST_FREQUENT = 0.5
"""Share of a text's letters that are among its language's ten or so most frequent ones."""

_LEADING_SIGN = re.compile(r"[®™¶¾½¼¹²³±†‡ª»”›‰¦¬](?=[^\W\d_])")
_ODD = 0.8
"""What a text is worth of nothing but capitals, or with a sign for a first letter: another code
page's letters, more likely.
"""


@dataclass(frozen=True, slots=True)
class _Language:
    """The letters of one language that are not ASCII, in small, and its most frequent letters.

    Attributes:
        encodings: those that it is written in, the more usual one first.
        letters: all that are not ASCII.
        frequent: its most frequent letters, ASCII ones too where it uses them.
    """

    encodings: tuple[str, ...]
    letters: frozenset[str]
    frequent: frozenset[str]


def _language(encodings: str, letters: str, frequent: str) -> _Language:
    return _Language(tuple(encodings.split()), frozenset(letters), frozenset(frequent))


_CYRILLIC = "cp1251 koi8_r iso8859_5 cp866"
_LATIN = "aeionrtslkdmuzcw"
_LANGUAGES = (
    _language(_CYRILLIC, "абвгдежзийклмнопрстуфхцчшщъыьэюяё", "оеаинтсрвлкмдп"),
    _language(
        "cp1251 koi8_u iso8859_5 cp866", "абвгдежзийклмнопрстуфхцчшщьюяєіїґ", "оаинвтеірслкд"
    ),
    _language("cp1251 iso8859_5", "абвгдђежзијклљмнњопрстћуфхцчџш", "аоиенрстукдв"),
    _language("cp1253 iso8859_7", "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ", "αοιετσνρςυκόάίπ"),
    _language("cp1255", "אבגדהוזחטיךכלםמןנסעףפץצקרשת", "יוהלאמרשתבם"),
    _language("cp1256", "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگ", "الينمرتوهبعد"),
    _language("cp1250 iso8859_2", "ąćęłńóśźż", _LATIN + "ąęłó"),
    _language("cp1250 iso8859_2", "áčďéěíňóřšťúůýžäĺľôŕ", _LATIN + "áéíěšč"),
    _language("cp1250 iso8859_2", "áéíóöőúüű", _LATIN + "áéögy"),
    _language("cp1250 iso8859_2", "čćđšž", _LATIN + "jpv"),
    _language("cp1250 iso8859_2", "ăâîşţ", _LATIN + "ăîp"),
    _language("cp1254 iso8859_9", "çğıöşüâîûi", _LATIN + "ıüşyb"),
    _language("cp1257", "āčēģīķļņšūžąęėįųõäöü", _LATIN + "āīšėjv"),
)


def by_alphabet(data: bytes) -> str | None:
    """Return the encoding whose letters make the words of one language, None where none does."""
    shares = [
        (share, -number, encoding)
        for number, language in enumerate(_LANGUAGES)
        for encoding in language.encodings
        if (share := _share(data, encoding, language)) >= _LEAST_FREQUENT
    ]
    return max(shares)[2] if shares else None


def has_inner_signs(text: str) -> bool:
    """Return whether a sign stands between two letters as none does in a word: `Êè¿â`."""
    return _INNER_SIGN.search(text) is not None


def _share(data: bytes, encoding: str, language: _Language) -> float:
    """Return the share of frequent letters, 0 where the text is not of this language.

    Where the alphabet is not Latin, only its own letters count.
    """
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return 0.0
    foreign = {letter for letter in text if not letter.isascii()} - _SIGNS
    if not foreign or not any(map(str.isalpha, foreign)):
        return 0.0
    if not {_small(letter) for letter in foreign} <= language.letters:
        return 0.0
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    if has_inner_signs(text) or not all(map(_is_cased, words)):
        return 0.0
    latin = any(letter.isascii() for letter in language.frequent)
    if not latin and not all(_small(letter) in language.letters for w in words for letter in w):
        return 0.0
    letters = [_small(letter) for word in words for letter in word]
    capitals = all(word == word.upper() != word.lower() for word in words)
    frequent = sum(letter in language.frequent for letter in letters)
    odd = capitals or _LEADING_SIGN.search(text)
    return frequent / len(letters) * (_ODD if odd else 1.0)


def _small(letter: str) -> str:
    return "i" if letter == "İ" else letter.lower()


def _is_cased(word: str) -> bool:
    """Return whether a word is in small letters, in capitals, or begins with one."""
    rest = word[1:]
    return rest == rest.lower() or word == word.upper()
