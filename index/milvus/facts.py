"""Filters as Milvus's expressions, where those mean exactly the same.

Each document's row carries what its fields hold as short digests, the facts: "the field `year` has
the number 1999", "the field `published` is a day of 2025-11". What equals a value is asked for by
such a fact, whatever characters the value has. Beside them stand the least and the greatest number
and instant of each field, which answer ranges: some value is above a bound if the greatest is.

Everything else (`contains`, `starts with`, ranges of text, folders) is left to the client: the
expression then says only what can be said, such as what a path begins with, and who passes it is
looked at (`Plan.exact`), as far as that is not decided yet (`undecided`).
"""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from index.filters.literals import (
    FieldValue,
    Literal,
    Moment,
    Number,
    Text,
    field_values,
    storable,
)
from index.filters.match import RangeTest, range_tests
from index.filters.nodes import And, Comparison, Filter, Not
from index.filters.place_fields import UriTest, uri_tests
from index.types import MetadataValue

FACTS = "facts"
BOUNDS = "bounds"
COMPLETE = "complete"
"""The columns of a document's row. One whose fields do not fit has none of the first two, and says
so in the third."""

MOST = 1_000
"""Facts that a row takes."""

MOST_BOUNDS = 500
"""Fields with bounds that a row takes."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_SUFFIX = 24
_DAY = 86_400.0
_YEAR = 365


@dataclass(frozen=True, slots=True)
class Facts:
    """What the fields of one document hold, as its row carries it."""

    facts: list[str]
    bounds: dict[str, float]
    complete: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What of a filter the server decides.

    Attributes:
        expression: what every document that passes has, "" where nothing can be said.
        exact: whether every document that has it passes.
    """

    expression: str
    exact: bool


def document_facts(fields: Mapping[str, MetadataValue]) -> Facts:
    """Return what the row of a document with these fields (`document_fields`) carries."""
    values = list(field_values(fields))
    facts = {fact for value in values for fact in _facts(value)}
    facts |= {_fact("suffix", suffix) for suffix in _suffixes(storable(str(fields["uri"])))}
    bounds = _bounds(values)
    if len(facts) > MOST or len(bounds) > MOST_BOUNDS:
        return Facts([], {}, complete=False)
    return Facts(sorted(facts), bounds, complete=True)


def _facts(value: FieldValue) -> Iterator[str]:
    yield _fact("has", value.field)
    yield _fact("text", value.field, value.text)
    if value.number is not None:
        yield _fact("number", value.field, _written(value.number))
    if value.instant is not None:
        yield _fact("instant", value.field, _written(value.instant))
        for span in _spans(value.instant):
            yield _fact("span", value.field, span)


def _fact(*parts: str) -> str:
    """Return a digest of 120 bits in 20 characters."""
    digest = hashlib.blake2b(digest_size=15)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(4, "little") + data)
    return urlsafe_b64encode(digest.digest()).decode("ascii")


def _written(number: float) -> str:
    """Return a number so that equal ones are written alike, -0.0 as 0.0."""
    return repr(float(number) + 0.0)


def _bounds(values: Iterable[FieldValue]) -> dict[str, float]:
    """Return the least and the greatest of each field's numbers and instants."""
    bounds: dict[str, float] = {}
    for value in values:
        for column, held in (("number", value.number), ("instant", value.instant)):
            if held is not None:
                least, most = (_bound(end, column, value.field) for end in ("least", "most"))
                bounds[least] = min(float(held), bounds.get(least, float(held)))
                bounds[most] = max(float(held), bounds.get(most, float(held)))
    return bounds


def _bound(end: str, column: str, field: str) -> str:
    return _fact(end, column, field)


def _suffixes(uri: str) -> Iterator[str]:
    """Yield what a uri ends in, from each dot of its last characters, in lower case."""
    tail = uri[-_LONGEST_SUFFIX:].translate(_LOWER)
    for at, character in enumerate(tail):
        if character == ".":
            yield tail[at:]


_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def _spans(instant: float) -> tuple[str, ...]:
    """Return the day, the month and the year of an instant in UTC."""
    try:
        day = (_EPOCH + timedelta(seconds=instant)).date().isoformat()
    except OverflowError:
        return ()
    return day, day[:7], day[:4]


def plan(tree: Filter) -> Plan:
    """Return what of a filter the server decides about documents whose facts are complete."""
    if isinstance(tree, Comparison):
        return _comparison(tree)
    parts = [plan(part) for part in ([tree.part] if isinstance(tree, Not) else tree.parts)]
    if isinstance(tree, Not):
        return Plan(f"(not {parts[0].expression})", exact=True) if parts[0].exact else _NOTHING
    expressions = [part.expression for part in parts if part.expression]
    exact = all(part.exact for part in parts)
    if isinstance(tree, And):
        return Plan(_joined(expressions, "and"), exact) if expressions else _NOTHING
    return Plan(_joined(expressions, "or"), exact) if len(expressions) == len(parts) else _NOTHING


_NOTHING = Plan("", exact=False)


def _joined(expressions: list[str], word: str) -> str:
    return f"({f' {word} '.join(expressions)})"


def _comparison(comparison: Comparison) -> Plan:
    field = comparison.field
    if uri_tests(comparison) is not None:
        return _place(comparison)
    if comparison.operator == "has":
        return Plan(_any_of([_fact("has", field)]), exact=True)
    if comparison.operator in ("in", "not in"):
        return _equality(comparison)
    if comparison.operator in ("contains", "starts"):
        return Plan(_any_of([_fact("has", field)]), exact=False)
    return _range(comparison)


def _place(comparison: Comparison) -> Plan:
    """Ask for a suffix, or for the beginning of a path; other places are the client's."""
    texts = [value.text for value in comparison.values if isinstance(value, Text)]
    words = [text.lstrip(".") for text in texts]
    short = all(0 < len(word) < _LONGEST_SUFFIX for word in words)
    if comparison.field == "type" and comparison.operator == "in" and short:
        suffixes = [_fact("suffix", f".{word}".translate(_LOWER)) for word in words]
        own = [_fact("text", "type", text) for text in texts]
        return Plan(_any_of([*suffixes, *own]), exact=True)
    tests = uri_tests(comparison) or []
    ranges = [_uri_range(test) for test in tests]
    if comparison.operator == "not in" or not ranges or not all(ranges):
        return _NOTHING
    own_field = _any_of([_fact("has", comparison.field)])
    return Plan(_joined([*ranges, f'uri >= "{_PACKED}"', own_field], "or"), exact=False)


_PACKED = "z"
"""What a column begins with that is no JSON (`index.milvus.packing`); that begins with a quotation
mark, which comes before it."""


def _uri_range(test: UriTest) -> str:
    """Return what the column of a uri that passes has, "" where that is no range.

    Columns are JSON in ASCII, in which texts that begin alike are neighbours.
    """
    if test.how not in ("is", "starts"):
        return ""
    first = json.dumps(storable(test.words))[:-1]
    behind = first[:-1] + chr(ord(first[-1]) + 1)
    return (
        f"(uri >= {json.dumps(first)} and uri < {json.dumps(behind)})"
        if behind.isprintable()
        else ""
    )


def undecided(tree: Filter) -> Filter | None:
    """Return what is left to be looked at of the documents that have a plan's expression.

    None where that is nothing; their facts are complete.
    """
    if plan(tree).exact:
        return None
    if isinstance(tree, And):
        return And(tuple(part for part in map(undecided, tree.parts) if part is not None))
    return tree


def _equality(comparison: Comparison) -> Plan:
    facts = [fact for value in comparison.values for fact in _equal(comparison.field, value)]
    exact = not any(isinstance(value, Number) and value.digits for value in comparison.values)
    if comparison.operator == "in":
        return Plan(_any_of(facts), exact)
    has = _any_of([_fact("has", comparison.field)])
    return Plan(f"({has} and not {_any_of(facts)})" if exact else has, exact)


def _equal(field: str, literal: Literal) -> list[str]:
    """Return the facts of which a value that equals a literal has one."""
    if isinstance(literal, Text):
        return [_fact("text", field, literal.text)]
    if isinstance(literal, Moment):
        return [_at(field, literal)]
    number = _fact("number", field, _written(literal.number))
    return [number] if literal.year is None else [number, _at(field, literal.year)]


def _at(field: str, moment: Moment) -> str:
    if moment.end is None:
        return _fact("instant", field, _written(moment.start))
    day, month, year = _spans(moment.start)
    days = (moment.end - moment.start) / _DAY
    return _fact("span", field, day if days == 1 else month if days < _YEAR else year)


def _range(comparison: Comparison) -> Plan:
    tests = range_tests(comparison)
    if any(test.column == "text" for test in tests):
        return Plan(_any_of([_fact("has", comparison.field)]), exact=False)
    return Plan(_joined([_within(comparison.field, test) for test in tests], "or"), exact=True)


def _within(field: str, test: RangeTest) -> str:
    end = "most" if test.operator in (">", ">=") else "least"
    key = _bound(end, test.column, field)
    return f'{BOUNDS}["{key}"] {test.operator} {_written(float(test.bound))}'


def _any_of(facts: list[str]) -> str:
    listed = ", ".join(f'"{fact}"' for fact in facts)
    return f"array_contains_any({FACTS}, [{listed}])"
