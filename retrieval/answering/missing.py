"""What a question names that the passage does not hold: another room, version, day or person.

A reader takes room C-204 for room C-205, since all else fits. So a code, number, weekday or month
of the question that stands neither in the passage nor in what heads it leaves the answer unsure;
and so do one of a few that exclude each other (the evening ferry, ward D) where the passage has
another of them, and a name that the document does not hold.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_CODE = re.compile(r"(?<![\w.,-])[A-Za-z]{0,4}[-./]?\d[\d.,:/-]*[A-Za-z]{0,2}(?!\w)")
_DAY = re.compile(
    r"\b(?:(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|(January|February|March|April|(?<=[a-z] )May"
    r"|June|July|August|September|October|November|December))\b"
)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_RANGE = re.compile(
    r"((?:1[5-9]|20)\d\d)\s*(?:-|–|—|to|until|till|and|through)\s*(?:\w+\s)?((?:1[5-9]|20)?\d\d)"
)
_RANGE_WORDS = re.compile(r"\b(?:from|between|since|until)\b|\d\s*[–—-]\s*\d", re.IGNORECASE)
_OPEN = re.compile(
    r"\b(?:since|from|after|until|before|by)\s+(?:\w+\s)?(?:1[5-9]|20)\d\d", re.IGNORECASE
)


_NUMBERED = frozenset(
    """
    room flight version platform form error code lot step chapter section page line gate bus tram
    route floor day week phase class level part article clause rule stage track terminal unit volume
    grade type model pier bay berth dock hall cell zone apartment building table figure question
    item appendix annex schedule window door locker ward lane seat row shelf release issue number
    team group block wing court pool lift entrance exit category option plan annexe exhibit vitamin
    """.split()
)
"""Nouns that a figure or letter tells from others of their kind."""
_LETTERED = re.compile(r"\b([A-Za-z]{3,})\s+([A-Z]|[IVX]{1,4})\b(?!['’.]?\w)")
_COUNT = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
_NOUN_NUMBER = re.compile(
    r"\b([A-Za-z]{3,})\s+(\d{1,3})\b(?![.,:/-]?\d)(?!\s+(?!is\b|was\b|has\b|does\b)[a-z]+s\b)"
)
"""A noun with its number, which counts nothing after it: hut 15, not ate 15 eggs."""
_DECADE = re.compile(r"(?:\d\d)?\d0s|\d[Dd]")

_EXCLUSIVE = tuple(
    tuple(frozenset(word.split("/")) for word in line.split())
    for line in """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth
    north/northern south/southern east/eastern west/western
    morning afternoon evening night
    spring summer autumn/fall winter
    upper lower middle
    left right
    inner outer
    front rear/back
    small/little medium large/big/great
    short long
    minimum/smallest maximum/largest
    junior senior
    daily weekly monthly yearly/annual
    inbound outbound
    arrival departure
    input output
    indoor outdoor
    single double triple
    male female
    red blue green yellow white black brown orange purple grey
    """.strip().splitlines()
)
"""Words of which a thing is one at most: the evening ferry is not the morning ferry."""
_PAIR = re.compile(r"(?<![\w-])([a-z]+)[ -]([a-z]{3,})\b")

_NAME = re.compile(r"(?<![\w'’.-])[A-Z][\w'’&+-]*[\w+](?:['’]s)?")
_POSSESSIVE = re.compile(r"['’]s?$")
_OPENS = frozenset(
    """
    who whom whose what which when where why how is are was were do does did has have had can could
    may might must shall should will would in on at of for to from by with according if name the a
    an i my tell list give if since after before during under as about
    """.split()
)
_KNOWN = frozenset(
    """
    i english french german spanish italian dutch latin greek american british european roman
    christian christians monday tuesday wednesday thursday friday saturday sunday january february
    march april may june july august september october november december internet web god
    mr mrs ms dr st us usa uk eu un ok faq id
    """.split()
)
"""Names that a text may leave out, or write otherwise."""
_FEWEST = 5
"""Letters that two forms of one name share: Norway's, Norwegian."""
_DEMONYM = ("ish", "ese", "ian", "ean")
_SENTENCE_OPENS = re.compile(r"(?:^|[.:;?!\n])[\s\"'“‘(]*$")
_WORD = re.compile(r"[^\W\d_]{4,}")
_DIGIT = re.compile(r"\d")


def missing_detail(question: str, text: str) -> str:
    """Return the first code, number, weekday or month of a question that a text lacks, or "".

    >>> missing_detail("Who keeps room C-205?", "Room C-204 is kept by the porter.")
    'C-205'
    >>> missing_detail("Who keeps room C204?", "Room C-204 is kept by the porter.")
    ''
    >>> missing_detail("When does the evening ferry sail?", "The morning ferry sails at six.")
    'the evening ferry'
    """
    detail = next((detail for detail in _details(question) if not _holds(text, detail)), "")
    others = (_lettered, _renumbered, _excluded)
    return detail or next((each for find in others for each in find(question, text)), "")


def missing_name(question: str, document: str) -> str:
    """Return the first name of a question that a document does not hold, or "".

    Args:
        question: as it is read.
        document: its title, place and text; all of it, since a name may stand far from the words.

    >>> missing_name("When did Ada Kern open the pier?", "The mayor opened the pier in May.")
    'Ada Kern'
    """
    text = comparable(document)
    return next((name for name in names_of(question) if not mentions(text, name)), "")


def asked_about(question: str) -> list[str]:
    """Return the names of a question, and its codes and numbers.

    >>> asked_about("When did Ada Kern open room C-205?")
    ['Ada Kern', 'C-205']
    """
    codes = (each for each in _details(question) if _DIGIT.search(each))
    return list(dict.fromkeys((*names_of(question), *codes)))


@dataclass(frozen=True, slots=True)
class Comparable:
    """A text without accents, with plain hyphens and apostrophes; `folded` is it without case."""

    text: str
    folded: str


def comparable(text: str) -> Comparable:
    """Return a text as names and codes are looked for in it.

    >>> comparable("Zoë O’Hara, room C‑205").folded
    "zoe o'hara, room c-205"
    """
    plain = _without_accents(text)
    return Comparable(plain, plain.casefold())


def mentions(text: Comparable, what: str) -> bool:
    """Return whether a text holds a name, in some form of each of its words, or a code."""
    what = _without_accents(what)
    if _CODE.fullmatch(what):
        return _holds(text.text, what)
    return all(_mentions(text.folded, text.text, part) for part in what.split())


def _without_accents(text: str) -> str:
    """Return a text with its letters' marks and its invisible characters left out."""
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(each for each in parts if not unicodedata.combining(each))


_PLAIN = {
    **dict.fromkeys(map(ord, "‐‑‒–—−"), "-"),
    **dict.fromkeys(map(ord, "‘’ʼ"), "'"),
    **dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF), None),
}


def _details(question: str) -> Iterator[str]:
    for match in _CODE.finditer(question):
        detail = match.group().rstrip(".,:/-")
        if _DECADE.fullmatch(detail):
            continue
        counts = _COUNT.fullmatch(detail) is not None or re.fullmatch(r"\d{4}[-–]\d+", detail)
        if not counts or _is_numbered(question, match.start()):
            yield detail
    yield from (match.group() for match in _DAY.finditer(question))


def _is_numbered(question: str, at: int) -> bool:
    """Return whether a digit numbers a thing (platform 6) rather than counts some."""
    before = re.search(r"([A-Za-z]+)\s+$", question[:at])
    return before is not None and before[1].lower() in _NUMBERED


def _lettered(question: str, text: str) -> Iterator[str]:
    """Yield what a letter tells from others (ward D), where a text has another letter there."""
    for match in _LETTERED.finditer(question):
        noun, letter = match.groups()
        if noun.lower() not in _NUMBERED:
            continue
        own = re.search(rf"\b{noun}s?\s+{letter}\b|\b{letter}\b", text, re.IGNORECASE)
        if own is None or (letter == "I" and f"{noun.lower()} i" not in text.casefold()):
            yield match.group()


def _renumbered(question: str, text: str) -> Iterator[str]:
    """Yield what a number tells from others (cabin 15), where a text has another number there."""
    for match in _NOUN_NUMBER.finditer(question):
        noun, number = match.groups()
        same = re.search(rf"(?<![\d.]){number}(?!\d)", text)
        other = re.search(rf"\b{re.escape(noun)}\s+\d", text, re.IGNORECASE)
        if same is None and other is not None:
            yield match.group()


def _excluded(question: str, text: str) -> Iterator[str]:
    """Yield what a text has with another word of its kind alone: the evening ferry."""
    folded = text.casefold()
    for match in _PAIR.finditer(question):
        word, noun = match.groups()
        own, others = _kind(word)
        if not others or re.search(rf"\b(?:{'|'.join(sorted(own))})", folded):
            continue
        if re.search(rf"\b(?:{'|'.join(sorted(others))})[ -]{noun.removesuffix('s')}", folded):
            yield f"the {word} {noun}"


def _kind(word: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the words that mean the same as a word of those which exclude each other, and these.

    Empty for any other word.
    """
    for kind in _EXCLUSIVE:
        own = next((each for each in kind if word in each), None)
        if own is not None:
            return own, frozenset().union(*kind) - own
    return frozenset(), frozenset()


def names_of(question: str) -> list[str]:
    """Return the names of a question: words with capitals that follow each other.

    >>> names_of("When did Ada Kern open the pier?")
    ['Ada Kern']
    """
    return list(_names(question))


def _names(question: str) -> Iterator[str]:
    words = question.split()
    if 2 * sum(word[:1].isupper() for word in words) > len(words) + 2:
        return
    found: list[re.Match[str]] = []
    for match in _NAME.finditer(question):
        if not _may_name(question, match):
            continue
        if found and question[found[-1].end() : match.start()] != " ":
            yield _joined(found)
            found = []
        found.append(match)
    if found:
        yield _joined(found)


def _may_name(question: str, match: re.Match[str]) -> bool:
    """Return whether a word with a capital names something that a text must hold."""
    word = _POSSESSIVE.sub("", match.group())
    if re.search(r"['’](?:ve|d|m|ll|re|t)$", word) or word.lower() in _KNOWN:
        return False
    if word.endswith(_DEMONYM):
        return False
    if _SENTENCE_OPENS.search(question[: match.start()]) is None:
        return True
    following = _NAME.match(question, match.end() + 1)
    return word.lower() not in _OPENS and following is not None and not word.endswith("ing")


def _joined(parts: list[re.Match[str]]) -> str:
    return _POSSESSIVE.sub("", " ".join(part.group() for part in parts))


def _mentions(folded: str, document: str, part: str) -> bool:
    """Return whether a document holds a word of a name, in some form of it."""
    own = _POSSESSIVE.sub("", part)
    word = own.casefold()
    if "-" in word and all(_mentions(folded, document, each) for each in own.split("-")[:1]):
        return True
    if word in folded or word.removesuffix("s") in folded:
        return True
    if own.isupper() and len(own) > 1:
        initials = r"\W+(?:(?:of|and|the|for|in|on|to)\W+)?".join(rf"{c}\w*" for c in own)
        return re.search(rf"\b{initials}", document) is not None
    stem = word[: max(_FEWEST, len(word) - 3)]
    if len(word) > _FEWEST and stem in folded:
        return True
    return len(word) >= _FEWEST and _is_misspelt(word, folded)


def _is_misspelt(word: str, folded: str) -> bool:
    """Return whether a document has a word a letter off, or two of a long one."""
    from rapidfuzz.distance import OSA

    most = 1 if len(word) < 8 else 2
    near = {other for other in _WORD.findall(folded) if other[0] == word[0]}
    return any(OSA.distance(word, other, score_cutoff=most) <= most for other in near)


def _holds(text: str, detail: str) -> bool:
    day = _DAY.fullmatch(detail)
    if day is not None:
        stem = (day[1] or day[2])[:3]
        return (
            re.search(rf"\b{stem}", text) is not None or re.search(r"\d[-/.]\d", text) is not None
        )
    plain = _plain(detail)
    if re.search(rf"(?<![A-Za-z0-9]){re.escape(plain)}(?![0-9])", _plain(text)):
        return True
    if re.search(rf"(?<!\d){re.escape(detail)}(?![\d])", text):
        return True
    return bool(_YEAR.fullmatch(detail)) and _spans_year(text, int(detail))


def _spans_year(text: str, year: int) -> bool:
    """Return whether a text tells of a stretch of years that may hold this one."""
    if _OPEN.search(text) is not None:
        return True
    for match in _RANGE.finditer(text):
        first, last = int(match[1]), int(match[1][: 4 - len(match[2])] + match[2])
        if first <= year <= last and (
            _RANGE_WORDS.search(text, max(0, match.start() - 10), match.end()) is not None
        ):
            return True
    return False


def _plain(text: str) -> str:
    """Return a text without what may stand between the letters and figures of a code."""
    return re.sub(r"(?<=[A-Za-z\d])[-, ](?=\d)", "", text).casefold()
