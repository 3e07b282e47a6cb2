"""What a question names that the passage does not hold: another room, version, day or number.

A reader takes room C-204 for room C-205, since all else fits. So a code, number, weekday or month
of the question that stands neither in the passage nor in what heads it leaves the answer unsure.
"""

import re
from collections.abc import Iterator

_CODE = re.compile(r"(?<![\w.,-])[A-Za-z]{0,4}[-./]?\d[\d.,:/-]*[A-Za-z]{0,2}(?!\w)")
_DAY = re.compile(
    r"\b(?:(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|(January|February|March|April|June|July|August"
    r"|September|October|November|December))\b"
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
    """.split()
)
"""Nouns that a figure tells from others of their kind."""
_COUNT = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
_DECADE = re.compile(r"(?:\d\d)?\d0s|\d[Dd]")


def missing_detail(question: str, text: str) -> str:
    """Return the first code, number, weekday or month of a question that a text lacks, or "".

    >>> missing_detail("Who keeps room C-205?", "Room C-204 is kept by the porter.")
    'C-205'
    >>> missing_detail("Who keeps room C204?", "Room C-204 is kept by the porter.")
    ''
    """
    return next((detail for detail in _details(question) if not _holds(text, detail)), "")


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
