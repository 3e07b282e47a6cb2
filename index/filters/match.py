"""A filter applied to one document in plain Python: the definition that the SQL is tested against.

It is also the way to filter what is not in an index.
"""

import operator
from collections.abc import Callable, Mapping
from typing import Literal as OneOf
from typing import NamedTuple

from index.filters.literals import (
    FieldValue,
    Literal,
    Moment,
    Number,
    Text,
    field_values,
    has_digits,
    storable,
)
from index.filters.nodes import And, Comparison, Filter, Not
from index.filters.place_fields import uri_tests
from index.types import MetadataValue

Column = OneOf["text", "number", "instant"]
"""What a value may be read as."""

_COMPARE: Mapping[str, Callable[[str | float, str | float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def matches(tree: Filter, fields: Mapping[str, MetadataValue]) -> bool:
    """Return whether a document with these fields (see `document_fields`) passes the filter."""
    if isinstance(tree, Comparison):
        values = [value for value in field_values(fields) if value.field == tree.field]
        return _passes(tree, values, storable(str(fields.get("uri", ""))))
    if isinstance(tree, Not):
        return not matches(tree.part, fields)
    decide = all if isinstance(tree, And) else any
    return decide(matches(part, fields) for part in tree.parts)


def _passes(comparison: Comparison, values: list[FieldValue], uri: str) -> bool:
    places = uri_tests(comparison)
    passed = any(_fits(comparison, value) for value in values)
    passed = passed or any(test.passes(uri) for test in places or () if uri)
    if comparison.operator != "not in":
        return passed
    return not passed and (bool(values) or (places is not None and bool(uri)))


def _fits(comparison: Comparison, value: FieldValue) -> bool:
    """Return whether one value of the field passes; of what it must not be, whether it is that."""
    if comparison.operator == "has":
        return True
    if comparison.operator in _COMPARE:
        return _in_range(value, comparison)
    if comparison.operator in ("contains", "starts"):
        words = text_of(comparison)
        return (
            words in value.text
            if comparison.operator == "contains"
            else (value.text.startswith(words))
        )
    return any(_equal(value, literal) for literal in comparison.values)


def text_of(comparison: Comparison) -> str:
    """Return the words of `contains` and `starts`."""
    (literal,) = comparison.values
    assert isinstance(literal, Text), "the parser makes it text"
    return literal.text


def _equal(value: FieldValue, literal: Literal) -> bool:
    if isinstance(literal, Text):
        return value.text == literal.text
    if isinstance(literal, Number):
        return _equals(value, literal) or _at(value, literal.year)
    return _at(value, literal)


def _equals(value: FieldValue, literal: Number) -> bool:
    same = value.number == literal.number
    return same and (literal.digits is None or has_digits(value.text, literal.digits))


def _at(value: FieldValue, moment: Moment | None) -> bool:
    if moment is None or value.instant is None:
        return False
    if moment.end is None:
        return value.instant == moment.start
    return moment.start <= value.instant < moment.end


def _in_range(value: FieldValue, comparison: Comparison) -> bool:
    return any(_passes_range(value, test) for test in range_tests(comparison))


def _passes_range(value: FieldValue, test: "RangeTest") -> bool:
    comparable: str | float | None = value.number if test.column == "number" else value.instant
    if test.column == "text":
        comparable = value.text if value.kind in ("text", "instant") else None
    return comparable is not None and _COMPARE[test.operator](comparable, test.bound)


class RangeTest(NamedTuple):
    """Passed by a value that can be read as `column` and there compares so with `bound`."""

    column: Column
    operator: str
    bound: str | float


def range_tests(comparison: Comparison) -> list[RangeTest]:
    """Return the tests of a range, of which a value must pass one; whole days become instants."""
    literal, operator = comparison.values[0], comparison.operator
    if isinstance(literal, Text):
        return [RangeTest("text", operator, literal.text)]
    if isinstance(literal, Moment):
        return [_moment_test(literal, operator)]
    numbers = RangeTest("number", operator, literal.number)
    return [numbers] if literal.year is None else [numbers, _moment_test(literal.year, operator)]


def _moment_test(moment: Moment, operator: str) -> RangeTest:
    if moment.end is not None and operator in ("<=", ">"):
        return RangeTest("instant", "<" if operator == "<=" else ">=", moment.end)
    return RangeTest("instant", operator, moment.start)
