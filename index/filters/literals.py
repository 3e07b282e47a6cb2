"""Values: what a document's field holds, and what a filter's literal stands for."""

import calendar
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal as OneOf

from index.types import Document, MetadataValue, Scalar

Kind = OneOf["text", "number", "boolean", "instant"]

_NUMBER = re.compile(r"[-+]?\d{1,300}(\.\d{1,300})?([eE][-+]?\d{1,3})?", re.ASCII)
_INTEGER = re.compile(r"[-+]?\d{1,300}", re.ASCII)
_FLOATS_END = 2**53
"""From here on, neighbouring whole numbers are one float."""

_YEAR = re.compile(r"\d{4}", re.ASCII)
_DATE = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?", re.ASCII)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}.{0,30}", re.ASCII)
_LIKE_A_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}", re.ASCII
)
_LANGUAGE = "language"
_VARIETY = re.compile(r"([A-Za-z]{2,3})[-_][A-Za-z0-9_-]{1,32}", re.ASCII)
_EPOCH = datetime(1970, 1, 1)
_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One value of one field of a document, readable as text and perhaps as something else.

    `number` is None unless the value is a finite number, or text written as one. `instant` is
    seconds since 1970 in UTC, None unless the value is text written as an ISO 8601 date.
    """

    field: str
    kind: Kind
    text: str
    number: float | None = None
    instant: float | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A literal that compares by its characters."""

    text: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A literal that is an instant, or a whole day, month or year.

    That is from `start` up to, not including, `end`.
    """

    start: float
    end: float | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """A literal that compares by its value; four digits compare with dates as that whole year.

    `digits` are those of a whole number that no float holds for sure, None for other numbers.
    """

    number: float
    year: Moment | None = None
    digits: str | None = None


Literal = Text | Number | Moment


def read_literal(text: str, *, quoted: bool) -> Literal:
    """Return what a filter's literal stands for.

    Raises:
        ValueError: when it is bare, written as a date and is none, such as 2025-02-30, or in
            another way than ISO 8601's, such as 2025/3/1.
    """
    try:
        moment = _moment(text)
    except ValueError:
        if not quoted:
            raise
        moment = None
    number = None if quoted else _number(text)
    if moment is None and number is None and not quoted and _LIKE_A_DATE.fullmatch(text):
        raise ValueError("write a day as 2025-03-01, a month as 2025-03")
    if moment is None and number is not None:
        return Number(number, _year(text), _digits(text))
    return moment or Text(text)


def _moment(text: str) -> Moment | None:
    if match := _DATE.fullmatch(text):
        year, month, day = match.groups()
        if day is not None:
            return _days(date(int(year), int(month), int(day)), 1)
        first = date(int(year), int(month), 1)
        return _days(first, calendar.monthrange(first.year, first.month)[1])
    return Moment(_instant(text)) if _TIME.fullmatch(text) else None


def _year(text: str) -> Moment | None:
    """Return the year that four digits name; year 0 is none."""
    if not _YEAR.fullmatch(text) or int(text) == 0:
        return None
    first = date(int(text), 1, 1)
    return _days(first, 366 if calendar.isleap(first.year) else 365)


def _digits(text: str) -> str | None:
    """Return the digits of a whole number that may share its float with others."""
    if not _INTEGER.fullmatch(text) or abs(int(text)) < _FLOATS_END:
        return None
    return text.lstrip("+-0")


def has_digits(text: str, digits: str) -> bool:
    """Return whether a number's text has these digits, or is not that of a whole number."""
    return text.lstrip("+-0") == digits or not text.lstrip("+-").isdigit()


def _days(first: date, count: int) -> Moment:
    """Return whole days; counted, as the year 9999 has no next one."""
    start = (datetime(first.year, first.month, first.day) - _EPOCH).total_seconds()
    return Moment(start, start + count * _DAY)


def document_fields(document: Document) -> dict[str, MetadataValue]:
    """Return a document's fields: its metadata, hidden by what every document has."""
    return {
        **document.metadata,
        "id": document.id,
        "uri": document.uri,
        "title": document.title,
        "media_type": document.media_type,
    }


def field_values(fields: Mapping[str, MetadataValue]) -> Iterator[FieldValue]:
    """Yield every value of every field, a multi-valued field's one by one.

    A language is the one that it is a variety of, too: `en-US` is `en` (RFC 4647, basic filtering).
    """
    for name, value in fields.items():
        for scalar in value if isinstance(value, tuple) else (value,):
            yield _field_value(storable(name), scalar)
            if name == _LANGUAGE and (variety := _VARIETY.fullmatch(str(scalar))):
                yield _field_value(name, variety[1])


def storable(text: str) -> str:
    """Return `text` with what SQLite cannot hold, a lone surrogate, replaced by a question mark."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _field_value(name: str, value: Scalar) -> FieldValue:
    if isinstance(value, bool):
        return FieldValue(name, "boolean", "true" if value else "false")
    if isinstance(value, int | float):
        return FieldValue(name, "number", str(value), number=_finite(value))
    instant = stored_instant(value)
    kind: Kind = "text" if instant is None else "instant"
    return FieldValue(name, kind, storable(value), number=_number(value), instant=instant)


def stored_instant(text: str) -> float | None:
    """Return the instant that a document's text is written as, None when it is no date."""
    try:
        moment = _moment(text)
    except ValueError:
        return None
    return None if moment is None else moment.start


def _number(text: str) -> float | None:
    return _finite(float(text)) if _NUMBER.fullmatch(text) else None


def _finite(value: float) -> float | None:
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _instant(text: str) -> float:
    """Return seconds since 1970; computed without `astimezone`, which fails in years 1 and 9999."""
    moment = datetime.fromisoformat(text)
    offset = (moment.tzinfo or UTC).utcoffset(moment)
    seconds = (moment.replace(tzinfo=None) - _EPOCH).total_seconds()
    return seconds - (offset.total_seconds() if offset else 0.0)
